"""Read one file from a .tgz archive that is not trusted."""

import io
import tarfile
import zlib
from pathlib import Path

from mnist_core.errors import DataError

MAX_UNPACKED = 50_000_000  # bytes


def read_member(path: Path, name: str) -> bytes:
    """Return the content of one file in a .tgz. Nothing is written, no link is followed.

    Args:
        path: the .tgz.
        name: the full name of the file in it.

    Raises:
        DataError: it is damaged, has more than 50 MB, or has no file of this name.
    """
    try:
        content = unzip(path.read_bytes())
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            member = archive.getmember(name)
            file = archive.extractfile(member) if member.type == tarfile.REGTYPE else None
            if file is None:
                raise ValueError(f"{name}, which is not a file")
            return file.read()
    except (OSError, ValueError, KeyError, EOFError, tarfile.TarError, zlib.error) as problem:
        raise DataError(
            f"Expected {path.name} to be a .tgz with {name}. Received: {problem}"
        ) from problem


def unzip(packed: bytes) -> bytes:
    """Return the decompressed content of a gzip file.

    Raises:
        ValueError: it is incomplete or has more than 50 MB.
    """
    unzipper = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    content = unzipper.decompress(packed, MAX_UNPACKED + 1)
    if len(content) > MAX_UNPACKED:
        raise ValueError(f"more than {MAX_UNPACKED:,} bytes")
    if not unzipper.eof:
        raise ValueError("an incomplete file")
    return content
