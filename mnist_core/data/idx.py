"""IDX files, the format in which MNIST was first published: recognized by content, not by name.

A file is a magic number (two zeros, a type, the number of axes), big-endian sizes, then numbers.
"""

import math
import re
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.file_tree import FileTree, unpack_gzip
from mnist_core.data.text_stream import GZIP
from mnist_core.errors import DataError

TYPES = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
MAX_ITEMS = 300_000  # EMNIST's digits are 280,000
MAX_BYTES = 250_000_000
OTHER_ENDINGS = (
    *(".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".csv", ".tsv", ".txt"),
    *(".npz", ".npy", ".parquet", ".json", ".md", ".py", ".zip"),
)


def is_idx(start: bytes) -> bool:
    """Return whether a file is an IDX file, judging by its first four bytes."""
    return len(start) >= 4 and start[:2] == b"\0\0" and start[2] in TYPES and 1 <= start[3] <= 4


def parse_idx(content: bytes, name: str) -> NDArray[Any]:
    """Return the array in an IDX file.

    Args:
        content: the file's bytes, perhaps packed with gzip.
        name: what messages call it.

    Raises:
        DataError: it is none, is damaged, or is too large.
    """
    content = unpack_gzip(content, MAX_BYTES, name)
    if not is_idx(content):
        raise DataError(f"Expected {name} to be an IDX file. Received: another kind of file.")
    shape, kind, start = header_of(content, name)
    size = start + kind.itemsize * math.prod(shape)
    most = kind.itemsize * math.prod(max(axis, 1) for axis in shape)  # an empty axis hides no other
    if shape[0] > MAX_ITEMS or most > MAX_BYTES:
        raise DataError(
            f"{name}: expected at most {MAX_ITEMS:,} items and {MAX_BYTES / 1e6:g} MB. "
            f"Received: {' x '.join(map(str, shape))}."
        )
    if len(content) != size:
        raise cut_off(name, size, len(content))
    return np.frombuffer(content, kind, offset=start).reshape(shape)


def header_of(content: bytes, name: str) -> tuple[tuple[int, ...], np.dtype[Any], int]:
    """Return an array's shape, its dtype and where it starts, from an IDX file's first 20 bytes.

    Raises:
        DataError: the file ends before.
    """
    axes = content[3]
    start = 4 + 4 * axes
    if len(content) < start:
        raise cut_off(name, start, len(content))
    shape = tuple(np.frombuffer(content, ">u4", axes, offset=4).tolist())
    return shape, np.dtype(TYPES[content[2]]), start


def cut_off(name: str, expected: int, received: int) -> DataError:
    """Return the error for a file of the wrong length."""
    return DataError(
        f"Expected the IDX file {name} to have {expected:,} bytes, as its header says. "
        f"Received: {received:,}. It is damaged or incomplete: copy or download it again."
    )


@dataclass(frozen=True)
class IdxFile:
    """One IDX file in a folder.

    Attributes:
        path: where it is.
        axes: 3 for pictures, 1 for labels.
        part: "train", "test", or "" where its name does not say.
        series: what is left of its name, such as "emnist-digits", by which files belong together.
    """

    path: PurePosixPath
    axes: int
    part: str
    series: str


def find_idx_files(tree: FileTree) -> list[IdxFile]:
    """Return the IDX files in a folder or archive; of copies only the one nearest to the top."""
    found: dict[tuple[str, str, int], IdxFile] = {}
    for path in sorted(tree.paths, key=lambda path: (len(path.parts), str(path))):
        if path.name.lower().endswith(OTHER_ENDINGS):
            continue
        with tree.open(path) as file:
            start = first_unpacked(file.read(1_024))
        if is_idx(start):
            one = classify(path, start[3])
            found.setdefault((one.series, one.part, one.axes), one)
    return list(found.values())


def first_unpacked(packed: bytes) -> bytes:
    """Return the first bytes of a file, unpacked if it is a gzip file."""
    if not packed.startswith(GZIP):
        return packed
    try:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(packed, 16)
    except zlib.error:
        return b""


def classify(path: PurePosixPath, axes: int) -> IdxFile:
    """Return what the name of an IDX file says about it."""
    name = path.name.lower().removesuffix(".gz")
    words = [word for word in re.split(r"[-_. ]+", name) if word]
    part = ""
    for word in words:
        if word in ("train", "training"):
            part = "train"
        elif word in ("test", "t10k", "testing"):
            part = "test"
    known = re.compile(r"idx\d?|ubyte|images?|labels?|train(ing)?|t10k|test(ing)?|gz|data|\d")
    series = "-".join(word for word in words if not known.fullmatch(word))
    return IdxFile(path, axes, part, series)


def series_of_pictures(path: PurePosixPath, start: bytes) -> tuple[str, str] | None:
    """Return the series and the part of an IDX file of pictures, or None for any other file.

    Args:
        path: where it is.
        start: its first 1,024 bytes.
    """
    start = first_unpacked(start)
    if path.name.lower().endswith(OTHER_ENDINGS) or not is_idx(start) or start[3] < 2:
        return None
    one = classify(path, start[3])
    return one.series, one.part


def choose_series(files: list[IdxFile], name: str) -> list[IdxFile]:
    """Return the files that belong together; of several series, the one with digits.

    Raises:
        DataError: it is not clear which.
    """
    series = sorted({file.series for file in files})
    if len(series) > 1:
        series = [one for one in series if "digits" in one] or series
    if len(series) != 1:
        raise DataError(
            f"{name}: expected the IDX files of one data set. Received: those of "
            f"{', '.join(one or 'MNIST' for one in series)}. Put each into a folder of its own."
        )
    return [file for file in files if file.series == series[0]]


def read_idx(tree: FileTree, file: IdxFile) -> NDArray[Any]:
    """Return the array in an IDX file of a folder or archive; raises what `parse_idx` does."""
    return parse_idx(tree.read(file.path, MAX_BYTES), f"{tree.name}/{file.path}")
