"""Where the drawn signs come from: HASYv2, signs that people drew to find their LaTeX command.

M. Thoma, "The HASYv2 dataset", arXiv 1701.08380, doi 10.5281/zenodo.259444, Open Database License.
Of its 369 kinds, many look like digits; 20 that do not are used.
"""

import csv
import io
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core.errors import DataError
from mnist_core.preprocessing import Picture
from mnist_core.sources.downloads import Progress, Remote, download

URL = "https://zenodo.org/records/259444/files/HASYv2.tar.bz2"
SHA256 = "7c3ffe709e8c2b83f6ab7d8afc79f7b5f46421657981b1752d22a0ed0052aa2d"
MOST_PACKED = 40_000_000  # bytes; it has 35 million
MOST_OF_A_FILE = 30_000_000  # bytes; the list of all drawings is the largest
LIST = "hasy-data-labels.csv"
SIDE = 32  # pixels

# Each kind by the commands it goes by; those first trained on, then those to test on.
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


def fetch_symbols(kept: Path, on_progress: Progress | None = None) -> Drawings:
    """Return the signs as they were published: uint8 (n, 32, 32), light on black, and their kinds.

    Args:
        kept: where a file may be put by hand, to tell those who have no network.
        on_progress: called with bytes done and bytes in all.

    Raises:
        DataError: no network, a full disk, or another file than expected.
    """
    with tempfile.TemporaryDirectory() as folder:
        return open_archive(download(remote(kept), Path(folder) / Path(URL).name, on_progress))


def open_archive(path: Path) -> Drawings:
    """Return the signs in a .tar.bz2 as published. Nothing is written, no link is followed.

    Raises:
        DataError: the file is another one, or damaged.
    """
    try:
        kinds = kinds_of(read_list(path))
        wanted = {name: picture for name, picture in files_of(path) if name in kinds}
        if not wanted:
            raise ValueError("none of the drawings")
        images = np.stack([255 - decode(name, wanted[name]) for name in sorted(wanted)])
        return images, np.array([kinds[name] for name in sorted(wanted)], np.uint8)
    except (OSError, ValueError, KeyError, EOFError, tarfile.TarError, csv.Error) as problem:
        raise DataError(
            f"Expected {path.name} to be HASYv2.tar.bz2, with drawings and {LIST}. "
            f"Received: {problem}"
        ) from problem


def read_list(path: Path) -> str:
    """Return the list of all drawings."""
    for name, content in files_of(path):
        if name == LIST:
            return content.decode("utf-8")
    raise ValueError(f"an archive without {LIST}")


def files_of(path: Path) -> Iterator[tuple[str, bytes]]:
    """Return the files of an archive one after another: their names, without folders, and bytes."""
    with tarfile.open(path, "r|bz2") as archive:  # a stream: to seek in bz2 is to start anew
        for member in archive:
            if member.type != tarfile.REGTYPE:
                continue
            if member.size > MOST_OF_A_FILE:
                raise ValueError(f"a file of {member.size:,} bytes")
            file = archive.extractfile(member)
            yield PurePosixPath(member.name).name, file.read() if file else b""


def kinds_of(text: str) -> Mapping[str, int]:
    """Return the kind of each drawing that is wanted, by the name of its file."""
    place = {command: i for i, commands in enumerate(KINDS) for command in commands}
    return {
        PurePosixPath(row["path"]).name: place[row["latex"]]
        for row in csv.DictReader(io.StringIO(text))
        if row["latex"] in place
    }


def decode(name: str, content: bytes) -> Picture:
    """Return a drawing, dark on light: uint8 (32, 32)."""
    picture = None
    if content:  # of nothing, OpenCV raises
        picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)
    if picture is None or picture.shape != (SIDE, SIDE):
        raise ValueError(f"{name} that is no picture of {SIDE} x {SIDE} pixels")
    return np.asarray(picture, np.uint8)


def remote(kept: Path) -> Remote:
    """Return what to download, and what to tell those who cannot."""
    return Remote(
        name="The set of drawn signs",
        url=URL,
        most=MOST_PACKED,
        instead="set NOT_DIGITS to a file you trust",
        ways_out="Three ways out: connect to the internet and try again; download "
        f"{URL} elsewhere and set NOT_DIGITS to its path; or copy {kept.name} from a machine "
        f"that has it to {kept}.",
        checksum=SHA256,
    )
