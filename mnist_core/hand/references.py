"""Reference features of a model: what it makes of everybody's digits, and of what is no digit.

A hand is compared with them: where a drawing is at least as near to MNIST's digits as to a person's
own examples, nothing is to change. They are a file beside a model that ships, or in the cache of
the data root for one that was trained here. The file names the network it was computed from, so
that it never judges another one.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.npz import arrays_in
from mnist_core.errors import DataError, ModelError
from mnist_core.files import atomic_write, changed_at
from mnist_core.models.registry import REFERENCES, checksum
from mnist_core.workspace import data_root


@dataclass(frozen=True)
class References:
    """Features of pictures by everybody.

    Attributes:
        digits: float32 (n, width), features of MNIST's training digits, each of length 1.
        outliers: float32 (m, width), the same of pictures that are no digit; m may be 0.
    """

    digits: NDArray[np.float32]
    outliers: NDArray[np.float32]


def directions(features: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return features (n, width), each scaled to length 1; zeros stay zeros."""
    exact = features.astype(np.float32)
    length = np.linalg.norm(exact, axis=-1, keepdims=True)
    return np.asarray(exact / np.maximum(length, np.finfo(np.float32).tiny), np.float32)


def cache_file(network: str) -> Path:
    """Return where the references of a network that was trained here are, by its SHA-256."""
    return data_root() / "cache" / "references" / f"{network[:16]}.npz"


def write_references(
    folder: Path,
    digits: NDArray[np.float32],
    outliers: NDArray[np.float32],
    *,
    beside: bool = True,
) -> Path:
    """Write the reference features of the model in a folder, atomically; return the file.

    Args:
        folder: the model's folder, with its network.
        digits: float32 (n, width), features of digits, of any length; stored as float16.
        outliers: float32 (m, width), the same of pictures that are no digit; m may be 0.
        beside: whether to write into the model's folder; else into the cache.

    Raises:
        ModelError: the file cannot be written.
    """
    network = checksum(folder / "model.tflite")
    file = folder / REFERENCES if beside else cache_file(network)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(file) as partial, partial.open("xb") as opened:
            np.savez(  # compressed, they would be no smaller
                opened,
                digits=directions(digits).astype(np.float16),
                outliers=directions(outliers).astype(np.float16),
                network=np.array(network),
            )
    except OSError as problem:
        raise ModelError(f"Cannot write to {file.parent}: {problem.strerror}.") from problem
    return file


def load_references(folder: Path, network: str, width: int) -> References | None:
    """Return the reference features of a model; None if it has none that fit.

    They are remembered until their file changes.

    Args:
        folder: the model's folder.
        network: the SHA-256 of its model.tflite; references of another network do not fit.
        width: the number of features.
    """
    files = folder / REFERENCES, cache_file(network)
    found = (read_references(file, network, width, changed_at(file)) for file in files)
    return next(filter(None, found), None)


@lru_cache(maxsize=16)
def read_references(file: Path, network: str, width: int, _changed: int) -> References | None:
    """Return the reference features in a file that was changed then; None if none there fit."""
    try:
        with arrays_in(file, "reference features") as arrays:
            digits, outliers = arrays["digits"], arrays["outliers"]
            if str(arrays["network"]) != network or {digits.shape[1], outliers.shape[1]} != {width}:
                return None
            return References(directions(digits), directions(outliers))
    except (DataError, IndexError):
        return None
