"""Where the pens' strokes come from: UCI's archive, as its authors recorded them.

E. Alpaydin and F. Alimoglu, "Pen-Based Recognition of Handwritten Digits", UCI Machine Learning
Repository 1996, doi 10.24432/C5MG6K, CC BY 4.0: the original, unnormalised training file.
"""

import tempfile
import zipfile
import zlib
from pathlib import Path

from mnist_core.errors import DataError
from mnist_core.sources.downloads import Progress, Remote, download
from mnist_core.sources.lzw import MAGIC, decompress
from mnist_core.sources.unipen import Segment, read_segments

URLS = (
    "https://archive.ics.uci.edu/static/public/81/pen+based+recognition+of+handwritten+digits.zip",
    "https://archive.ics.uci.edu/ml/machine-learning-databases/pendigits/pendigits-orig.tra.Z",
)
MEMBER = "pendigits-orig.tra.Z"
MOST_PACKED = 10_000_000  # bytes; the whole archive has 1.7 million
MOST_UNPACKED = 20_000_000  # bytes; about 4 million are to be expected


def fetch_segments(kept: Path, on_progress: Progress | None = None) -> list[Segment]:
    """Return the strokes from the first of `URLS` that has them.

    Args:
        kept: where a file may be put by hand, to tell those who have no network.
        on_progress: called with bytes done and bytes in all.

    Raises:
        DataError: none has them; says what is wrong with the first.
    """
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        for url in URLS:
            try:
                file = download(remote(url, kept), Path(folder) / Path(url).name, on_progress)
                return open_segments(file)
            except DataError as problem:
                problems.append(problem)
    raise problems[0]


def open_segments(path: Path) -> list[Segment]:
    """Return the strokes in a file as UCI has it: the archive, or its member, packed or not.

    Raises:
        DataError: the file is another one, or damaged.
    """
    try:
        packed = unzip(path) if zipfile.is_zipfile(path) else path.read_bytes()
        text = decompress(packed, MOST_UNPACKED) if packed.startswith(MAGIC) else packed
        if segments := read_segments(text.decode("ascii")):
            return segments
        raise ValueError("no digits")
    except (
        *(OSError, ValueError, KeyError, EOFError, NotImplementedError, RuntimeError),
        *(zipfile.BadZipFile, zlib.error),
    ) as problem:
        raise DataError(
            f"Expected {path.name} to be UCI's archive of pen-based digits, or {MEMBER} from it. "
            f"Received: {problem}"
        ) from problem


def unzip(path: Path) -> bytes:
    """Return the one member of an archive that matters; nothing is written anywhere."""
    with zipfile.ZipFile(path) as archive:
        if archive.getinfo(MEMBER).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError("a packing that it never had")
        with archive.open(MEMBER) as member:
            content = member.read(MOST_UNPACKED + 1)
    if len(content) > MOST_UNPACKED:
        raise ValueError(f"it holds more than {MOST_UNPACKED:,} bytes")
    return content


def remote(url: str, kept: Path) -> Remote:
    """Return what to download, and what to tell those who cannot."""
    return Remote(
        name="The set of pen strokes",
        url=url,
        most=MOST_PACKED,
        instead="set PEN_STROKES to a file you trust",
        ways_out="Three ways out: connect to the internet and try again; download "
        f"{URLS[0]} elsewhere and set PEN_STROKES to its path; or copy {kept.name} from a machine "
        f"that has it to {kept}.",
    )
