"""Labelled digits in MNIST's format, whatever they were read from."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.errors import DataError
from mnist_core.preprocessing import FIELD, Picture


@dataclass(frozen=True)
class Digits:
    """Labelled digits.

    Attributes:
        images: uint8 (n, 28, 28), ink light on black.
        labels: uint8 (n,), 0 to 9.
    """

    images: Picture
    labels: NDArray[np.uint8]

    def __post_init__(self) -> None:
        """Refuse what is not digits, so that later code can trust its shapes."""
        images, labels = self.images, self.labels
        if images.dtype != np.uint8 or images.shape != (len(labels), FIELD, FIELD):
            raise DataError(
                f"Expected images as uint8 of shape (n, {FIELD}, {FIELD}) with as many labels. "
                f"Received: {images.dtype} of shape {images.shape} with {len(labels)} labels"
            )
        if labels.ndim != 1 or (len(labels) and int(labels.max()) > 9):
            raise DataError(f"Expected labels from 0 to 9. Received: up to {labels.max()}")

    def __len__(self) -> int:
        """Return how many digits there are."""
        return len(self.labels)

    def __getitem__(self, chosen: slice | NDArray[np.intp]) -> "Digits":
        """Return the chosen digits."""
        return Digits(self.images[chosen], self.labels[chosen])

    def fingerprint(self) -> str:
        """Return the first 16 hexadecimal digits of the SHA-256 of pictures and labels."""
        content = hashlib.sha256(np.ascontiguousarray(self.images).data)
        content.update(np.ascontiguousarray(self.labels).data)
        return content.hexdigest()[:16]


@dataclass(frozen=True)
class Dataset:
    """Digits to train on and, kept apart, digits to test on."""

    name: str
    train: Digits
    test: Digits
