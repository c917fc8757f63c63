"""Read one file from a .tgz archive that is not trusted."""

import io
import tarfile
from pathlib import Path

from mnist_core.data.file_tree import unpack_gzip
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
        content = unpack_gzip(path.read_bytes(), MAX_UNPACKED, path.name)
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            member = archive.getmember(name)
            file = archive.extractfile(member) if member.type == tarfile.REGTYPE else None
            if file is None:
                raise ValueError(f"{name}, which is not a file")
            return file.read()
    except (OSError, ValueError, KeyError, EOFError, tarfile.TarError) as problem:
        raise DataError(
            f"Expected {path.name} to be a .tgz with {name}. Received: {problem}"
        ) from problem
