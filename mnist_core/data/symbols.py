"""Symbols that people drew and that are not digits: outliers to train on.

They are 20 of the kinds that `hasy` downloads, stored in one .npz file.
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.downloads import Progress
from mnist_core.data.hasy import KINDS, SIDE, fetch_symbols, open_archive
from mnist_core.data.npz import arrays_in
from mnist_core.errors import DataError
from mnist_core.files import atomic_write, named_file
from mnist_core.pictures import Picture
from mnist_core.workspace import data_root


@dataclass(frozen=True)
class Symbols:
    """Drawn symbols.

    Attributes:
        images: uint8 (n, 32, 32), ink light on black.
        kinds: uint8 (n,), which symbol each of them is, an index into `KINDS`.
    """

    images: Picture
    kinds: NDArray[np.uint8]

    def __len__(self) -> int:
        """Return the number of drawings."""
        return len(self.kinds)

    def of_kinds(self, first: int, last: int) -> "Symbols":
        """Return the drawings of the kinds from `first` to `last`, both included."""
        chosen = (self.kinds >= first) & (self.kinds <= last)
        return Symbols(self.images[chosen], self.kinds[chosen])


def load_symbols(on_progress: Progress | None = None) -> Symbols:
    """Return the drawn symbols, downloading them if they are not on this machine.

    They come from the file that `NOT_DIGITS` names, which may contain other symbols, or else from
    the data root, where a download is stored.

    Args:
        on_progress: called with bytes done and bytes in total while downloading.

    Raises:
        DataError: `NOT_DIGITS` does not name such a file, or the download failed.
    """
    if named := named_file("NOT_DIGITS"):
        return read_npz(named) if named.suffix == ".npz" else Symbols(*open_archive(named))
    with contextlib.suppress(DataError):  # missing or damaged: download again
        return read_npz(cache_file())
    symbols = Symbols(*fetch_symbols(cache_file(), on_progress))
    with contextlib.suppress(OSError):  # a full disk costs another download next time, no more
        write_npz(cache_file(), symbols)
    return symbols


def local_symbols() -> Path | None:
    """Return the file that `NOT_DIGITS` names, or else the stored one, or else None.

    Raises:
        DataError: `NOT_DIGITS` names no file.
    """
    if named := named_file("NOT_DIGITS"):
        return named
    return cache_file() if cache_file().is_file() else None


def cache_file() -> Path:
    """Return where downloaded symbols are stored."""
    return data_root() / "data" / "symbols.npz"


def read_npz(path: Path) -> Symbols:
    """Return the symbols in a file with `images`, uint8 (n, 32, 32), dark on light, and `symbol`.

    Raises:
        DataError: the file is missing, damaged or has another layout.
    """
    with arrays_in(path, "drawn symbols as images and symbol") as arrays:
        images, kinds = arrays["images"], arrays["symbol"]
        if images.dtype != np.uint8 or images.shape != (len(kinds), SIDE, SIDE):
            raise ValueError(f"images of type {images.dtype} and shape {images.shape}")
        if kinds.dtype.kind not in "iu" or kinds.ndim != 1:
            raise ValueError(f"symbol of type {kinds.dtype} and shape {kinds.shape}")
        if len(kinds) and not 0 <= int(kinds.min()) <= int(kinds.max()) < len(KINDS):
            raise ValueError(f"symbol from {kinds.min()} to {kinds.max()}")
        return Symbols(255 - images, kinds.astype(np.uint8))


def write_npz(path: Path, symbols: Symbols) -> None:
    """Write symbols, completely or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as partial, partial.open("xb") as file:
        np.savez_compressed(file, images=255 - symbols.images, symbol=symbols.kinds)
