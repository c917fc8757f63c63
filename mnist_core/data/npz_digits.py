"""Digits in .npz files: Keras's four arrays, `X` and `y`, and what else people call them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from mnist_core.data.digit_arrays import ROWS, images_in_blocks, is_image_shape, labels_of
from mnist_core.data.digits import Digits
from mnist_core.data.file_tree import FileTree
from mnist_core.data.levels import SCALED
from mnist_core.errors import DataError
from mnist_core.pictures import Picture

MAX_ITEMS = 300_000
MAX_AT_ONCE = 250_000_000  # bytes of an array that cannot be read row by row
WANTED = "x_train, y_train, x_test and y_test as Keras's mnist.npz does, or X and y"


@dataclass(frozen=True)
class Header:
    """What the beginning of an array in an .npz file says about it."""

    path: PurePosixPath
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    in_columns: bool

    @property
    def part(self) -> str:
        """The part of a data set that its name says: "test" or "train"."""
        words = re.split(r"[-_. ]+", self.path.stem.lower())
        return "test" if "test" in words or self.path.stem.lower().endswith("test") else "train"

    @property
    def series(self) -> str:
        """The same, with validation digits apart."""
        return "validation" if "val" in self.path.stem.lower() else self.part

    @property
    def size(self) -> int:
        """The number of bytes that it takes."""
        return int(np.prod(self.shape, dtype=object)) * self.dtype.itemsize


def read_npz_parts(tree: FileTree) -> tuple[dict[str, Digits], tuple[str, ...]]:
    """Return the labelled digits in an .npz, by part, and remarks.

    Returns:
        "train" and, where there are such, "test"; validation digits count as training digits.

    Raises:
        DataError: it is damaged, or contains something else.
    """
    headers = read_headers(tree)
    remarks: set[str] = set()
    series: dict[str, Digits] = {}
    for name in dict.fromkeys(header.series for header in headers):
        images, labels = pair([one for one in headers if one.series == name], tree, headers)
        pixels, scaled = read_images(tree, images)
        remarks |= {SCALED} if scaled else set()
        series[name] = paired(pixels, read_labels(tree, labels), tree.name, images.path.stem)
    parts: dict[str, Digits] = {name: series[name] for name in ("train", "test") if name in series}
    if extra := series.get("validation"):
        parts["train"] = parts["train"].joined(extra) if "train" in parts else extra
    return parts, tuple(sorted(remarks))


def read_npz_pictures(tree: FileTree) -> tuple[Picture, tuple[str, ...]]:
    """Return the pictures to be read in an .npz: those for testing, else the only ones.

    Raises:
        DataError: it is damaged, or contains something else.
    """
    found = [header for header in read_headers(tree) if is_image_shape(header.shape)]
    images = [header for header in found if header.part == "test"] or found
    if len(images) != 1:
        raise no_such_arrays(tree, read_headers(tree), "one array of pictures, such as X")
    pixels, scaled = read_images(tree, images[0])
    return pixels, (SCALED,) if scaled else ()


def paired(images: Picture, labels: NDArray[np.uint8], name: str, stem: str) -> Digits:
    """Return pictures with their labels.

    Raises:
        DataError: there are not as many of one as of the other.
    """
    if len(images) != len(labels):
        raise DataError(
            f"{name}, {stem}: expected as many labels as pictures. "
            f"Received: {len(images):,} pictures and {len(labels):,} labels."
        )
    return Digits(images, labels)


def pair(found: list[Header], tree: FileTree, all_of_them: list[Header]) -> tuple[Header, Header]:
    """Return the pictures and the labels among the arrays of one part.

    Raises:
        DataError: there is not one of each.
    """
    images = [header for header in found if is_image_shape(header.shape)]
    labels = [header for header in found if header not in images]
    if len(images) != 1 or len(labels) != 1:
        raise no_such_arrays(tree, all_of_them, WANTED)
    return images[0], labels[0]


def no_such_arrays(tree: FileTree, headers: list[Header], wanted: str) -> DataError:
    """Return the error for an .npz with other arrays."""
    received = ", ".join(f"{one.path.stem[:20]} {one.shape}" for one in headers[:8])
    return DataError(
        f"Expected {tree.name} to contain {wanted}: pictures as (n, 28, 28) or (n, 784), and a "
        f"label for each. Received: {received or 'no arrays'}."
    )


def read_headers(tree: FileTree, most: int = MAX_ITEMS) -> list[Header]:
    """Return what the arrays in an .npz are, without reading them.

    Args:
        tree: the files in it.
        most: how many items an array may have.

    Raises:
        DataError: one is damaged, holds Python objects, or is too large.
    """
    return [read_header(tree, path, most) for path in tree.with_ending(".npy")]


def read_header(tree: FileTree, path: PurePosixPath, most: int) -> Header:
    """Return what one array is; takes and raises what `read_headers` does."""
    with tree.open(path) as file:
        shape, in_columns, dtype = header_in(file)
    header = Header(path, shape, dtype, in_columns)
    if dtype.hasobject:
        raise DataError(
            f"{tree.name}, {path.stem}: expected numbers. Received: Python objects, which could "
            "run a program. Save the array with a dtype such as uint8."
        )
    too_many = bool(shape) and (shape[0] > most or min(shape) < 0)
    if too_many or (in_columns and header.size > MAX_AT_ONCE):
        raise DataError(
            f"{tree.name}, {path.stem}: expected at most {most:,} items. Received: shape {shape}."
        )
    return header


def header_in(file: BinaryIO) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Return the shape, whether it is stored column by column, and the dtype of an array.

    Raises:
        ValueError: it is no array.
    """
    version = npy.read_magic(file)
    if version != (1, 0):  # later ones may claim a header of gigabytes, and no digits need them
        raise ValueError(f"an array of format {version}")
    return npy.read_array_header_1_0(file)


def read_images(tree: FileTree, header: Header) -> tuple[Picture, bool]:
    """Return an array as pictures, and whether its levels went from 0 to 1."""
    with tree.open(header.path) as file:
        header_in(file)
        blocks = blocks_in(file, header)
        return images_in_blocks(
            blocks, header.shape, header.dtype, f"{tree.name}, {header.path.stem}"
        )


def read_labels(tree: FileTree, header: Header) -> NDArray[np.uint8]:
    """Return an array as labels."""
    if header.size > MAX_AT_ONCE:
        raise DataError(
            f"{tree.name}, {header.path.stem}: expected labels. Received: shape {header.shape}."
        )
    with tree.open(header.path) as file:
        header_in(file)
        rows = list(blocks_in(file, header))
    array = np.concatenate(rows) if rows else np.zeros(header.shape, header.dtype)
    return labels_of(array, f"{tree.name}, {header.path.stem}")


def blocks_in(file: BinaryIO, header: Header) -> Iterator[NDArray[Any]]:
    """Yield an array some rows at a time, so that a large one takes little memory.

    Raises:
        ValueError: it is cut off.
    """
    shape, dtype = header.shape, header.dtype
    if not shape:
        raise ValueError("a single number")
    rows = shape[0] if header.in_columns else ROWS
    for start in range(0, shape[0], max(rows, 1)):
        here = (min(rows, shape[0] - start), *shape[1:])
        size = int(np.prod(here)) * dtype.itemsize
        if size > MAX_AT_ONCE:
            raise ValueError("rows that are too large")
        content = file.read(size)
        if len(content) < size:
            raise ValueError("an array that is cut off")
        yield np.frombuffer(content, dtype).reshape(here, order="F" if header.in_columns else "C")
