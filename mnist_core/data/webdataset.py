"""Shards of WebDataset: tar archives in which the files of one sample share a name."""

import gzip
import tarfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from mnist_core.data.text_stream import GZIP
from mnist_core.errors import DataError
from mnist_core.files import is_clutter
from mnist_core.image_files import ENDINGS, HEIC_ENDINGS

PICTURES = (*ENDINGS, *HEIC_ENDINGS)


def is_tar(start: bytes) -> bool:
    """Return whether a file is a tar archive, perhaps packed, by its first 1,024 bytes."""
    if start.startswith(GZIP):
        try:
            start = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(start, 512)
        except zlib.error:
            return False
    return start[257:262] == b"ustar"


def samples_in(file: BinaryIO, name: str) -> Iterator[tuple[str, bytes]]:
    """Yield the pictures in a shard, each with the key of its sample.

    The key is the name up to the first dot, with the folders above it.

    Args:
        file: the shard; it is read once, from its beginning.
        name: what messages call it.

    Raises:
        DataError: it is damaged.
    """
    try:
        with tarfile.open(fileobj=file, mode="r|*") as archive:
            for member in archive:
                folder, slash, base = member.name.rpartition("/")
                if member.isfile() and base.lower().endswith(PICTURES) and not is_clutter(base):
                    content = archive.extractfile(member)
                    key = f"{folder}{slash}{base.partition('.')[0]}"
                    yield key, content.read() if content else b""
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as problem:
        raise DataError(
            f"{name} is damaged or incomplete: {problem}. Copy or download it again."
        ) from problem
