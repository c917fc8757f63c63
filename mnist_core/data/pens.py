"""Digits recorded as pen strokes: 30 people wrote them on a tablet.

They are the training file that `uci_pendigits` downloads, stored in the layout of `pens_file`.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.downloads import Progress
from mnist_core.data.pens_file import Stroke, fingerprint, flip_y, read_npz, write_npz
from mnist_core.data.uci_pendigits import fetch_segments, open_segments
from mnist_core.data.uci_segments import Segment
from mnist_core.errors import DataError
from mnist_core.files import named_file
from mnist_core.workspace import data_root

# The fingerprint of all 7,494 digits. It covers the content, not the file's bytes, so that
# another compression or other line ends do not matter.
SHA256 = "5c77e5e07b0dc1ccffa4f137b334aa317573d423743f66c0752fb32481f6d06a"


@dataclass(frozen=True)
class Pens:
    """Digits as pen strokes.

    Attributes:
        strokes: for each digit, for each of its strokes in pen order, int16 (n, 2): x and y in
            the tablet's units, 0 to 500, y down as pictures have it.
        labels: uint8 (n,), 0 to 9.
        writers: unsigned integers (n,), the number of the person who wrote each digit.
    """

    strokes: list[list[Stroke]]
    labels: NDArray[np.uint8]
    writers: NDArray[np.unsignedinteger]

    def __post_init__(self) -> None:
        """Raise a DataError for wrong lengths or labels, so that later code can trust them."""
        counts = len(self.strokes), len(self.labels), len(self.writers)
        if len(set(counts)) > 1:
            raise DataError(f"Expected strokes, labels and writers of n digits. Received: {counts}")
        if counts[0] and int(self.labels.max()) > 9:
            raise DataError(f"Expected labels from 0 to 9. Received: up to {self.labels.max()}")

    def __len__(self) -> int:
        """Return the number of digits."""
        return len(self.labels)

    def of_writers(self, first: int, last: int) -> "Pens":
        """Return the digits of the writers from `first` to `last`, both included."""
        chosen = np.flatnonzero((self.writers >= first) & (self.writers <= last))
        strokes = [self.strokes[i] for i in chosen]
        return Pens(strokes, self.labels[chosen], self.writers[chosen])

    def fingerprint(self) -> str:
        """Return the SHA-256 of the content, 64 hexadecimal digits: see `pens_file`."""
        return fingerprint(self.labels.tobytes() + self.writers.tobytes(), self.strokes)


def load_pens(on_progress: Progress | None = None) -> Pens:
    """Return the recorded digits, downloading them if they are not on this machine.

    They come from the file that `PEN_STROKES` names, which may contain other people's digits, or
    else from the data root, where a download is stored.

    Args:
        on_progress: called with bytes done and bytes in total while downloading.

    Raises:
        DataError: `PEN_STROKES` does not name such a file, or the download failed.
    """
    if named := named_file("PEN_STROKES"):
        return open_pens(named)
    with contextlib.suppress(DataError):  # missing or damaged: download again
        return verified(Pens(*read_npz(cache_file())))
    pens = verified(pens_of(fetch_segments(cache_file(), on_progress)))
    with contextlib.suppress(OSError):  # a full disk costs another download next time, no more
        write_npz(cache_file(), pens.strokes, pens.labels, pens.writers)
    return pens


def local_pens() -> Path | None:
    """Return the file that `PEN_STROKES` names, or else the stored one, or else None.

    Raises:
        DataError: `PEN_STROKES` names no file.
    """
    if named := named_file("PEN_STROKES"):
        return named
    return cache_file() if cache_file().is_file() else None


def cache_file() -> Path:
    """Return where downloaded strokes are stored."""
    return data_root() / "data" / "pendigits-orig.npz"


def open_pens(path: Path) -> Pens:
    """Return the digits in an .npz of our layout, or in a file in UCI's format.

    Raises:
        DataError: it contains something else.
    """
    if path.suffix == ".npz":
        return Pens(*read_npz(path))
    return pens_of(open_segments(path))


def verified(pens: Pens) -> Pens:
    """Return the digits if they are the published ones.

    Raises:
        DataError: they are not.
    """
    if (received := pens.fingerprint()) != SHA256:
        raise DataError(
            f"Expected the pens' strokes to have the SHA-256 {SHA256}. Received: {received}, of "
            f"{len(pens):,} digits. Nothing was kept; try again, or set PEN_STROKES to a file you "
            "trust."
        )
    return pens


def pens_of(segments: Sequence[Segment]) -> Pens:
    """Return UCI's segments as digits. Each comment names the digit, the writer, and a number.

    Raises:
        DataError: a segment is not a digit, or its writer has no number.
    """
    try:
        labels = np.array([int(segment.label) for segment in segments], np.uint8)
        writers = np.array([int(segment.comment[1]) for segment in segments], np.uint8)
    except (ValueError, IndexError, OverflowError) as problem:
        raise DataError(
            f"Expected each segment to name its digit and its writer. Received: {problem}"
        ) from problem
    strokes = [[flip_y(stroke) for stroke in segment.strokes] for segment in segments]
    return Pens(strokes, labels, writers)
