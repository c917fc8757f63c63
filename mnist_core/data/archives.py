"""Read files out of an archive, or a folder, that is not trusted: nothing is written."""

import bz2
import gzip
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

READ_ERRORS = (  # what `files_of` and the libraries below it raise
    *(OSError, ValueError, EOFError, NotImplementedError, RuntimeError),
    *(tarfile.TarError, zipfile.BadZipFile, zlib.error),
)
TAR_BLOCK = 512  # bytes

Wanted = Callable[[str], bool]
File = tuple[str, bytes]
Stream = bz2.BZ2File | gzip.GzipFile


class Limits(NamedTuple):
    """What an archive may hold at most.

    Attributes:
        files: how many files and folders.
        file_size: bytes of one file that is wanted.
        size: bytes of all files that are unpacked.
    """

    files: int
    file_size: int
    size: int


class Budget:
    """Counts what has been unpacked."""

    def __init__(self, limits: Limits) -> None:
        """Start with nothing unpacked."""
        self.limits, self.files, self.size = limits, 0, 0

    def count(self) -> None:
        """Count one file or folder.

        Raises:
            ValueError: there are too many.
        """
        self.files += 1
        if self.files > self.limits.files:
            raise ValueError(f"more than {self.limits.files:,} files")

    def spend(self, size: int, *, wanted: bool) -> None:
        """Count the bytes of a file before it is unpacked.

        Raises:
            ValueError: it is too long, or all are together.
        """
        self.size += size
        if wanted and size > self.limits.file_size:
            raise ValueError(f"a file of {size:,} bytes")
        if self.size > self.limits.size:
            raise ValueError(f"more than {self.limits.size:,} bytes")


def files_of(path: Path, wanted: Wanted, limits: Limits) -> Iterator[File]:
    """Yield the wanted files of a folder, a .zip, a .tar.gz or a .tar.bz2, each read only once.

    Nothing is written, no link is followed, and memory holds one file at a time.

    Args:
        path: the folder or archive.
        wanted: whether a file is, by its name with the folders in the archive.
        limits: what it may hold at most.

    Yields:
        Each file's name and content, in the archive's order; in a folder, sorted.

    Raises:
        READ_ERRORS: it is damaged, or exceeds the limits.
    """
    if path.is_dir():
        yield from folder_files(path, wanted, Budget(limits))
    elif zipfile.is_zipfile(path):
        yield from zip_files(path, wanted, Budget(limits))
    else:
        with open_compressed(path) as stream:
            yield from tar_files(stream, wanted, Budget(limits))


def open_compressed(path: Path) -> Stream:
    """Open a .gz or .bz2 to read what is in it."""
    with path.open("rb") as file:
        is_bz2 = file.read(3) == b"BZh"
    return bz2.BZ2File(path) if is_bz2 else gzip.GzipFile(path)


def folder_files(folder: Path, wanted: Wanted, budget: Budget) -> Iterator[File]:
    """Yield the wanted files below a folder."""
    for here, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            budget.count()
            path = Path(here, name)
            name = path.relative_to(folder).as_posix()
            if wanted(name) and stat.S_ISREG((status := path.lstat()).st_mode):
                budget.spend(status.st_size, wanted=True)
                with path.open("rb") as file:
                    yield name, file.read(status.st_size)


def zip_files(path: Path, wanted: Wanted, budget: Budget) -> Iterator[File]:
    """Yield the wanted files of a .zip."""
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            budget.count()
            name = member.filename
            if name.endswith("/") or is_link(member) or not wanted(name):  # a name may be empty
                continue
            budget.spend(member.file_size, wanted=True)
            with open_member(archive, member) as file:
                yield name, file.read(member.file_size)  # without a size it unpacks everything


def open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> IO[bytes]:
    """Open a file of a .zip for a `with` block, so that reading n bytes unpacks no more.

    Raises:
        ValueError: it is packed with bzip2 or LZMA, which unpack without a limit.
    """
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f"{member.filename!r} in a rare kind of compression")
    return archive.open(member)


def is_link(member: zipfile.ZipInfo) -> bool:
    """Return whether a member of a .zip is a symbolic link."""
    return stat.S_ISLNK(member.external_attr >> 16)


def tar_files(stream: Stream, wanted: Wanted, budget: Budget) -> Iterator[File]:
    """Yield the wanted files of a tar.

    `tarfile` itself reads extended headers whole, however long they say they are. So its parser is
    used for headers of 512 bytes only: names of more than 256 characters are cut.
    """
    while member := read_header(stream):
        budget.count()
        is_file = member.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and wanted(member.name)
        budget.spend(member.size, wanted=is_file)
        content = read_exactly(stream, member.size) if is_file else b""
        padding = -member.size % TAR_BLOCK
        skip(stream, padding if is_file else member.size + padding)
        if is_file:
            yield member.name, content


def read_header(stream: Stream) -> tarfile.TarInfo | None:
    """Return the next header of a tar, or None at its end."""
    block = stream.read(TAR_BLOCK)
    if block == bytes(TAR_BLOCK):
        return None
    member = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    if member.size < 0:
        raise ValueError(f"a file of {member.size:,} bytes")
    return member


def read_exactly(stream: Stream, size: int) -> bytes:
    """Return the next bytes of a stream.

    Raises:
        EOFError: it ends before.
    """
    content = stream.read(size)
    if len(content) < size:
        raise EOFError("an incomplete file")
    return content


def skip(stream: Stream, size: int) -> None:
    """Pass over the next bytes of a stream, a little at a time."""
    while size > 0:
        size -= len(read_exactly(stream, min(size, 1 << 16)))
