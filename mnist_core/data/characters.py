"""Characters recorded as pen strokes by many people: UNIPEN's digits, letters and signs.

They are those that `unipen_release` downloads, stored in the layout of `pens_file`, y down. Each
collection was recorded by another laboratory, with its own tablet and its own writers.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.downloads import Progress
from mnist_core.data.npz import arrays_in
from mnist_core.data.pens_file import LAYOUT, Stroke, fingerprint, strokes_in, write_strokes
from mnist_core.data.unipen_release import Character, fetch_characters, open_release
from mnist_core.errors import DataError
from mnist_core.files import named_file
from mnist_core.workspace import data_root

DIGITS = "0123456789"

# The fingerprint of all 73,920 characters. It covers the content, not the files' bytes.
SHA256 = "1b682a002d2bbb409e18694e2409578fec11ae2f44b8e28ab2c5021026780e83"


@dataclass(frozen=True)
class Characters:
    """Isolated characters as pen strokes.

    Attributes:
        strokes: for each character, for each of its strokes in pen order, int16 (n, 2): x and y,
            y down, scaled so that the longer side of the character is 2,000.
        labels: str (n,), the character as UNIPEN writes it: one of ASCII's, with a backslash
            before a quotation mark or a backslash.
        writers: str (n,), who wrote it, as "collection/number". The number is that of the file;
            some people filled several.
    """

    strokes: list[list[Stroke]]
    labels: NDArray[np.str_]
    writers: NDArray[np.str_]

    def __post_init__(self) -> None:
        """Raise a DataError for different lengths, so that later code can trust them."""
        counts = len(self.strokes), len(self.labels), len(self.writers)
        if len(set(counts)) > 1:
            raise DataError(
                f"Expected strokes, labels and writers of n characters. Received: {counts}"
            )

    def __len__(self) -> int:
        """Return the number of characters."""
        return len(self.labels)

    @property
    def collections(self) -> NDArray[np.str_]:
        """The collection of each character: str (n,)."""
        return np.array([writer.partition("/")[0] for writer in self.writers], np.str_)

    def where(self, chosen: NDArray[np.bool_]) -> "Characters":
        """Return the characters that are chosen, bool (n,)."""
        strokes = [self.strokes[i] for i in np.flatnonzero(chosen)]
        return Characters(strokes, self.labels[chosen], self.writers[chosen])

    def labelled(self, labels: Sequence[str]) -> "Characters":
        """Return the characters with one of these labels."""
        return self.where(np.isin(self.labels, list(labels)))

    def fingerprint(self) -> str:
        """Return the SHA-256 of the content, 64 hexadecimal digits: see `pens_file`.

        Labels, then writers, are lines of UTF-8.
        """
        names = "".join(f"{name}\n" for name in [*self.labels, *self.writers])
        return fingerprint(names.encode(), self.strokes)


def load_characters(on_progress: Progress | None = None) -> Characters:
    """Return the recorded characters, downloading them if they are not on this machine.

    They come from the file or folder that `UNIPEN` names, which may contain other characters, or
    else from the data root, where a download is stored.

    Args:
        on_progress: called with bytes done and bytes in total while downloading.

    Raises:
        DataError: `UNIPEN` does not name such a file, or the download failed.
    """
    if named := named_file("UNIPEN", or_folder=True):
        return open_characters(named)
    with contextlib.suppress(DataError):  # missing or damaged: download again
        return verified(open_characters(cache_file()))
    characters = verified(characters_of(fetch_characters(cache_file(), on_progress)))
    with contextlib.suppress(OSError):  # a full disk costs another download next time, no more
        write_strokes(cache_file(), characters.strokes, characters.labels, characters.writers)
    return characters


def local_characters() -> Path | None:
    """Return the file or folder that `UNIPEN` names, or else the stored file, or else None.

    Raises:
        DataError: `UNIPEN` names no file.
    """
    if named := named_file("UNIPEN", or_folder=True):
        return named
    return cache_file() if cache_file().is_file() else None


def cache_file() -> Path:
    """Return where downloaded characters are stored."""
    return data_root() / "data" / "unipen.npz"


def open_characters(path: Path) -> Characters:
    """Return the characters in an .npz of our layout, or in UNIPEN's files as published.

    Raises:
        DataError: the file is missing, damaged or contains something else.
    """
    if path.suffix != ".npz":
        return characters_of(open_release(path))
    with arrays_in(path, f"recorded characters as {', '.join(LAYOUT)}") as arrays:
        strokes = strokes_in(arrays, lambda points: points)
        return Characters(
            strokes, as_text("label", arrays["label"]), as_text("writer", arrays["writer"])
        )


def as_text(name: str, texts: NDArray[np.generic]) -> NDArray[np.str_]:
    """Return texts as str (n,).

    Raises:
        ValueError: they have another type or shape.
    """
    if texts.dtype.kind != "U" or texts.ndim != 1:
        raise ValueError(f"{name} of type {texts.dtype} and shape {texts.shape}")
    return texts.astype(np.str_)


def verified(characters: Characters) -> Characters:
    """Return the characters if they are the published ones.

    Raises:
        DataError: they are not.
    """
    if (received := characters.fingerprint()) != SHA256:
        raise DataError(
            f"Expected the recorded characters to have the SHA-256 {SHA256}. Received: {received}, "
            f"of {len(characters):,} characters. Nothing was kept; try again, or set UNIPEN to a "
            "file you trust."
        )
    return characters


def characters_of(found: Sequence[Character]) -> Characters:
    """Return UNIPEN's characters, the files of each collection numbered from 1 by their names."""
    files: dict[str, list[str]] = {}
    for name in sorted({character.file for character in found}):
        files.setdefault(name.partition("/")[0], []).append(name)
    writer_of = {
        name: f"{collection}/{number}"
        for collection, names in files.items()
        for number, name in enumerate(names, 1)
    }
    return Characters(
        [character.strokes for character in found],
        np.array([character.label for character in found], np.str_),
        np.array([writer_of[character.file] for character in found], np.str_),
    )
