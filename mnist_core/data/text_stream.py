"""Text files as people save them, read as one kind: UTF-8 with LF, unpacked, and not endless."""

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from mnist_core.errors import DataError

CHUNK = 1 << 18  # bytes read at once
HEAD = 1 << 16  # bytes in which the kind of line ends is looked for
GZIP = b"\x1f\x8b"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

Source = Path | bytes


class Translated(io.RawIOBase):
    """A stream whose bytes are those of another, changed chunk by chunk; at most so many."""

    def __init__(
        self,
        source: BinaryIO | gzip.GzipFile,
        change: Callable[[bytes], bytes],
        most: int,
        name: str,
    ) -> None:
        self.source, self.change, self.left, self.name = source, change, most, name
        self.rest = b""

    def readable(self) -> bool:
        """Return that one can read from it."""
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        """Fill a buffer; return the number of bytes.

        Raises:
            DataError: there is more than there may be.
        """
        if not self.rest:
            chunk = self.source.read(CHUNK)
            self.left -= len(chunk)
            if self.left < 0:
                raise too_large(self.name)
            self.rest = self.change(chunk)
        n = min(len(buffer), len(self.rest))
        buffer[:n], self.rest = self.rest[:n], self.rest[n:]
        return n


def too_large(name: str) -> DataError:
    """Return the error for a file that unpacks to more than it may."""
    return DataError(
        f"{name}: expected at most 150 MB when it is unpacked. Received: more. "
        "Split the file, and repeat the header in each part."
    )


@contextmanager
def open_text(source: Source | BinaryIO, name: str, most: int) -> Iterator[BinaryIO]:
    """Open a text file for a `with` block: UTF-8 without a mark, and lines that end with LF.

    It may be packed with gzip, be in UTF-16, and have lines that end with CR alone. (CRLF stays.)

    Args:
        source: a path, the file's content, or a stream.
        name: what messages call it.
        most: the number of bytes it may have when it is unpacked; twice as many in UTF-16.

    Raises:
        DataError: it cannot be read, is damaged, or is too large.
    """
    try:
        with as_stream(source) as raw:
            yield as_plain_text(raw, name, most)
    except (EOFError, zlib.error, gzip.BadGzipFile) as problem:
        raise DataError(
            f"{name} is damaged or incomplete: {problem}. Copy or download it again."
        ) from problem
    except OSError as problem:
        raise DataError(f"Cannot read {name}: {problem.strerror or problem}.") from problem


def as_stream(source: Source | BinaryIO) -> BinaryIO:
    """Return a stream to read from; bytes are not copied."""
    if isinstance(source, bytes):
        return io.BytesIO(source)
    return source.open("rb") if isinstance(source, Path) else source


def as_plain_text(raw: BinaryIO, name: str, most: int) -> BinaryIO:
    """Return a stream of the text in another."""
    stream = buffered(raw)
    if stream.peek(2)[:2] == GZIP:
        stream = buffered(Translated(gzip.GzipFile(fileobj=stream), bytes, 2 * most, name))
    if encoding := utf16_of(stream.peek(2)[:2]):
        stream = buffered(Translated(stream, to_ascii(encoding), 2 * most, name))
    if stream.peek(3).startswith(BYTE_ORDER_MARK):
        stream.read(len(BYTE_ORDER_MARK))
    head = stream.peek(HEAD)
    change = returns_to_line_feeds if b"\r" in head and b"\n" not in head else bytes
    return buffered(Translated(stream, change, most, name))


def buffered(raw: Any) -> io.BufferedReader:
    """Return a stream that can be peeked into."""
    return io.BufferedReader(raw, HEAD)


def returns_to_line_feeds(chunk: bytes) -> bytes:
    """Return text whose lines end with LF instead of CR."""
    return chunk.replace(b"\r", b"\n")


def utf16_of(head: bytes) -> str | None:
    """Return NumPy's code for the two bytes of a character if a text is in UTF-16, else None."""
    first, second = (*head, 1, 1)[:2]
    if head == b"\xff\xfe" or (first and not second):
        return "<u2"
    if head == b"\xfe\xff" or (second and not first):
        return ">u2"
    return None


def to_ascii(encoding: str) -> Callable[[bytes], bytes]:
    """Return a function from chunks of UTF-16 to ASCII; other characters become question marks."""
    odd = b""

    def change(chunk: bytes) -> bytes:
        nonlocal odd
        chunk, odd = odd + chunk, b""
        if len(chunk) % 2:
            chunk, odd = chunk[:-1], chunk[-1:]
        characters = np.frombuffer(chunk, encoding)
        characters = characters[characters != 0xFEFF]  # the mark
        return np.where(characters < 128, characters, ord("?")).astype(np.uint8).tobytes()

    return change
