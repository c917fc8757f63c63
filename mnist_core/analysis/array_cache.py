"""Arrays that took long to compute, kept on the disk so that they are computed once.

They survive a restart. What is kept is bounded: the arrays that were asked for longest ago go
first. A file that is damaged, or a disk that is full, costs time but nothing else.
"""

import contextlib
import os
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.files import whole_file
from mnist_core.registry import home

MOST_FILES = 64
MOST_BYTES = 400_000_000


def remembered(key: str, n: int, make: Callable[[], NDArray[Any]]) -> NDArray[Any]:
    """Return the array of this key from the disk, or make it and keep it there.

    Args:
        key: a name for a file; it must say everything that the array depends on.
        n: how many rows the array has.
        make: computes the array, of any dtype but object.
    """
    kept = read(file_of(key), n)
    if kept is None:
        kept = make()
        with contextlib.suppress(OSError):  # a full disk is no reason not to answer
            write(file_of(key), kept)
    return kept


def is_remembered(key: str) -> bool:
    """Return whether there is a file for this key; it may still be damaged."""
    return file_of(key).is_file()


def file_of(key: str) -> Path:
    """Return where the array of a key is kept."""
    return home() / "cache" / f"{key}.npz"


def read(file: Path, n: int) -> NDArray[Any] | None:
    """Return the array in a file, or None where there is none that is whole.

    A ZIP archive, which .npz is, has a checksum: a flipped bit is noticed.
    """
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
            array = np.asarray(arrays["array"])
        os.utime(file)  # it has been asked for just now
    except (
        *(OSError, ValueError, KeyError, EOFError, AttributeError),
        *(MemoryError, RuntimeError, zipfile.BadZipFile, zlib.error),
    ):
        return None
    return array if array.ndim and len(array) == n else None


def write(file: Path, array: NDArray[Any]) -> None:
    """Write an array whole or not at all; those asked for longest ago make room."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(file) as partial, partial.open("xb") as opened:
        np.savez(opened, array=array)
    make_room(file.parent)


def make_room(folder: Path) -> None:
    """Remove the files that were asked for longest ago, until the rest is within bounds.

    Others may be removing the same ones at this moment.
    """
    known = []
    for file in folder.glob("*.npz"):
        with contextlib.suppress(OSError):
            known.append((file.stat().st_mtime_ns, file.stat().st_size, file))
    total = 0
    for place, (_, size, file) in enumerate(sorted(known, reverse=True)):
        total += size
        if place and (place >= MOST_FILES or total > MOST_BYTES):
            file.unlink(missing_ok=True)
