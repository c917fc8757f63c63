"""Labelled digits and data sets, whatever they were read from."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.errors import DataError
from mnist_core.pictures import Picture
from mnist_core.preprocessing import FIELD


@dataclass(frozen=True)
class Digits:
    """Labelled digits in MNIST format.

    Attributes:
        images: uint8 (n, 28, 28), ink light on black.
        labels: uint8 (n,), 0 to 9.
    """

    images: Picture
    labels: NDArray[np.uint8]

    def __post_init__(self) -> None:
        """Raise a DataError for wrong shapes or labels, so that later code can trust them."""
        images, labels = self.images, self.labels
        if images.dtype != np.uint8 or images.shape != (len(labels), FIELD, FIELD):
            raise DataError(
                f"Expected images as uint8 of shape (n, {FIELD}, {FIELD}) with as many labels. "
                f"Received: {images.dtype} of shape {images.shape} with {len(labels)} labels"
            )
        if labels.ndim != 1 or (len(labels) and int(labels.max()) > 9):
            raise DataError(f"Expected labels from 0 to 9. Received: up to {labels.max()}")

    def __len__(self) -> int:
        """Return the number of digits."""
        return len(self.labels)

    def __getitem__(self, chosen: slice | NDArray[np.intp]) -> "Digits":
        """Return the chosen digits."""
        return Digits(self.images[chosen], self.labels[chosen])

    def joined(self, others: "Digits") -> "Digits":
        """Return these digits, followed by others."""
        return Digits(
            np.concatenate([self.images, others.images]),
            np.concatenate([self.labels, others.labels]),
        )

    def fingerprint(self) -> str:
        """Return the first 16 hexadecimal digits of the SHA-256 of pictures and labels."""
        content = hashlib.sha256(np.ascontiguousarray(self.images).data)
        content.update(np.ascontiguousarray(self.labels).data)
        return content.hexdigest()[:16]


@dataclass(frozen=True)
class Dataset:
    """A data set: digits to train on and, separately, a test set.

    Attributes:
        name: its name in cards.
        train: digits to train and to validate on.
        test: digits to measure on.
        order: the position of each digit in the file, those of `train` first; None if they are in
            the file's order.
        prepared: how many pictures were not in MNIST's format and have been brought into it.
        remarks: what whoever brought the data set should know about it, in sentences.
        added: somebody's own digits, each once, to train on only.
    """

    name: str
    train: Digits
    test: Digits
    order: NDArray[np.intp] | None = None
    prepared: int = 0
    remarks: tuple[str, ...] = ()
    added: Digits | None = None

    def in_order(self) -> Digits:
        """Return all digits, in the order of the file."""
        digits = self.train.joined(self.test)
        return digits if self.order is None else digits[np.argsort(self.order)]


def count_digits(labels: NDArray[np.integer]) -> tuple[int, ...]:
    """Return how often each digit, 0 to 9, occurs among labels (n,)."""
    return tuple(np.bincount(labels, minlength=10).tolist())
