"""Kaggle's Digit Recognizer: its digits, read and written, and the answers that one hands in."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.digits import Dataset, Digits
from mnist_core.errors import DataError
from mnist_core.files import whole_file
from mnist_core.preprocessing import FIELD, Picture
from mnist_core.sources.pixel_csv import TEST_COLUMNS, TRAIN_COLUMNS, read_blocks


def read_train(source: Path | bytes, name: str | None = None) -> Digits:
    """Return the digits of a `train.csv`.

    Args:
        source: the file's path, or its content.
        name: what messages call the file; by default its path.

    Raises:
        DataError: the file cannot be read, is too large, or holds something else. The message
            names the file, the row and the column.
    """
    blocks = read_blocks(source, name, TRAIN_COLUMNS)
    images = np.concatenate([cells[:, 1:] for cells in blocks])
    labels = np.concatenate([cells[:, 0] for cells in blocks])
    return Digits(images.reshape(-1, FIELD, FIELD), labels)


def read_test(source: Path | bytes, name: str | None = None) -> Picture:
    """Return the digits of a `test.csv`, which has no labels: uint8 (n, 28, 28).

    Takes and raises what `read_train` does.
    """
    return np.concatenate(read_blocks(source, name, TEST_COLUMNS)).reshape(-1, FIELD, FIELD)


def load_kaggle(path: Path) -> Dataset:
    """Return a `train.csv` as a dataset: a sixth of it, drawn with a fixed seed, is for testing.

    A sixth, because that is MNIST's own share.

    Raises:
        DataError: as `read_train`; or there are fewer than six digits.
    """
    digits = read_train(path)
    if len(digits) < 6:
        raise DataError(
            f"{path}: expected at least 6 digits, of which one is kept for testing. "
            f"Received: {len(digits)}."
        )
    order = np.random.default_rng(0).permutation(len(digits))
    tested = len(digits) // 6
    return Dataset(path.name, digits[order[tested:]], digits[order[:tested]])


STAND_IN_TRAIN = 42_000  # as many rows as Kaggle's train.csv; its test.csv has the other 28,000


def stand_in(mnist: Dataset, seed: int = 0) -> Dataset:
    """Return MNIST's 70,000 digits shuffled and split as Kaggle's are: 42,000 and 28,000.

    Kaggle's files hold the same digits in an order of their own, so this stands in for them where
    they are not to be had.

    Raises:
        DataError: these are not 70,000 digits.
    """
    parts = (mnist.train, mnist.test)
    digits = Digits(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.labels for part in parts]),
    )
    if len(digits) != 70_000:
        raise DataError(
            f"Expected MNIST's 70,000 digits. Received: {len(digits):,} of {mnist.name}"
        )
    order = np.random.default_rng(seed).permutation(len(digits))
    return Dataset(
        "kaggle-stand-in", digits[order[:STAND_IN_TRAIN]], digits[order[STAND_IN_TRAIN:]]
    )


def submission_bytes(labels: NDArray[np.integer]) -> bytes:
    """Return what one hands in: `ImageId,Label`, a line for each digit of test.csv, ids from 1.

    Args:
        labels: whole numbers (n,), 0 to 9, in the order of test.csv.

    Raises:
        DataError: these are not labels.
    """
    labels = np.asarray(labels)
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise DataError(
            "Expected labels as whole numbers of shape (n,). "
            f"Received: {labels.dtype} of shape {labels.shape}"
        )
    wrong = labels[(labels < 0) | (labels > 9)]
    if len(wrong):
        raise DataError(f"Expected labels from 0 to 9. Received: {wrong[0]}")
    rows = (f"{i},{label}\n" for i, label in enumerate(labels.tolist(), start=1))
    return "".join(["ImageId,Label\n", *rows]).encode()


def write_submission(path: Path, labels: NDArray[np.integer], *, force: bool = False) -> None:
    """Write what one hands in, whole or not at all.

    Args:
        path: the file to write.
        labels: as `submission_bytes` takes them.
        force: whether a file that is there may be replaced.

    Raises:
        DataError: these are not labels, the file is there, or it cannot be written.
    """
    write_whole(path, [submission_bytes(labels)], force=force)


def write_train(path: Path, digits: Digits, *, force: bool = False) -> None:
    """Write digits as Kaggle's train.csv has them; raises what `write_submission` does."""
    labels = [b"%d," % label for label in digits.labels.tolist()]
    write_whole(path, csv_lines(TRAIN_COLUMNS, labels, digits.images), force=force)


def write_test(path: Path, images: Picture, *, force: bool = False) -> None:
    """Write pictures as Kaggle's test.csv has them; raises what `write_submission` does."""
    write_whole(path, csv_lines(TEST_COLUMNS, [b""] * len(images), images), force=force)


def csv_lines(columns: Sequence[str], starts: list[bytes], images: Picture) -> Iterator[bytes]:
    """Return the header and a line for each picture, each with its start before it."""
    numbers = [b"%d" % level for level in range(256)]
    yield ",".join(columns).encode() + b"\n"
    for start, image in zip(starts, images, strict=True):
        yield start + b",".join([numbers[level] for level in image.tobytes()]) + b"\n"


def write_whole(path: Path, lines: Iterable[bytes], *, force: bool) -> None:
    """Write a file whole or not at all; raises what `write_submission` does."""
    refuse_to_overwrite(path, force=force)
    try:
        with whole_file(path, replace=force) as partial, partial.open("xb") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())  # or a power cut could leave the name without the content
    except OSError as problem:
        refuse_to_overwrite(path, force=force)  # someone else has just written it
        raise DataError(f"Cannot write {path}: {problem.strerror}.") from problem


def refuse_to_overwrite(path: Path, *, force: bool) -> None:
    """Make sure that nothing is lost, before anything is written.

    Raises:
        DataError: there is a file already and `force` is not set, something that is no file, or
            no folder to write into.
    """
    if not path.parent.is_dir():
        raise DataError(f"There is no folder {path.parent} to write {path.name} to. Create it.")
    if path.is_file() and not force:
        raise DataError(
            f"There is a file {path} already. Choose another name, or replace it with --force."
        )
    if (path.exists() or path.is_symlink()) and not path.is_file():
        raise DataError(f"Expected the name of a file to write. Received: {path}, which is none.")
