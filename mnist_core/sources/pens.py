"""Digits as the pen strokes they were written with, recorded from 30 people on a tablet.

They are the training file of `pens_source`, kept in the layout of `pens_file`.
"""

import contextlib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.errors import DataError
from mnist_core.files import named_file
from mnist_core.registry import home
from mnist_core.sources.downloads import Progress
from mnist_core.sources.pens_file import Stroke, read_npz, upside_down, write_npz
from mnist_core.sources.pens_source import fetch_segments, open_segments
from mnist_core.sources.unipen import Segment

# The fingerprint of all 7,494 digits. It is of what the file says, not of its bytes, so that
# neither another packing nor other line ends matter.
SHA256 = "5c77e5e07b0dc1ccffa4f137b334aa317573d423743f66c0752fb32481f6d06a"


@dataclass(frozen=True)
class Pens:
    """Digits as pen strokes.

    Attributes:
        strokes: for each digit, for each of its strokes in pen order, int16 (n, 2): x and y in
            the tablet's units, 0 to 500, y down as pictures have it.
        labels: uint8 (n,), 0 to 9.
        writers: uint8 (n,), the number of who wrote it, 1 to 30.
    """

    strokes: list[list[Stroke]]
    labels: NDArray[np.uint8]
    writers: NDArray[np.uint8]

    def __post_init__(self) -> None:
        """Refuse what is not digits, so that later code can trust it."""
        counts = len(self.strokes), len(self.labels), len(self.writers)
        if len(set(counts)) > 1:
            raise DataError(f"Expected strokes, labels and writers of n digits. Received: {counts}")
        if counts[0] and int(self.labels.max()) > 9:
            raise DataError(f"Expected labels from 0 to 9. Received: up to {self.labels.max()}")

    def __len__(self) -> int:
        """Return how many digits there are."""
        return len(self.labels)

    def of_writers(self, first: int, last: int) -> "Pens":
        """Return the digits of some writers, the first and the last of them included."""
        chosen = np.flatnonzero((self.writers >= first) & (self.writers <= last))
        strokes = [self.strokes[i] for i in chosen]
        return Pens(strokes, self.labels[chosen], self.writers[chosen])

    def fingerprint(self) -> str:
        """Return the SHA-256 of all there is, 64 hexadecimal digits.

        It is taken of labels and writers as bytes, then of the numbers of strokes and the numbers
        of points as int32, then of the points as int16, all little-endian.
        """
        flat = [stroke for strokes in self.strokes for stroke in strokes]
        content = hashlib.sha256(self.labels.tobytes() + self.writers.tobytes())
        for numbers in (map(len, self.strokes), map(len, flat)):
            content.update(np.array([*numbers], "<i4").tobytes())
        for stroke in flat:
            content.update(stroke.astype("<i2").tobytes())
        return content.hexdigest()


def load_pens(on_progress: Progress | None = None) -> Pens:
    """Return the recorded digits, downloading them only where they are not here.

    They are in the file that `PEN_STROKES` names, which may hold other people's digits, else in
    the data root, else fetched and kept there.

    Args:
        on_progress: called with bytes done and bytes in all while downloading.

    Raises:
        DataError: `PEN_STROKES` names no such file, or the download failed.
    """
    if named := named_file("PEN_STROKES"):
        return open_pens(named)
    with contextlib.suppress(DataError):  # none there, or damaged: fetched anew
        return verified(Pens(*read_npz(kept_file())))
    pens = verified(pens_of(fetch_segments(kept_file(), on_progress)))
    with contextlib.suppress(OSError):  # a full disk costs the next download, nothing else
        write_npz(kept_file(), pens.strokes, pens.labels, pens.writers)
    return pens


def local_pens() -> Path | None:
    """Return the file that `PEN_STROKES` names, else the one that was kept, else None.

    Raises:
        DataError: `PEN_STROKES` names no file.
    """
    if named := named_file("PEN_STROKES"):
        return named
    return kept_file() if kept_file().is_file() else None


def kept_file() -> Path:
    """Return where the strokes are kept once they have been fetched."""
    return home() / "data" / "pendigits-orig.npz"


def open_pens(path: Path) -> Pens:
    """Return the digits in an .npz of our layout, or in a file as UCI has it.

    Raises:
        DataError: it holds something else.
    """
    if path.suffix == ".npz":
        return Pens(*read_npz(path))
    return pens_of(open_segments(path))


def verified(pens: Pens) -> Pens:
    """Return the digits if they are those that were published.

    Raises:
        DataError: they are others.
    """
    if (received := pens.fingerprint()) != SHA256:
        raise DataError(
            f"Expected the pens' strokes to have the SHA-256 {SHA256}. Received: {received}, of "
            f"{len(pens):,} digits. Nothing was kept; try again, or set PEN_STROKES to a file you "
            "trust."
        )
    return pens


def pens_of(segments: Sequence[Segment]) -> Pens:
    """Return UCI's segments as digits: their comments name the digit, the writer, and a number.

    Raises:
        DataError: one is no digit, or its writer has no number.
    """
    try:
        labels = np.array([int(segment.label) for segment in segments], np.uint8)
        writers = np.array([int(segment.comment[1]) for segment in segments], np.uint8)
    except (ValueError, IndexError, OverflowError) as problem:
        raise DataError(
            f"Expected each segment to name its digit and its writer. Received: {problem}"
        ) from problem
    strokes = [[upside_down(stroke) for stroke in segment.strokes] for segment in segments]
    return Pens(strokes, labels, writers)
