"""Batches: what a worker reads at once. The source alone decides where one ends.

So an answer is computed beside the same others, whether there is one worker or a hundred.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.bulk.shards import Shard
from mnist_core.data.large_files import image_blocks, leveled
from mnist_core.data.parquet import Keys, parquet_rows
from mnist_core.data.webdataset import samples_in
from mnist_core.pictures import Picture
from mnist_core.places import open_to_read, storage_errors

ROWS = 512  # in a batch at most
MOST_BYTES = 16_000_000  # of picture files in a batch, after which it ends early

Files = tuple[bytes | str, ...]


@dataclass(frozen=True)
class Batch:
    """Some pictures.

    Attributes:
        keys: of each; None where the numbers of the rows are the keys.
        images: uint8 (n, 28, 28), as a data set holds them; None for picture files.
        files: picture files, each its content, or the place where it is.
        in_data_set: whether the files come from a data set, whose pictures of 28 x 28 pixels are
            prepared only if they do not have MNIST's format.
    """

    keys: Keys
    images: Picture | None = None
    files: Files = ()
    in_data_set: bool = False

    def __len__(self) -> int:
        """Return the number of pictures."""
        return len(self.files) if self.images is None else len(self.images)


def batches_of(shard: Shard, first: int = 0) -> Iterator[Batch]:
    """Yield a shard's batches.

    Args:
        shard: what to read.
        first: the number of the first batch that is wanted.

    Raises:
        DataError: it is damaged, cannot be read, or holds something else.
    """
    return islice(all_batches_of(shard), first, None)


def all_batches_of(shard: Shard) -> Iterator[Batch]:
    """Yield a shard's batches from the first one on."""
    if shard.kind == "pictures":
        places = [file.place for file in shard.files]
        for start in range(0, len(places), ROWS):
            some = tuple(places[start : start + ROWS])
            yield Batch(some, files=some)
    elif shard.kind == "tar":
        with open_to_read(shard.name) as file, storage_errors(shard.name):
            yield from file_batches(samples_in(file, shard.name))
    elif shard.kind == "parquet":
        yield from parquet_batches(shard.name)
    else:
        with open_to_read(shard.name) as file, storage_errors(shard.name):
            blocks = image_blocks(shard.kind, file, shard.name)
            yield from image_batches((None, block) for block in blocks)


def file_batches(
    samples: Iterator[tuple[str | None, bytes]], *, in_data_set: bool = False
) -> Iterator[Batch]:
    """Yield picture files in batches.

    Args:
        samples: each file's key, or None where there is none, and its content.
        in_data_set: as `Batch` takes it.
    """
    keys: list[str | None] = []
    files: list[bytes | str] = []
    size = 0
    for key, content in samples:
        keys.append(key)
        files.append(content)
        size += len(content)
        if len(files) == ROWS or size > MOST_BYTES:
            yield Batch(known(keys), files=tuple(files), in_data_set=in_data_set)
            keys, files, size = [], [], 0
    if files:
        yield Batch(known(keys), files=tuple(files), in_data_set=in_data_set)


def known(keys: list[str | None]) -> Keys:
    """Return keys, or None if there are none."""
    return tuple(key for key in keys if key is not None) or None


def image_batches(blocks: Iterator[tuple[Keys, Picture]]) -> Iterator[Batch]:
    """Yield blocks of any length in batches."""
    keys: list[str] = []
    images: list[Picture] = []
    for some_keys, block in blocks:
        keys += some_keys or ()
        images.append(block)
        while sum(map(len, images)) >= ROWS:
            joined = np.concatenate(images)
            yield Batch(tuple(keys[:ROWS]) or None, joined[:ROWS])
            keys, images = keys[ROWS:], [joined[ROWS:]]
    if sum(map(len, images)):
        yield Batch(tuple(keys) or None, np.concatenate(images))


def parquet_batches(place: str) -> Iterator[Batch]:
    """Yield the rows of a Parquet file in batches."""
    with open_to_read(place) as file, storage_errors(place):
        rows = parquet_rows(file, place)
        first = next(rows, None)
        if first is None:
            return
        every = with_first(first, rows)
        if isinstance(first[1], list):
            yield from file_batches(cells(every), in_data_set=True)
        else:
            yield from image_batches(level_blocks(every, place))


def with_first(first: Any, others: Iterator[Any]) -> Iterator[Any]:
    """Yield the first and then the others."""
    yield first
    yield from others


def cells(rows: Iterator[tuple[Keys, list[bytes]]]) -> Iterator[tuple[str | None, bytes]]:
    """Yield picture files one by one."""
    for keys, files in rows:
        yield from zip(keys or [None] * len(files), files, strict=True)


def level_blocks(
    rows: Iterator[tuple[Keys, NDArray[Any]]], place: str
) -> Iterator[tuple[Keys, Picture]]:
    """Yield grey levels of any dtype as pictures."""
    keys: list[Keys] = []

    def levels() -> Iterator[NDArray[Any]]:
        for some, block in rows:
            keys.append(some)
            yield block

    for pictures in leveled(levels(), place):
        yield keys.pop(), pictures
