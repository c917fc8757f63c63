"""Pen strokes in one .npz file, as flat arrays.

`points` int16 (n, 2) in pen order, y up; stroke k is `points[stroke_start[k]:stroke_start[k + 1]]`;
digit i has the strokes `sample_start[i]` to `sample_start[i + 1] - 1`; `label` and `writer` of each
digit.
"""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.files import whole_file
from mnist_core.sources.npz import arrays_in

LAYOUT = ("points", "stroke_start", "sample_start", "label", "writer")
BOX = 500  # the tablet's units, the side of the box to write in; y = 500 is its upper edge

Array = NDArray[Any]
Bytes = NDArray[np.uint8]
Stroke = NDArray[np.int16]
Strokes = list[list[Stroke]]


def read_npz(path: Path) -> tuple[Strokes, Bytes, Bytes]:
    """Return what a file holds: the strokes of each digit, y down, its label and its writer.

    Raises:
        DataError: the file is missing, damaged or of another layout.
    """
    with arrays_in(path, f"pen strokes as {', '.join(LAYOUT)}") as arrays:
        points, strokes, samples, labels, writers = (arrays[name] for name in LAYOUT)
        check_points(points)
        check_bounds("stroke_start", strokes, len(points))
        check_bounds("sample_start", samples, len(strokes) - 1)
        pieces = np.split(upside_down(points), strokes[1:-1])
        digits = [pieces[first:end] for first, end in pairwise(samples)]
        return digits, as_bytes("label", labels), as_bytes("writer", writers)


def write_npz(path: Path, strokes: Strokes, labels: Bytes, writers: Bytes) -> None:
    """Write digits, whole or not at all."""
    flat = [stroke for digit in strokes for stroke in digit]
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as partial, partial.open("xb") as file:
        np.savez_compressed(
            file,
            points=upside_down(np.concatenate(flat)),
            stroke_start=np.cumsum([0, *map(len, flat)], dtype=np.int32),
            sample_start=np.cumsum([0, *map(len, strokes)], dtype=np.int32),
            label=labels,
            writer=writers,
        )


def upside_down(points: Array) -> Stroke:
    """Return points with y down instead of up, or up instead of down: int16 (n, 2)."""
    return np.column_stack([points[:, 0], BOX - points[:, 1]]).astype(np.int16)


def check_points(points: Array) -> None:
    """Raise a ValueError if these are no points."""
    if points.dtype != np.int16 or points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"points of type {points.dtype} and shape {points.shape}")


def check_bounds(name: str, starts: Array, n: int) -> None:
    """Raise a ValueError if these do not divide n things, all of them, into groups of some."""
    whole = starts.dtype.kind in "iu" and starts.ndim == 1 and len(starts) > 0
    if not whole or starts[0] != 0 or starts[-1] != n or (np.diff(starts.astype(int)) < 1).any():
        raise ValueError(f"{name} that do not divide {n:,}")


def as_bytes(name: str, numbers: Array) -> Bytes:
    """Return numbers as uint8 (n,).

    Raises:
        ValueError: they are of another shape, or too large.
    """
    if numbers.dtype.kind not in "iu" or numbers.ndim != 1:
        raise ValueError(f"{name} of type {numbers.dtype} and shape {numbers.shape}")
    if len(numbers) and not 0 <= int(numbers.min()) <= int(numbers.max()) <= 255:
        raise ValueError(f"{name} from {numbers.min()} to {numbers.max()}")
    return numbers.astype(np.uint8)
