"""Read and write pen strokes in one .npz file, as flat arrays.

- `points`: int16 (n, 2), in pen order.
- `stroke_start`: stroke k is `points[stroke_start[k]:stroke_start[k + 1]]`.
- `sample_start`: sample i has the strokes `sample_start[i]` to `sample_start[i + 1] - 1`.
- `label` and `writer`: one for each sample.

In a file of UCI's digits y is up, and labels and writers are numbers.
"""

import hashlib
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.npz import arrays_in
from mnist_core.files import atomic_write

LAYOUT = ("points", "stroke_start", "sample_start", "label", "writer")
BOX = 500  # the tablet's units: side of the box to write in; y = 500 is its upper edge

Array = NDArray[Any]
Bytes = NDArray[np.uint8]
Stroke = NDArray[np.int16]
Strokes = list[list[Stroke]]


def read_npz(path: Path) -> tuple[Strokes, Bytes, Bytes]:
    """Return the strokes of each digit, y down, and the labels and writers, uint8 (n,).

    Raises:
        DataError: the file is missing, damaged or has another layout.
    """
    with arrays_in(path, f"pen strokes as {', '.join(LAYOUT)}") as arrays:
        strokes = strokes_in(arrays, flip_y)
        return (
            strokes,
            as_bytes("label", arrays["label"]),
            as_bytes("writer", arrays["writer"]),
        )


def strokes_in(arrays: Mapping[str, Array], change: Callable[[Array], Stroke]) -> Strokes:
    """Return the strokes of each sample in a file, after a change to all points.

    Raises:
        KeyError, ValueError: it has another layout.
    """
    points, strokes, samples = (arrays[name] for name in LAYOUT[:3])
    check_points(points)
    check_bounds("stroke_start", strokes, len(points))
    check_bounds("sample_start", samples, len(strokes) - 1)
    pieces = np.split(change(points), strokes[1:-1])
    return [pieces[first:end] for first, end in pairwise(samples)]


def write_npz(path: Path, strokes: Strokes, labels: Bytes, writers: Bytes) -> None:
    """Write digits, completely or not at all."""
    write_strokes(
        path, [[flip_y(stroke) for stroke in digit] for digit in strokes], labels, writers
    )


def write_strokes(path: Path, strokes: Strokes, labels: Array, writers: Array) -> None:
    """Write samples, completely or not at all."""
    flat = [stroke for sample in strokes for stroke in sample]
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as partial, partial.open("xb") as file:
        np.savez_compressed(
            file,
            points=np.concatenate(flat),
            stroke_start=np.cumsum([0, *map(len, flat)], dtype=np.int32),
            sample_start=np.cumsum([0, *map(len, strokes)], dtype=np.int32),
            label=labels,
            writer=writers,
        )


def fingerprint(named: bytes, strokes: Strokes) -> str:
    """Return the SHA-256 of samples, 64 hexadecimal digits.

    It covers `named`, which says whose they are, then the numbers of strokes and of points as
    int32, then the points as int16, all little-endian.
    """
    flat = [stroke for sample in strokes for stroke in sample]
    content = hashlib.sha256(named)
    for numbers in (map(len, strokes), map(len, flat)):
        content.update(np.array([*numbers], "<i4").tobytes())
    for stroke in flat:
        content.update(stroke.astype("<i2").tobytes())
    return content.hexdigest()


def flip_y(points: Array) -> Stroke:
    """Return points with the y axis reversed: int16 (n, 2)."""
    return np.column_stack([points[:, 0], BOX - points[:, 1]]).astype(np.int16)


def check_points(points: Array) -> None:
    """Raise a ValueError if these are not points, int16 (n, 2)."""
    if points.dtype != np.int16 or points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"points of type {points.dtype} and shape {points.shape}")


def check_bounds(name: str, starts: Array, n: int) -> None:
    """Raise a ValueError unless these indices divide n items into groups, none of them empty."""
    is_list = starts.dtype.kind in "iu" and starts.ndim == 1 and len(starts) > 0
    if not is_list or starts[0] != 0 or starts[-1] != n or (np.diff(starts.astype(int)) < 1).any():
        raise ValueError(f"{name}, which does not divide {n:,} into groups")


def as_bytes(name: str, numbers: Array) -> Bytes:
    """Return numbers as uint8 (n,).

    Raises:
        ValueError: they have another shape or are too large.
    """
    if numbers.dtype.kind not in "iu" or numbers.ndim != 1:
        raise ValueError(f"{name} of type {numbers.dtype} and shape {numbers.shape}")
    if len(numbers) and not 0 <= int(numbers.min()) <= int(numbers.max()) <= 255:
        raise ValueError(f"{name} from {numbers.min()} to {numbers.max()}")
    return numbers.astype(np.uint8)
