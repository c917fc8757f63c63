"""A disk cache of network outputs: each model reads each set of digits only once.

The cache survives a restart. Its size is limited: the least recently used arrays are removed first.
If a file is damaged or the disk is full, the outputs are computed again. A model that takes seconds
to read its test sets may bring these outputs along, in a folder beside its card.
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

from mnist_core.data.digits import Digits
from mnist_core.files import atomic_write
from mnist_core.inference.litert import Progress, outputs_in_steps
from mnist_core.inference.reader import Reader
from mnist_core.models.registry import OUTPUTS
from mnist_core.workspace import data_root

MAX_FILES = 64
MAX_BYTES = 400_000_000


def cached_logits(reader: Reader, digits: Digits, on_progress: Progress) -> NDArray[np.float32]:
    """Return the logits for digits, float32 (n, 10), from the model's folder or from the cache.

    Args:
        reader: the model.
        digits: at least one.
        on_progress: called with the digits done and the total, if anything has to be computed.
    """
    shipped = load_array(shipped_file(reader, digits, "logits"), len(digits))
    if shipped is not None:
        return shipped.astype(np.float32)
    return cached(
        cache_key(reader, digits, "logits"),
        len(digits),
        lambda: outputs_in_steps(reader.network.run, digits.images, "logits", on_progress),
    )


def ship_logits(reader: Reader, digits: Digits) -> None:
    """Write the logits for digits into the model's own folder.

    They take half the room in float16: an error of 0.001 in a probability at most, as measured.
    Where that would change a prediction, they stay as they are.
    """
    logits = reader.logits(digits.images)
    half = logits.astype(np.float16)
    same = np.array_equal(half.argmax(axis=1), logits.argmax(axis=1))
    file = shipped_file(reader, digits, "logits")
    file.parent.mkdir(exist_ok=True)
    np.savez_compressed(file, array=half if same else logits)


def shipped_file(reader: Reader, digits: Digits, kind: str) -> Path:
    """Return the file in the model's folder for one data set and output."""
    return reader.network.path.parent / OUTPUTS / f"{cache_key(reader, digits, kind)}.npz"


def cache_key(reader: Reader, digits: Digits, kind: str) -> str:
    """Return the cache key for one model, data set and output."""
    return f"{reader.card.checksums['model.tflite'][:16]}-{digits.fingerprint()}-{kind}"


def is_cached(reader: Reader, digits: Digits, kind: str) -> bool:
    """Return whether there is a file with this output; it may be damaged."""
    files = shipped_file(reader, digits, kind), cache_file(cache_key(reader, digits, kind))
    return any(file.is_file() for file in files)


def cached(key: str, n: int, compute: Callable[[], NDArray[Any]]) -> NDArray[Any]:
    """Return the array with this key from the cache, or compute and cache it.

    Args:
        key: a file name that identifies everything the array depends on.
        n: the number of rows of the array.
        compute: returns the array, of any dtype but object.
    """
    array = load_array(cache_file(key), n)
    if array is not None:
        with contextlib.suppress(OSError):
            os.utime(cache_file(key))  # marks it as used just now
    else:
        array = compute()
        with contextlib.suppress(OSError):  # on a full disk, the answer still comes, only uncached
            write_array(cache_file(key), array)
    return array


def cache_file(key: str) -> Path:
    """Return the cache file for a key."""
    return data_root() / "cache" / f"{key}.npz"


def load_array(file: Path, n: int) -> NDArray[Any] | None:
    """Return the array in a file, or None if the file is missing or damaged.

    An .npz file is a ZIP archive and has checksums, so even one flipped bit is noticed.
    """
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
            array = np.asarray(arrays["array"])
    except (
        *(OSError, ValueError, KeyError, EOFError, AttributeError),
        *(MemoryError, RuntimeError, zipfile.BadZipFile, zlib.error),
    ):
        return None
    return array if array.ndim and len(array) == n else None


def write_array(file: Path, array: NDArray[Any]) -> None:
    """Write an array atomically, then evict the least recently used ones."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(file) as partial, partial.open("xb") as opened:
        np.savez(opened, array=array)
    evict_least_recent(file.parent)


def evict_least_recent(folder: Path) -> None:
    """Remove the least recently used files until the rest is within the limits.

    Other processes may remove the same files at the same time, or be writing new ones.
    """
    entries = []
    for file in folder.glob("[!.]*.npz"):
        with contextlib.suppress(OSError):
            entries.append((file.stat().st_mtime_ns, file.stat().st_size, file))
    total = 0
    for index, (_, size, file) in enumerate(sorted(entries, reverse=True)):
        total += size
        if index and (index >= MAX_FILES or total > MAX_BYTES):
            file.unlink(missing_ok=True)
