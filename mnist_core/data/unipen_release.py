"""Download UNIPEN's `train_r01_v07`: characters that many people wrote on many tablets.

I. Guyon et al., "UNIPEN project of on-line data exchange and recognizer benchmarks", ICPR 1994;
International Unipen Foundation 1999, doi 10.5281/zenodo.1195803, CC BY 4.0. We use nine of its
collections, each from another laboratory, and of those the isolated characters: digits, capitals,
small letters and signs. The other collections are for tests alone.
"""

import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from mnist_core.data.archives import READ_ERRORS, Limits, files_of
from mnist_core.data.downloads import Progress, Remote, download
from mnist_core.data.pens_file import Stroke
from mnist_core.data.unipen import Block, Points, read_blocks, read_index, strokes_of
from mnist_core.errors import DataError

URL = "https://zenodo.org/records/1195803/files/unipen-CDROM-train_r01_v07.tgz"
COLLECTIONS = ("apa", "apb", "app", "art", "cea", "ceb", "ced", "gmd", "ibm")
MAX_PACKED = 400_000_000  # bytes
LIMITS = Limits(files=200_000, file_size=20_000_000, size=3_000_000_000)
MAX_USED = 100_000_000  # bytes of the files that we use; they have about 40 million
MAX_BLOCKS = 100  # of a character
SIDE = 2000  # the longer side of each character

USED = re.compile(  # an index, or a file with the pens' ways
    r"(?:.*/)?(?:data/(?P<category>1[a-d])|include)"
    rf"/(?P<name>(?:{'|'.join(COLLECTIONS)})/[^\n]+\.dat)"
)
LABEL = re.compile(r'[!-~]|\\["\\]')


class Character(NamedTuple):
    """One written character.

    Attributes:
        label: as in `unipen.Segment`.
        file: the name of the file that holds its strokes; it begins with the collection.
        strokes: as in `characters.Characters`.
    """

    label: str
    file: str
    strokes: list[Stroke]


class Key(NamedTuple):
    """Which file it is; those with the pens' ways have no category.

    Attributes:
        category: "1a" to "1d", or "".
        name: its path below `include`, or below the category.
    """

    category: str
    name: str


def fetch_characters(cached: Path, on_progress: Progress | None = None) -> list[Character]:
    """Download the characters, in the order of `open_release`.

    Args:
        cached: where somebody without network may put a file by hand; named in the error.
        on_progress: called with bytes done and bytes in total.

    Raises:
        DataError: no network, a full disk, or not the expected file.
    """
    with tempfile.TemporaryDirectory() as folder:
        return open_release(download(remote(cached), Path(folder) / Path(URL).name, on_progress))


def open_release(path: Path) -> list[Character]:
    """Return the characters of the published .tgz, or of a .zip or a folder with the same files.

    They come sorted by category, collection and file, and within a file in its order. Characters
    whose ink is masked, or begins or ends in mid-stroke, are left out.

    Raises:
        DataError: the file is damaged or not the expected one.
    """
    try:
        characters = [*characters_in(read_files(path))]
        if not characters:
            raise ValueError(f"none of the collections {', '.join(COLLECTIONS)}")
        return characters
    except READ_ERRORS as problem:
        raise DataError(
            f"Expected {path.name} to be {Path(URL).name}, or a .zip or folder with its files. "
            f"Received: {problem}"
        ) from problem


def read_files(path: Path) -> dict[Key, str]:
    """Return the texts that we use; other files are not read."""
    texts: dict[Key, str] = {}
    used = 0
    for name, content in files_of(path, lambda name: key_of(name) is not None, LIMITS):
        used = within_limit(used + len(content))
        if (key := key_of(name)) is None or key in texts:
            raise ValueError(f"{name!r} twice")
        texts[key] = content.decode("latin-1").replace("\r\n", "\n")
    return texts


def key_of(name: str) -> Key | None:
    """Return which file it is, by its name with folders; None if we do not use it."""
    match = USED.fullmatch(name)
    return Key(match["category"] or "", match["name"]) if match else None


def within_limit(used: int) -> int:
    """Return the number of bytes.

    Raises:
        ValueError: there are too many.
    """
    if used > MAX_USED:
        raise ValueError(f"more than {MAX_USED:,} bytes")
    return used


def characters_in(texts: Mapping[Key, str]) -> Iterator[Character]:
    """Yield the characters that the indices name."""
    pens = {key.name: read_blocks(text) for key, text in texts.items() if not key.category}
    indices = sorted(key for key in texts if key.category)
    used = 0
    for key in indices:
        index = read_index(texts[key])
        blocks, files = join(pens, index.includes)
        for label, first, last in index.segments:
            if not LABEL.fullmatch(label) or not first <= last < min(
                len(blocks), first + MAX_BLOCKS
            ):
                continue
            its = blocks[first : last + 1]
            used = within_limit(used + sum(len(block.text) for block in its))
            if strokes := strokes_of(its):
                yield Character(label, files[first], scale(strokes))


def join(pens: Mapping[str, list[Block]], includes: list[str]) -> tuple[list[Block], list[str]]:
    """Return the blocks of all included files, and the file of each block.

    Raises:
        ValueError: one of the files is missing.
    """
    names = [name for name in includes if key_of(f"include/{name}")]
    if missing := [name for name in names if name not in pens]:
        raise ValueError(f"an archive without {missing[0]!r}")
    blocks = [block for name in names for block in pens[name]]
    return blocks, [name for name in names for _ in pens[name]]


def scale(strokes: list[Points]) -> list[Stroke]:
    """Return strokes from 0 to `SIDE`, y down: int16 (n, 2) each."""
    points = np.concatenate(strokes)
    left, top = points[:, 0].min(), points[:, 1].max()
    factor = SIDE / max(np.ptp(points, axis=0).max(), 1)
    return [
        np.round((stroke - [left, top]) * [1, -1] * factor).astype(np.int16) for stroke in strokes
    ]


def remote(cached: Path) -> Remote:
    """Return the download of the archive."""
    return Remote(
        name="The set of recorded characters",
        url=URL,
        max_bytes=MAX_PACKED,
        instead="set UNIPEN to a file you trust",
        ways_out="Three ways out: connect to the internet and try again; download "
        f"{URL} elsewhere and set UNIPEN to its path; or copy {cached.name} from a machine "
        f"that has it to {cached}.",
    )
