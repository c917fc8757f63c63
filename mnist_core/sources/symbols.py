"""Signs that people drew in a browser and that are no digits, to learn to refuse.

They are some of the 369 kinds of `symbols_source`, kept in one .npz file.
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.errors import DataError
from mnist_core.files import named_file, whole_file
from mnist_core.preprocessing import Picture
from mnist_core.registry import home
from mnist_core.sources.downloads import Progress
from mnist_core.sources.npz import arrays_in
from mnist_core.sources.symbols_source import KINDS, SIDE, fetch_symbols, open_archive


@dataclass(frozen=True)
class Symbols:
    """Drawn signs.

    Attributes:
        images: uint8 (n, 32, 32), ink light on black.
        kinds: uint8 (n,), which sign each of them is, a place in `KINDS`.
    """

    images: Picture
    kinds: NDArray[np.uint8]

    def __len__(self) -> int:
        """Return how many drawings there are."""
        return len(self.kinds)

    def of_kinds(self, first: int, last: int) -> "Symbols":
        """Return the drawings of some kinds of signs, the first and the last of them included."""
        chosen = (self.kinds >= first) & (self.kinds <= last)
        return Symbols(self.images[chosen], self.kinds[chosen])


def load_symbols(on_progress: Progress | None = None) -> Symbols:
    """Return the drawn signs, downloading them only where they are not here.

    They are in the file that `NOT_DIGITS` names, which may hold other signs, else in the data
    root, else fetched and kept there.

    Args:
        on_progress: called with bytes done and bytes in all while downloading.

    Raises:
        DataError: `NOT_DIGITS` names no such file, or the download failed.
    """
    if named := named_file("NOT_DIGITS"):
        return read_npz(named) if named.suffix == ".npz" else Symbols(*open_archive(named))
    with contextlib.suppress(DataError):  # none there, or damaged: fetched anew
        return read_npz(kept_file())
    symbols = Symbols(*fetch_symbols(kept_file(), on_progress))
    with contextlib.suppress(OSError):  # a full disk costs the next download, nothing else
        write_npz(kept_file(), symbols)
    return symbols


def local_symbols() -> Path | None:
    """Return the file that `NOT_DIGITS` names, else the one that was kept, else None.

    Raises:
        DataError: `NOT_DIGITS` names no file.
    """
    if named := named_file("NOT_DIGITS"):
        return named
    return kept_file() if kept_file().is_file() else None


def kept_file() -> Path:
    """Return where the signs are kept once they have been fetched."""
    return home() / "data" / "symbols.npz"


def read_npz(path: Path) -> Symbols:
    """Return the signs in a file with `images` uint8 (n, 32, 32), dark on light, and `symbol`.

    Raises:
        DataError: the file is missing, damaged or of another layout.
    """
    with arrays_in(path, "drawn signs as images and symbol") as arrays:
        images, kinds = arrays["images"], arrays["symbol"]
        if images.dtype != np.uint8 or images.shape != (len(kinds), SIDE, SIDE):
            raise ValueError(f"images of type {images.dtype} and shape {images.shape}")
        if kinds.dtype.kind not in "iu" or kinds.ndim != 1:
            raise ValueError(f"symbol of type {kinds.dtype} and shape {kinds.shape}")
        if len(kinds) and not 0 <= int(kinds.min()) <= int(kinds.max()) < len(KINDS):
            raise ValueError(f"symbol from {kinds.min()} to {kinds.max()}")
        return Symbols(255 - images, kinds.astype(np.uint8))


def write_npz(path: Path, symbols: Symbols) -> None:
    """Write signs, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as partial, partial.open("xb") as file:
        np.savez_compressed(file, images=255 - symbols.images, symbol=symbols.kinds)
