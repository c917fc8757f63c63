"""NumPy's .npz files from anywhere: nothing in them is executed, and damage is told."""

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.errors import DataError

DAMAGE = (  # what NumPy and the libraries below it raise, besides what a reader's checks do
    *(OSError, ValueError, KeyError, EOFError, TypeError, AttributeError),
    *(MemoryError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error),
)


@contextmanager
def arrays_in(path: Path, what: str) -> Iterator[Mapping[str, NDArray[Any]]]:
    """Give the arrays of an .npz file, each read when it is asked for.

    Args:
        path: the file.
        what: in words, what it should hold.

    Raises:
        DataError: the file is missing, damaged or no .npz, or whoever reads it finds fault with it
            by a KeyError or a ValueError.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            yield arrays
    except DAMAGE as problem:
        raise DataError(f"Expected {path} to hold {what}. Received: {problem}") from problem
