"""Download the recorded pen strokes from UCI's archive, as their authors published them.

E. Alpaydin and F. Alimoglu, "Pen-Based Recognition of Handwritten Digits", UCI Machine Learning
Repository 1996, doi 10.24432/C5MG6K, CC BY 4.0: the original, unnormalised training file.
"""

import tempfile
import zipfile
import zlib
from pathlib import Path

from mnist_core.data.archives import open_member
from mnist_core.data.downloads import Progress, Remote, download
from mnist_core.data.lzw import MAGIC, decompress
from mnist_core.data.uci_segments import Segment, read_segments
from mnist_core.errors import DataError

URLS = (
    "https://archive.ics.uci.edu/static/public/81/pen+based+recognition+of+handwritten+digits.zip",
    "https://archive.ics.uci.edu/ml/machine-learning-databases/pendigits/pendigits-orig.tra.Z",
)
MEMBER = "pendigits-orig.tra.Z"
MAX_PACKED = 10_000_000  # bytes; the archive has 1.7 million
MAX_UNPACKED = 20_000_000  # bytes; the file has about 4 million


def fetch_segments(cached: Path, on_progress: Progress | None = None) -> list[Segment]:
    """Return the strokes, downloaded from the first of `URLS` that has them.

    Args:
        cached: where somebody without network may put a file by hand; named in the error.
        on_progress: called with bytes done and bytes in total.

    Raises:
        DataError: none has them; the message says what is wrong with the first.
    """
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        for url in URLS:
            try:
                file = download(remote(url, cached), Path(folder) / Path(url).name, on_progress)
                return open_segments(file)
            except DataError as problem:
                problems.append(problem)
    raise problems[0]


def open_segments(path: Path) -> list[Segment]:
    """Return the strokes in UCI's archive, or in the file from it, compressed or not.

    Raises:
        DataError: the file is damaged or not the expected one.
    """
    try:
        packed = unzip(path) if zipfile.is_zipfile(path) else path.read_bytes()
        text = decompress(packed, MAX_UNPACKED) if packed.startswith(MAGIC) else packed
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
    """Return the one file that we use from an archive; nothing is written."""
    with (
        zipfile.ZipFile(path) as archive,
        open_member(archive, archive.getinfo(MEMBER)) as member,
    ):
        content = member.read(MAX_UNPACKED + 1)
    if len(content) > MAX_UNPACKED:
        raise ValueError(f"it has more than {MAX_UNPACKED:,} bytes")
    return content


def remote(url: str, cached: Path) -> Remote:
    """Return the download from one address."""
    return Remote(
        name="The set of pen strokes",
        url=url,
        max_bytes=MAX_PACKED,
        instead="set PEN_STROKES to a file you trust",
        ways_out="Three ways out: connect to the internet and try again; download "
        f"{URLS[0]} elsewhere and set PEN_STROKES to its path; or copy {cached.name} from a "
        f"machine that has it to {cached}.",
    )
