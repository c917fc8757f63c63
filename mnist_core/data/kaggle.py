"""Kaggle's Digit Recognizer: reading and writing its digits, and writing a submission."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.csv_layout import TEST_COLUMNS, TRAIN_COLUMNS
from mnist_core.data.digit_files import read_labelled
from mnist_core.data.digits import Dataset, Digits
from mnist_core.errors import DataError
from mnist_core.files import atomic_write, is_file, is_folder
from mnist_core.pictures import Picture

EVERY_DIGIT = "every:"  # before the path of a file of digits: all of it is for training
LEAST_DIGITS = 6  # of a file to train on
AS_IS = "as-is:"  # before it: no picture is prepared, even if it is not in MNIST's format


def read_train(source: Path | bytes, name: str | None = None) -> Digits:
    """Return the digits of a `train.csv`, or of another file of labelled digits.

    Args:
        source: the file's path, or its content.
        name: the file's name in messages; by default its path.

    Raises:
        DataError: the file cannot be read, is too large, or is not a train.csv. The message names
            the file, the row and the column.
    """
    return read_labelled(source, name).whole()


def load_kaggle(path: Path, *, every_digit: bool = False, to_train: bool = True) -> Dataset:
    """Return a `train.csv`, or another file or folder of labelled digits, as a data set.

    Where it does not say what is for testing, it is a sixth, drawn with a fixed seed. The digits
    are shuffled with it as well: a file's are often sorted, and a recipe may validate on the last.

    Args:
        path: of the file or folder.
        every_digit: whether all of it is for training instead, and the test set is empty.
        to_train: whether to train on it, for which it has to have at least six digits.

    Raises:
        DataError: as `read_train`; or there are fewer than six digits.
    """
    file = read_labelled(path)
    digits = file.whole()
    order = np.random.default_rng(0).permutation(len(digits))
    if len(file.parts) == 2:
        is_test = order >= len(file.parts["train"])
        train, test = order[~is_test], order[is_test]
    else:
        n_test = size_of_test_set(len(digits))
        train, test = order[n_test:], order[:n_test]
        if to_train and not every_digit and len(digits) < LEAST_DIGITS:
            raise DataError(
                f"{path}: expected at least {LEAST_DIGITS} digits, since a sixth is set aside for "
                f"testing. Received: {len(digits)}."
            )
    order = np.concatenate([train, test])
    if every_digit:
        train, test = order, order[:0]
    return Dataset(name_of(path), digits[train], digits[test], order=order, remarks=file.remarks)


def uses_every_digit(name: str) -> bool:
    """Return whether a name, as `load_dataset` takes it, leaves no digit for testing."""
    return name.removeprefix(AS_IS).startswith(EVERY_DIGIT)


def name_of(path: Path) -> str:
    """Return what to call a data set: its file's name, but never that of a well-known one."""
    return f"own {path.name}" if path.name in ("mnist", "uci-digits") else path.name


def size_of_test_set(n: int) -> int:
    """Return how many of the `n` digits of a `train.csv` are for testing: a sixth, as in MNIST."""
    return n // 6


STAND_IN_TRAIN = 42_000  # as many rows as Kaggle's train.csv; its test.csv has the other 28,000


def stand_in(mnist: Dataset, seed: int = 0) -> Dataset:
    """Return MNIST's 70,000 digits shuffled and split as Kaggle's are: 42,000 and 28,000.

    Kaggle's files hold the same digits in another order, so this replaces them where they are not
    available.

    Raises:
        DataError: `mnist` does not have 70,000 digits.
    """
    digits = mnist.train.joined(mnist.test)
    if len(digits) != 70_000:
        raise DataError(
            f"Expected MNIST's 70,000 digits. Received: {len(digits):,} of {mnist.name}"
        )
    order = np.random.default_rng(seed).permutation(len(digits))
    return Dataset(
        "kaggle-stand-in", digits[order[:STAND_IN_TRAIN]], digits[order[STAND_IN_TRAIN:]]
    )


