"""Read .npz files safely: nothing in them is executed, and damage becomes a DataError."""

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.errors import DataError

READ_ERRORS = (  # what NumPy, the libraries below it, and the caller's checks raise
    *(OSError, ValueError, KeyError, EOFError, TypeError, AttributeError),
    *(MemoryError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error),
)


@contextmanager
def arrays_in(path: Path, what: str) -> Iterator[Mapping[str, NDArray[Any]]]:
    """Open an .npz file for a `with` block; each array is read on access.

    Args:
        path: the file.
        what: in words, what it should contain; named in the error.

    Raises:
        DataError: the file is missing, damaged or not an .npz, or the block raises a KeyError or a
            ValueError about its content.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            yield arrays
    except READ_ERRORS as problem:
        raise DataError(f"Expected {path} to contain {what}. Received: {problem}") from problem
