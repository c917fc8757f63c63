"""One file out of a .tgz that somebody else has made."""

import io
import tarfile
import zlib
from pathlib import Path

from mnist_core.errors import DataError

MOST_UNPACKED = 50_000_000  # bytes


def read_member(path: Path, name: str) -> bytes:
    """Return what one file in a .tgz holds. Nothing is written anywhere, no link is followed.

    Args:
        path: the .tgz.
        name: of the file in it, in full.

    Raises:
        DataError: it is damaged, holds more than 50 MB, or no file of this name.
    """
    try:
        content = unzip(path.read_bytes())
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            member = archive.getmember(name)
            file = archive.extractfile(member) if member.type == tarfile.REGTYPE else None
            if file is None:
                raise ValueError(f"{name} that is no file")
            return file.read()
    except (OSError, ValueError, KeyError, EOFError, tarfile.TarError, zlib.error) as problem:
        raise DataError(
            f"Expected {path.name} to be a .tgz with {name}. Received: {problem}"
        ) from problem


def unzip(packed: bytes) -> bytes:
    """Return what a gzip file holds, if it is whole and not too much."""
    unzipper = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    content = unzipper.decompress(packed, MOST_UNPACKED + 1)
    if len(content) > MOST_UNPACKED:
        raise ValueError(f"more than {MOST_UNPACKED:,} bytes")
    if not unzipper.eof:
        raise ValueError("a part of it")
    return content
