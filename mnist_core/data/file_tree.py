"""The files in a folder or in a zip archive that is not trusted, read the same way."""

import lzma
import os
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from mnist_core.data.archives import open_member
from mnist_core.data.text_stream import GZIP, Source, as_stream
from mnist_core.errors import DataError
from mnist_core.files import is_clutter

MAX_FILES = 100_000
MAX_PICTURE = 20_000_000  # bytes of one picture
SHOWN = 120  # characters of what a library says
DEPTH = 4  # folders below the first; the archives of MNIST have at most three
ZIP = b"PK\3\4"
MEMBER = b"PK\1\2"  # what each member of an archive is listed with
DAMAGED = (  # what damaged archives and arrays make the standard library and NumPy raise
    *(OSError, EOFError, ValueError, RuntimeError, NotImplementedError, MemoryError, SyntaxError),
    *(IndexError, KeyError, TypeError, AttributeError, OverflowError, struct.error),
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, tokenize.TokenError),
)


@dataclass(frozen=True)
class FileTree:
    """Files, by their path below a folder or in an archive.

    Attributes:
        name: what messages call the folder or archive.
        paths: of the files, sorted; without hidden ones.
        root: the folder, or None for an archive.
        archive: the archive, or None for a folder.
        members: what the archive calls each path; some packers begin with "./".
    """

    name: str
    paths: tuple[PurePosixPath, ...]
    root: Path | None = None
    archive: zipfile.ZipFile | None = None
    members: Mapping[PurePosixPath, str] = field(default_factory=dict)

    @contextmanager
    def open(self, path: PurePosixPath) -> Iterator[BinaryIO]:
        """Open a file for a `with` block.

        Raises:
            DataError: it cannot be read, or is damaged.
        """
        try:
            if self.archive:
                member = self.archive.getinfo(self.members[path])
                with open_member(self.archive, member) as file:
                    yield file  # type: ignore[misc]
            elif self.root:
                with (self.root / path).open("rb") as file:
                    yield file
        except DAMAGED as problem:
            raise unreadable(f"{self.name}/{path}", problem) from problem

    def read(self, path: PurePosixPath, most: int) -> bytes:
        """Return what is in a file.

        Raises:
            DataError: it cannot be read, is damaged, or has more than `most` bytes.
        """
        with self.open(path) as file:
            content = file.read(most + 1)
        if len(content) > most:
            raise DataError(
                f"{self.name}/{path}: expected at most {most / 1e6:g} MB. Received: more."
            )
        return content

    def with_ending(self, *endings: str) -> list[PurePosixPath]:
        """Return the paths that end with one of these, such as ".csv", in any case."""
        return [path for path in self.paths if path.name.lower().endswith(endings)]


def unreadable(name: str, problem: Exception) -> DataError:
    """Return the error for a file that cannot be read."""
    reason = getattr(problem, "strerror", None) or f"{problem or type(problem).__name__}"
    return DataError(f"Cannot read {name}: {printable(reason)}. Copy or download it again.")


def printable(text: str) -> str:
    """Return what a library says of a file, short and without what could control a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text[:SHOWN])


def folder_tree(folder: Path, depth: int = DEPTH) -> FileTree:
    """Return the files in a folder and those at most `depth` folders below it.

    Raises:
        DataError: it cannot be read, or there are more than 100,000.
    """
    paths: list[PurePosixPath] = []
    for here, folders, files in os.walk(folder):
        below = PurePosixPath(Path(here).relative_to(folder).as_posix())
        folders[:] = [] if len(below.parts) >= depth else [f for f in folders if is_shown(f)]
        paths += [below / file for file in files if is_shown(file)]
        check_count(len(paths), str(folder))
    return FileTree(str(folder), tuple(sorted(paths)), root=folder)


@contextmanager
def zip_tree(source: Source, name: str) -> Iterator[FileTree]:
    """Open a zip archive for a `with` block. Nothing is written, and no path leads out.

    Raises:
        DataError: it is damaged, or has more than 100,000 files.
    """
    try:
        with as_stream(source) as file:
            check_count(count_members(file), name)
            with zipfile.ZipFile(file) as archive:
                yield tree_of(archive, name)
    except DataError:
        raise
    except DAMAGED as problem:
        raise unreadable(f"the ZIP archive {name}", problem) from problem


def count_members(file: BinaryIO) -> int:
    """Return how many members an archive lists at most; then go back to its start.

    Listing them takes memory, and what the end of an archive says about their number may be wrong.
    """
    count, rest = 0, b""
    while chunk := file.read(1 << 20):
        count += (rest + chunk).count(MEMBER)
        rest = chunk[1 - len(MEMBER) :]
    file.seek(0)
    return count


def tree_of(archive: zipfile.ZipFile, name: str) -> FileTree:
    """Return the files in an open archive."""
    members = {
        PurePosixPath(member): member
        for member in archive.namelist()
        if all(map(is_shown, member.removeprefix("./").split("/")))  # a folder's ends with "/"
    }
    return FileTree(name, tuple(sorted(members)), archive=archive, members=members)


def check_count(count: int, name: str) -> None:
    """Raise a DataError if there are too many files."""
    if count > MAX_FILES:
        raise DataError(
            f"{name}: expected at most {MAX_FILES:,} files. Received: more. Choose a folder of it, "
            "or pack fewer of them."
        )


def is_shown(name: str) -> bool:
    """Return whether a file or folder is none of those that systems leave behind."""
    return bool(name) and not is_clutter(name) and name.isprintable()


def starts_with(source: Source, length: int = 8) -> bytes:
    """Return the first bytes of a file.

    Raises:
        DataError: it cannot be read.
    """
    if isinstance(source, bytes):
        return source[:length]
    try:
        with source.open("rb") as file:
            return file.read(length)
    except OSError as problem:
        raise DataError(f"Cannot read {source}: {problem.strerror}.") from problem


def unpack_gzip(content: bytes, most: int, name: str) -> bytes:
    """Return a file's content, unpacked if it was packed with gzip, whatever its name is.

    Raises:
        DataError: it is incomplete, damaged, or has more than `most` bytes.
    """
    if not content.startswith(GZIP):
        return content
    unzipper = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        unpacked = unzipper.decompress(content, most + 1)
    except zlib.error as problem:
        raise unreadable(name, problem) from problem
    if len(unpacked) > most:
        raise DataError(f"{name}: expected at most {most / 1e6:g} MB unpacked. Received: more.")
    if not unzipper.eof:
        raise unreadable(name, ValueError("its end is missing"))
    return unpacked
