"""Download files: complete and verified, or not at all."""

import base64
import hashlib
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError

from mnist_core.errors import DataError
from mnist_core.files import atomic_write

SECONDS = 30  # without a byte before a download fails
BLOCK = 1 << 16

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Remote:
    """A file on the internet.

    Attributes:
        name: its name in messages, as the beginning of a sentence.
        url: its address.
        max_bytes: a longer file cannot be the right one.
        instead: what to do if the file at that address is not the expected one.
        ways_out: what to do if it cannot be downloaded, as sentences.
        checksum: its SHA-256 in hexadecimal digits, or npm's "integrity" ("sha512-" and base64);
            None if the content is checked later.
    """

    name: str
    url: str
    max_bytes: int
    instead: str
    ways_out: str
    checksum: str | None = None


def download(remote: Remote, target: Path, on_progress: Progress | None = None) -> Path:
    """Download a file to `target`, complete and verified, or not at all.

    Args:
        remote: what to download.
        target: where to put it; its folder is created.
        on_progress: called with bytes done and bytes in total; 0 if the server does not say.

    Returns:
        `target`.

    Raises:
        DataError: no network, a full disk, or not the expected file.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(target) as partial:
            fetch(remote, partial, on_progress)
            verify(remote, partial)
    except (OSError, HTTPException) as problem:  # URLError and time-outs are OSErrors
        if isinstance(problem, HTTPError):
            problem.close()  # it holds the connection
        raise DataError(
            f"{remote.name} is not on this machine and could not be downloaded ({problem}). "
            f"{remote.ways_out}"
        ) from problem
    return target


def fetch(remote: Remote, target: Path, on_progress: Progress | None) -> None:
    """Write what the server sends to `target`."""
    done = 0
    with urllib.request.urlopen(remote.url, timeout=SECONDS) as answer, target.open("wb") as file:
        length = answer.headers.get("Content-Length", "")
        size = int(length) if length.isdecimal() else 0
        while block := answer.read(BLOCK):
            done += len(block)
            if max(done, size) > remote.max_bytes:
                raise unexpected(remote, f"at most {remote.max_bytes:,} bytes", "more")
            file.write(block)
            if on_progress:
                on_progress(done, size)
    if done < size:
        raise ConnectionError(f"the connection ended after {done:,} of {size:,} bytes")


def verify(remote: Remote, file: Path) -> None:
    """Raise a DataError if a file does not have the expected checksum."""
    if remote.checksum and (received := checksum(file, remote.checksum)) != remote.checksum:
        kind = "SHA-512" if remote.checksum.startswith("sha512-") else "SHA-256"
        raise unexpected(remote, f"the {kind} {remote.checksum}", received)


def checksum(file: Path, like: str) -> str:
    """Return the checksum of a file, computed as the checksum `like` was (see `Remote`)."""
    with file.open("rb") as opened:
        if like.startswith("sha512-"):
            digest = hashlib.file_digest(opened, "sha512").digest()
            return "sha512-" + base64.b64encode(digest).decode()
        return hashlib.file_digest(opened, "sha256").hexdigest()


def unexpected(remote: Remote, expected: str, received: str) -> DataError:
    """Return the error for a file that is not the expected one."""
    return DataError(
        f"Expected {remote.url} to have {expected}. Received: {received}. "
        f"Nothing was kept; try again, or {remote.instead}."
    )
