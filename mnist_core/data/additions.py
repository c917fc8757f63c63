"""A data set with a person's own digits added for training, as one name: "with:0.1:FILE:mnist"."""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mnist_core.data.archives import READ_ERRORS, open_member
from mnist_core.data.digits import Digits
from mnist_core.data.kaggle import read_train
from mnist_core.errors import DataError

PREFIX = "with:"
SHARE = 0.1  # of the training digits, unless another is asked for
LARGEST_SHARE = 0.5
CSV = "train.csv"  # in a hand's ZIP file
MAX_BYTES = 30_000_000  # of it, unpacked


@dataclass(frozen=True)
class Addition:
    """Digits to add to a data set.

    Attributes:
        share: of all training digits then, above 0, at most 0.5; the digits are repeated for it.
        file: a hand's ZIP file, or a train.csv.
        data: the data set they are added to, as `load_dataset` takes it.
    """

    share: float
    file: Path
    data: str

    def __post_init__(self) -> None:
        """Raise a DataError if the share is out of range."""
        if not 0 < self.share <= LARGEST_SHARE:
            raise DataError(
                f"Expected a share above 0 and at most {LARGEST_SHARE}. Received: {self.share}"
            )

    @property
    def name(self) -> str:
        """The data set with the addition, as `load_dataset` takes it."""
        return f"{PREFIX}{self.share}:{len(str(self.file))}:{self.file}:{self.data}"

    @classmethod
    def parse(cls, name: str) -> "Addition":
        """Return what `name` wrote.

        Raises:
            DataError: it is something else.
        """
        try:
            share, length, rest = name.removeprefix(PREFIX).split(":", 2)
            file, data = rest[: int(length)], rest[int(length) + 1 :]
            return cls(float(share), Path(file), data)
        except ValueError as problem:
            raise DataError(
                f"Expected {PREFIX}SHARE:LENGTH:FILE:DATA. Received: {name}"
            ) from problem

    def size(self, n: int) -> int:
        """Return how many digits are added to `n` others."""
        return round(n * self.share / (1 - self.share))

    def digits(self) -> Digits:
        """Return the digits of the file, each once.

        Raises:
            DataError: the file is missing, damaged or has no digits.
        """
        own = open_digits(self.file)
        if not len(own):
            raise DataError(f"Expected {self.file.name} to have digits to add. Received: none")
        return own

    def repeated(self, own: Digits, n: int) -> Digits:
        """Return digits repeated to be the share of `n` others and themselves.

        Those that are there once more than others are chosen evenly: they may be sorted by digit.
        """
        rounds, rest = divmod(self.size(n), len(own))
        evenly = np.linspace(0, len(own), rest, endpoint=False).astype(int)
        return own[np.concatenate([np.tile(np.arange(len(own)), rounds), evenly])]


def open_digits(path: Path) -> Digits:
    """Return the digits of a hand's ZIP file, or of a train.csv.

    Raises:
        DataError: it is missing, damaged, too large, or something else.
    """
    if path.suffix.lower() != ".zip":
        return read_train(path)
    try:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            member = archive.getinfo(CSV)
            if member.file_size > MAX_BYTES:
                raise DataError(f"Expected {CSV} in {path.name} to have 30 MB at most.")
            with open_member(archive, member) as file:
                content = file.read(member.file_size)
    except (KeyError, *READ_ERRORS) as problem:
        raise DataError(
            f"Expected {path.name} to be a hand's ZIP file with a {CSV}. "
            f"Received: {getattr(problem, 'strerror', None) or problem}"
        ) from problem
    return read_train(content, f"{CSV} in {path.name}")
