"""Data sets of any size, some pictures at a time, so that memory holds a few thousand of them.

They are the files that `digit_files` reads as a whole, without its limits on how many digits there
are. What is wrong in one is known only when it is reached.
"""

import gzip
import math
import sys
import zipfile
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.csv_layout import MAX_CHARACTERS, cell_error, layout_of, names_a_label
from mnist_core.data.digit_arrays import ROWS, is_image_shape, wrong_level
from mnist_core.data.file_tree import DAMAGED, ZIP, tree_of, unreadable
from mnist_core.data.idx import cut_off, first_unpacked, header_of, is_idx
from mnist_core.data.levels import LevelBlock, LevelError, OngoingLevels, level_block
from mnist_core.data.npz_digits import Header, blocks_in, header_in, no_such_arrays, read_headers
from mnist_core.data.parquet import MAGIC as PARQUET
from mnist_core.data.parquet import count_rows
from mnist_core.data.pixel_csv import (
    check_is_text,
    find_label,
    next_rows,
    parse_blocks,
)
from mnist_core.data.text_stream import GZIP, open_text
from mnist_core.data.webdataset import is_tar
from mnist_core.errors import DataError
from mnist_core.pictures import Picture
from mnist_core.preprocessing import FIELD

Kind = Literal["parquet", "tar", "npz", "idx", "csv"]
Blocks = Iterator[Picture]  # uint8 (n, 28, 28) each, n at least 1

HEAD = 1_024  # bytes by which a file is known


def kind_of(start: bytes) -> Kind:
    """Return what is in a file, by its first 1,024 bytes."""
    if start.startswith(ZIP):
        return "npz"
    if start.startswith(PARQUET):
        return "parquet"
    if is_idx(first_unpacked(start)):
        return "idx"
    return "tar" if is_tar(start) else "csv"


def image_blocks(kind: Kind, file: BinaryIO, name: str) -> Blocks:
    """Yield the pictures in an "npz", an "idx" or a "csv" file; raises what those below do."""
    return {"npz": npz_blocks, "idx": idx_blocks, "csv": csv_blocks}[kind](file, name)


def count_pictures(kind: Kind, file: BinaryIO, name: str) -> int | None:
    """Return how many pictures a file says it has; None if that is known only at its end.

    Args:
        kind: what is in it.
        file: the file, which can be sought in.
        name: what messages call it.

    Raises:
        DataError: it is damaged.
    """
    try:
        match kind:
            case "npz":
                return sum(header.shape[0] for header in pictures_in(zipfile.ZipFile(file), name))
            case "idx":
                return header_of(unpacked(file).read(20), name)[0][0]
            case "parquet":
                return count_rows(file, name)
    except DAMAGED as problem:
        raise unreadable(name, problem) from problem
    return None


def pictures_in(archive: zipfile.ZipFile, name: str) -> list[Header]:
    """Return the arrays of pictures in an .npz, those for training first.

    Raises:
        DataError: there are none.
    """
    tree = tree_of(archive, name)
    headers = read_headers(tree, most=sys.maxsize)
    pictures = [header for header in headers if is_image_shape(header.shape)]
    if not pictures:
        raise no_such_arrays(tree, headers, "arrays of pictures, such as x_train or X")
    return sorted(pictures, key=lambda header: header.part == "test")


def npz_blocks(file: BinaryIO, name: str) -> Blocks:
    """Yield the pictures in an .npz, those for training first.

    Args:
        file: the file, which can be sought in.
        name: what messages call it.

    Raises:
        DataError: it is damaged, or contains something else.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            for header in pictures_in(archive, name):
                with tree_of(archive, name).open(header.path) as array:
                    header_in(array)
                    blocks = blocks_in(array, header)
                    yield from leveled(blocks, f"{name}, {header.path.stem}")
    except DAMAGED as problem:
        raise unreadable(name, problem) from problem


def idx_blocks(file: BinaryIO, name: str) -> Blocks:
    """Yield the pictures in an IDX file, perhaps packed, as `npz_blocks` does."""
    try:
        yield from leveled(idx_arrays(unpacked(file).read, name), name)
    except DAMAGED as problem:
        raise unreadable(name, problem) from problem


def unpacked(file: BinaryIO) -> BinaryIO | gzip.GzipFile:
    """Return a stream of what is in a file, whether it is packed with gzip or not."""
    is_packed = file.read(2) == GZIP
    file.seek(0)
    return gzip.GzipFile(fileobj=file) if is_packed else file


def idx_arrays(read: Callable[[int], bytes], name: str) -> Iterator[NDArray[Any]]:
    """Yield the array in an IDX file some rows at a time, from its first byte on.

    Raises:
        DataError: it holds no pictures, or is of the wrong length.
    """
    head = read(4)
    shape, kind, start = header_of(head + read(4 * head[3]), name)
    if not is_image_shape(shape):
        raise DataError(
            f"{name}: expected pictures of 28 x 28 grey levels. Received: "
            f"{' x '.join(map(str, shape))} numbers. Choose the file of pictures, such as "
            "train-images-idx3-ubyte."
        )
    size = kind.itemsize * math.prod(shape[1:])
    for first in range(0, shape[0], ROWS):
        rows = min(ROWS, shape[0] - first)
        content = read(rows * size)
        if len(content) < rows * size:
            raise cut_off(name, start + shape[0] * size, start + first * size + len(content))
        yield np.frombuffer(content, kind).reshape(rows, *shape[1:])
    if read(1):
        expected = start + shape[0] * size
        raise cut_off(name, expected, expected + 1)


def csv_blocks(file: BinaryIO, name: str) -> Blocks:
    """Yield the pictures in a CSV file, with labels or without; raises what `read_table` does."""
    with open_text(file, name, sys.maxsize >> 1) as text:
        first = text.readline(MAX_CHARACTERS)
        check_is_text(first, name)
        is_labelled = names_a_label(first)
        layout = layout_of(first, name, labelled=is_labelled)
        rows = b"" if layout.has_header else first
        if is_labelled and layout.label is None:
            rows += next_rows(text)
            layout = layout.with_label(find_label(rows, layout, name))
        pixels = slice(None)
        if layout.label is not None:
            pixels = slice(0, -1) if layout.label else slice(1, None)
        levels, row = OngoingLevels(), 2 if layout.has_header else 1
        for block in parse_blocks(text, name, layout, rows, endless=True):
            try:
                pictures = levels.of(LevelBlock(block.levels[:, pixels], block.has_fractions))
            except LevelError as problem:
                column = layout.columns[pixels][problem.column]
                received = "another kind of number"
                raise cell_error(
                    name, row + problem.row, column, problem.expected, received
                ) from problem
            row += len(pictures)
            if len(pictures):
                yield pictures.reshape(-1, FIELD, FIELD)


def leveled(arrays: Iterator[NDArray[Any]], name: str) -> Blocks:
    """Yield arrays of any real dtype, (n, 28, 28) or (n, 784), as pictures.

    Raises:
        DataError: a number is no grey level.
    """
    levels, start = OngoingLevels(), 0
    for array in arrays:
        flat = array.reshape(len(array), FIELD * FIELD)
        if flat.dtype.kind not in "biuf":
            raise DataError(f"{name}: expected numbers. Received: dtype {flat.dtype}.")
        try:
            pictures = levels.of(level_block(flat))
        except LevelError as problem:
            value = f"{flat[problem.row, problem.column]:g}"
            raise wrong_level(name, start, problem, value) from problem
        start += len(array)
        yield pictures.reshape(-1, FIELD, FIELD)
