"""What looking at every picture of a set of digits brings to light. No Streamlit here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from mnist_core.digits import Digits
from mnist_core.preprocessing import FIELD, Picture


@dataclass(frozen=True)
class Findings:
    """What the checks found.

    Attributes:
        counts: how many there are of each digit, in each part.
        pixels: number of all pixels; a missing one would make it too small.
        darkest: the least of all pixels.
        lightest: the greatest of all pixels.
        least_label: the least of all labels.
        greatest_label: the greatest of all labels.
        blank: pictures without any ink.
        duplicates: pictures that are the same as an earlier one, pixel by pixel.
        means: uint8 (10, 28, 28), the mean picture of each digit.
    """

    counts: tuple[tuple[int, ...], ...]
    pixels: int
    darkest: int
    lightest: int
    least_label: int
    greatest_label: int
    blank: int
    duplicates: int
    means: Picture

    @property
    def n(self) -> int:
        """How many digits there are."""
        return sum(sum(part) for part in self.counts)

    @property
    def missing(self) -> int:
        """How many pixels are missing."""
        return self.n * FIELD * FIELD - self.pixels


def examine(parts: Sequence[Digits]) -> Findings:
    """Check the parts of a set of digits, and all of them together."""
    images = [part.images for part in parts]
    labels = [part.labels for part in parts]
    return Findings(
        counts=tuple(count_digits(part.labels.tolist()) for part in parts),
        pixels=sum(part.size for part in images),
        darkest=min(int(part.min()) for part in images),
        lightest=max(int(part.max()) for part in images),
        least_label=min(int(part.min()) for part in labels),
        greatest_label=max(int(part.max()) for part in labels),
        blank=sum(int((~part.any(axis=(1, 2))).sum()) for part in images),
        duplicates=count_duplicates(images),
        means=mean_digits(parts),
    )


def count_digits(labels: Iterable[int]) -> tuple[int, ...]:
    """Return how often each digit occurs."""
    counts = [0] * 10
    for label in labels:
        counts[label] += 1
    return tuple(counts)


def count_duplicates(parts: Iterable[Picture]) -> int:
    """Return how many pictures are the same as an earlier one."""
    seen: set[bytes] = set()
    pictures = 0
    for images in parts:
        pictures += len(images)
        seen.update(blake2b(image.tobytes(), digest_size=16).digest() for image in images)
    return pictures - len(seen)


def mean_digits(parts: Sequence[Digits]) -> Picture:
    """Return the mean picture of each digit, uint8 (10, 28, 28); black where there is none."""
    means = np.zeros((10, FIELD, FIELD), np.uint8)
    for digit in range(10):
        chosen = [part.images[part.labels == digit] for part in parts]
        if n := sum(map(len, chosen)):
            total = sum(images.sum(axis=0, dtype=np.uint64) for images in chosen)
            means[digit] = np.asarray(total) // n
    return means