def submission_bytes(labels: NDArray[np.integer]) -> bytes:
    """Return a submission: `ImageId,Label` and a row for each digit of test.csv, ids from 1.

    Args:
        labels: integers (n,), 0 to 9, in the order of test.csv.

    Raises:
        DataError: the labels have another shape, dtype or range.
    """
    labels = np.asarray(labels)
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise DataError(
            "Expected labels as integers of shape (n,). "
            f"Received: {labels.dtype} of shape {labels.shape}"
        )
    wrong = labels[(labels < 0) | (labels > 9)]
    if len(wrong):
        raise DataError(f"Expected labels from 0 to 9. Received: {wrong[0]}")
    rows = (f"{i},{label}\n" for i, label in enumerate(labels.tolist(), start=1))
    return "".join(["ImageId,Label\n", *rows]).encode()


def doubts_bytes(labels: NDArray[np.integer], verdicts: Sequence[str]) -> bytes:
    """Return the answers of a submission that a reader would not give, as CSV.

    Args:
        labels: integers (n,), the answers.
        verdicts: of each; all but "digit" are listed.
    """
    rows = (
        f"{i},{label},{verdict}\n"
        for i, (label, verdict) in enumerate(zip(labels.tolist(), verdicts, strict=True), start=1)
        if verdict != "digit"
    )
    return "".join(["ImageId,Label,Verdict\n", *rows]).encode()


def write_submission(path: Path, labels: NDArray[np.integer], *, force: bool = False) -> None:
    """Write a submission atomically.

    Args:
        path: the file to write.
        labels: as `submission_bytes` takes them.
        force: whether an existing file may be replaced.

    Raises:
        DataError: the labels are invalid, the file exists, or it cannot be written.
    """
    write_lines(path, [submission_bytes(labels)], force=force)


def write_train(path: Path, digits: Digits, *, force: bool = False) -> None:
    """Write digits in the format of Kaggle's train.csv; raises what `write_submission` does."""
    write_lines(path, train_lines(digits), force=force)


def train_lines(digits: Digits) -> Iterator[bytes]:
    """Yield the lines of a train.csv."""
    labels = [b"%d," % label for label in digits.labels.tolist()]
    return csv_lines(TRAIN_COLUMNS, labels, digits.images)


def write_test(path: Path, images: Picture, *, force: bool = False) -> None:
    """Write pictures in the format of Kaggle's test.csv; raises what `write_submission` does."""
    write_lines(path, csv_lines(TEST_COLUMNS, [b""] * len(images), images), force=force)


def csv_lines(columns: Sequence[str], starts: list[bytes], images: Picture) -> Iterator[bytes]:
    """Yield the header and a line for each picture, which begins with its item of `starts`."""
    numbers = [b"%d" % level for level in range(256)]
    yield ",".join(columns).encode() + b"\n"
    for start, image in zip(starts, images, strict=True):
        yield start + b",".join([numbers[level] for level in image.tobytes()]) + b"\n"


def write_lines(path: Path, lines: Iterable[bytes], *, force: bool) -> None:
    """Write a file atomically; raises what `write_submission` does."""
    with new_file(path, force=force) as partial, partial.open("xb") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())  # otherwise a power cut could leave an empty file


@contextmanager
def new_file(path: Path, *, force: bool) -> Iterator[Path]:
    """Yield a path to write to, as `atomic_write` does; raises what `write_submission` does."""
    check_can_write(path, force=force)
    try:
        with atomic_write(path, replace=force) as partial:
            yield partial
    except OSError as problem:
        check_can_write(path, force=force)  # another process may just have written it
        raise DataError(f"Cannot write {path}: {problem.strerror or problem}.") from problem


def check_can_write(path: Path, *, force: bool) -> None:
    """Raise if a file cannot be written without losing another.

    Raises:
        DataError: the file exists and `force` is not set, the path is not a file, or its folder is
            missing.
    """
    if not is_folder(path.parent):
        raise DataError(f"There is no folder {path.parent} to write {path.name} to. Create it.")
    if is_file(path) and not force:
        raise DataError(
            f"There is a file {path} already. Choose another name, or replace it with --force."
        )
    if os.path.lexists(path) and not is_file(path):
        raise DataError(
            f"Expected the path of a file to write. Received: {path}, which is not a file."
        )
