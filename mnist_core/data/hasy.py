"""Download HASYv2: symbols that people drew in a browser to find their LaTeX command.

M. Thoma, "The HASYv2 dataset", arXiv 1701.08380, doi 10.5281/zenodo.259444, Open Database License.
Many of its 369 kinds look like digits; we use 20 that do not.
"""

import csv
import io
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core.data.archives import READ_ERRORS, Limits, files_of
from mnist_core.data.downloads import Progress, Remote, download
from mnist_core.errors import DataError
from mnist_core.pictures import Picture

URL = "https://zenodo.org/records/259444/files/HASYv2.tar.bz2"
SHA256 = "7c3ffe709e8c2b83f6ab7d8afc79f7b5f46421657981b1752d22a0ed0052aa2d"
MAX_PACKED = 40_000_000  # bytes; the archive has 35 million
MAX_UNPACKED = 2_000_000_000  # bytes
MAX_FILE_SIZE = 30_000_000  # bytes; the largest file is the list of all drawings
LIST = "hasy-data-labels.csv"
SIDE = 32  # pixels

# The LaTeX commands of each kind: first the kinds to train on, then those to test on.
KINDS = (
    (r"\int",),
    (r"\sum",),
    (r"\infty",),
    (r"\alpha",),
    (r"\xi",),
    (r"\equiv",),
    (r"\partial",),
    (r"\mathds{R}", r"\mathbb{R}"),
    (r"\in",),
    (r"\square", r"\Box"),
    (r"\forall",),
    (r"\approx",),
    (r"\sim",),
    (r"\Rightarrow",),
    (r"\subseteq",),
    (r"\pi",),
    (r"\pm",),
    (r"\neq",),
    (r"\varphi",),
    (r"\times",),
)

Drawings = tuple[Picture, NDArray[np.uint8]]


def fetch_symbols(cached: Path, on_progress: Progress | None = None) -> Drawings:
    """Download the symbols: uint8 (n, 32, 32), light on black, and their kinds, uint8 (n,).

    Args:
        cached: where somebody without network may put a file by hand; named in the error.
        on_progress: called with bytes done and bytes in total.

    Raises:
        DataError: no network, a full disk, or not the expected file.
    """
    with tempfile.TemporaryDirectory() as folder:
        return open_archive(download(remote(cached), Path(folder) / Path(URL).name, on_progress))


def open_archive(path: Path) -> Drawings:
    """Return the symbols in the published .tar.bz2. Nothing is written, no link is followed.

    Raises:
        DataError: the file is damaged or not the expected one.
    """
    try:
        kinds = kinds_of(read_list(path))
        wanted = read_files(path, kinds)
        if not wanted:
            raise ValueError("none of the drawings")
        images = np.stack([255 - decode(name, wanted[name]) for name in sorted(wanted)])
        return images, np.array([kinds[name] for name in sorted(wanted)], np.uint8)
    except (*READ_ERRORS, KeyError, csv.Error) as problem:
        raise DataError(
            f"Expected {path.name} to be HASYv2.tar.bz2, with drawings and {LIST}. "
            f"Received: {problem}"
        ) from problem


def read_list(path: Path) -> str:
    """Return the list of all drawings."""
    if LIST not in (files := read_files(path, {LIST})):
        raise ValueError(f"an archive without {LIST}")
    return files[LIST].decode("utf-8")


def read_files(path: Path, names: Collection[str]) -> dict[str, bytes]:
    """Return the files with these names in an archive, whatever folders they lie in."""
    limits = Limits(files=1_000_000, file_size=MAX_FILE_SIZE, size=MAX_UNPACKED)
    found = files_of(path, lambda name: PurePosixPath(name).name in names, limits)
    return {PurePosixPath(name).name: content for name, content in found}


def kinds_of(text: str) -> Mapping[str, int]:
    """Return the kind of each drawing that we use, by the name of its file."""
    kind_of = {command: i for i, commands in enumerate(KINDS) for command in commands}
    return {
        PurePosixPath(row["path"]).name: kind_of[row["latex"]]
        for row in csv.DictReader(io.StringIO(text))
        if row["latex"] in kind_of
    }


def decode(name: str, content: bytes) -> Picture:
    """Return a drawing, dark on light: uint8 (32, 32)."""
    picture = None
    if content:  # OpenCV raises for an empty file
        picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)
    if picture is None or picture.shape != (SIDE, SIDE):
        raise ValueError(f"{name}, which is not a picture of {SIDE} x {SIDE} pixels")
    return np.asarray(picture, np.uint8)


def remote(cached: Path) -> Remote:
    """Return the download of the archive."""
    return Remote(
        name="The set of drawn symbols",
        url=URL,
        max_bytes=MAX_PACKED,
        instead="set NOT_DIGITS to a file you trust",
        ways_out="Three ways out: connect to the internet and try again; download "
        f"{URL} elsewhere and set NOT_DIGITS to its path; or copy {cached.name} from a machine "
        f"that has it to {cached}.",
        checksum=SHA256,
    )
