"""The profile of a data set: its balance, its ranges, and what may be wrong. No Streamlit here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from mnist_core.data.digits import Dataset, Digits, count_digits
from mnist_core.pictures import Picture
from mnist_core.preprocessing import FIELD

Range = tuple[int, int]  # the least and the greatest


@dataclass(frozen=True)
class DatasetProfile:
    """What looking at every picture of a data set brings to light.

    Attributes:
        train_counts: how many pictures there are of each digit, in the training set.
        test_counts: the same in the test set.
        pixel_range: of all pictures.
        label_range: of all pictures.
        blank: pictures without any ink.
        duplicates: pictures that are the same as an earlier one, pixel by pixel.
        means: uint8 (10, 28, 28), the mean picture of each digit.
    """

    train_counts: tuple[int, ...]
    test_counts: tuple[int, ...]
    pixel_range: Range
    label_range: Range
    blank: int
    duplicates: int
    means: Picture


def profile_dataset(dataset: Dataset) -> DatasetProfile:
    """Look at every picture of both sets, and at both together."""
    parts = [dataset.train, dataset.test]
    images = [part.images for part in parts]
    return DatasetProfile(
        train_counts=count_digits(dataset.train.labels),
        test_counts=count_digits(dataset.test.labels),
        pixel_range=range_of(images),
        label_range=range_of([part.labels for part in parts]),
        blank=sum(int((~part.any(axis=(1, 2))).sum()) for part in images),
        duplicates=count_duplicates(images),
        means=mean_digits(parts),
    )


def range_of(parts: Sequence[np.ndarray]) -> Range:
    """Return the least and the greatest of all numbers."""
    return min(int(part.min()) for part in parts), max(int(part.max()) for part in parts)


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
