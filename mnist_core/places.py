"""Places: files on this machine and objects in an S3 store, read and written the same way.

A place is a path, or an address such as s3://bucket/digits/train.npz. Which store that is, and who
may read it, is set as for every program that uses S3: AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY, or the files that `aws configure` writes.
"""

import shutil
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from mnist_core.errors import DataError
from mnist_core.extras import require
from mnist_core.files import atomic_write, is_clutter

S3 = "s3://"
PATTERN = "*?["
PATIENCE = 5  # seconds that a store may take to answer at all


@dataclass(frozen=True)
class File:
    """One file that was found.

    Attributes:
        place: where it is.
        size: in bytes.
        version: changes when its content does: the time of its last change, or its ETag.
    """

    place: str
    size: int
    version: str


def is_remote(place: str) -> bool:
    """Return whether a place is an address rather than a path.

    Raises:
        DataError: it is an address of another kind than s3://.
    """
    if place.startswith(S3):
        return True
    if "://" in place:
        raise DataError(f"Expected a path, or an address that starts with s3://. Received: {place}")
    return False


@lru_cache(maxsize=1)  # connections are kept
def object_store() -> Any:
    """Return the S3 store as fsspec offers it.

    Raises:
        MissingExtraError: the extra "cluster" is not installed.
    """
    require("cluster", "fsspec", "s3fs")
    import fsspec

    limits = {"connect_timeout": PATIENCE, "retries": {"max_attempts": 2}}
    return fsspec.filesystem(
        "s3", use_listings_cache=False, skip_instance_cache=True, config_kwargs=limits
    )


@contextmanager
def storage_errors(place: str) -> Iterator[None]:
    """Turn what the file system or the store raises in the block into a DataError.

    Raises:
        DataError: it cannot be reached, read or written.
    """
    try:
        yield
    except OSError as problem:
        raise cannot_reach(place, problem) from problem
    except Exception as problem:
        if type(problem).__module__.partition(".")[0] not in ("botocore", "aiobotocore", "aiohttp"):
            raise
        raise cannot_reach(place, problem) from problem


def cannot_reach(place: str, problem: Exception) -> DataError:
    """Return the error for a place that cannot be read or written."""
    reason = " ".join(str(getattr(problem, "strerror", None) or problem).split())[:200].rstrip(".")
    hint = ""
    if place.startswith(S3):
        hint = " Check AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
    return DataError(f"Cannot use {place}: {reason or type(problem).__name__}.{hint}")


def find_files(place: str, *, or_none: bool = False) -> list[File]:
    """Return the files that a place stands for, sorted: itself, those below it, or those it fits.

    Args:
        place: a file, a folder or a pattern such as "scans/*.png".
        or_none: whether there may be none.

    Raises:
        DataError: there are none, or it cannot be read.
    """
    with storage_errors(place):
        found = remote_files(place) if is_remote(place) else local_files(Path(place))
    shown = [file for file in found if is_listed(Path(file.place), Path(place))]
    if not shown and not or_none:
        raise DataError(
            f"Expected {place} to be a file, a folder or a pattern. Received: no files."
        )
    return sorted(shown, key=lambda file: file.place)


def is_listed(path: Path, source: Path) -> bool:
    """Return whether a file that a source stands for is none of those that systems leave behind.

    The source itself may have any name.
    """
    below = path.relative_to(source).parts if path.is_relative_to(source) else (path.name,)
    return not any(map(is_clutter, below))


def local_files(path: Path) -> list[File]:
    """Return the files that a path stands for, in any order."""
    if any(sign in str(path) for sign in PATTERN) and not path.exists():
        paths = matches(path)
    else:
        paths = [*path.rglob("*")] if path.is_dir() else [path]
    found = []
    for one in paths:
        if one.is_file():
            status = one.stat()
            found.append(File(str(one), status.st_size, str(status.st_mtime_ns)))
    return found


def matches(pattern: Path) -> list[Path]:
    """Return the files and folders that fit a pattern.

    Raises:
        DataError: it is no pattern, such as "scans/a**.png" before Python 3.13.
    """
    root = Path(pattern.anchor)
    try:
        return [*root.glob(str(pattern.relative_to(root)))]
    except ValueError as problem:
        raise DataError(
            f"Expected a pattern such as scans/*.png. Received: {pattern}."
        ) from problem


def remote_files(place: str) -> list[File]:
    """Return the objects that an address stands for, in any order."""
    store = object_store()
    if any(sign in place for sign in PATTERN):
        found = store.glob(place, detail=True)
    else:
        found = store.find(place, detail=True)
    return [
        File(f"{S3}{name}", one["size"], str(one.get("ETag", "")))
        for name, one in found.items()
        if one["type"] == "file" and not name.endswith("/")
    ]


def identity(place: str) -> Hashable:
    """Return what all names of one file have in common, also those that lead through a link.

    Raises:
        DataError: it cannot be reached.
    """
    if is_remote(place):
        return place
    with storage_errors(place):
        status = Path(place).stat()
        return status.st_dev, status.st_ino


def open_to_read(place: str) -> BinaryIO:
    """Open a file or an object, which can be sought in.

    Raises:
        DataError: it cannot be opened.
    """
    with storage_errors(place):
        if is_remote(place):
            return object_store().open(place, "rb")
        return Path(place).open("rb")


def read_bytes(place: str) -> bytes:
    """Return what is in a file or an object.

    Raises:
        DataError: it cannot be read.
    """
    with storage_errors(place):
        if is_remote(place):
            return bytes(object_store().cat_file(place))
        return Path(place).read_bytes()


@contextmanager
def open_to_write(place: str) -> Iterator[BinaryIO]:
    """Yield a stream to write to; what is written is at the place whole or, after an error, not.

    Raises:
        DataError: it cannot be written.
    """
    with storage_errors(place):
        if is_remote(place):
            stream = object_store().open(place, "wb")
            try:
                yield stream
            except BaseException:
                stream.discard()
                stream.closed = True  # or it would be written when it is collected
                raise
            stream.close()
            return
        path = Path(place)
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as partial, partial.open("wb") as file:
            yield file


def write_bytes(place: str, content: bytes) -> None:
    """Write a file or an object, whole or not at all.

    Raises:
        DataError: it cannot be written.
    """
    with storage_errors(place):
        if is_remote(place):
            object_store().pipe_file(place, content)
            return
    with open_to_write(place) as file:
        file.write(content)


def create(place: str, content: bytes) -> bool:
    """Write a file or an object that must not exist yet; return whether it did not.

    Of several that try at once, one succeeds: a store is asked to with `If-None-Match`.

    Raises:
        DataError: it cannot be written.
    """
    with storage_errors(place):
        try:
            if is_remote(place):
                object_store().pipe_file(place, content, mode="create")
                return True
            path = Path(place)
            path.parent.mkdir(parents=True, exist_ok=True)
            with atomic_write(path, replace=False) as partial:
                partial.write_bytes(content)
        except OSError as problem:
            if isinstance(problem, FileExistsError) or is_taken(problem):
                return False
            raise
        return True


def is_taken(problem: OSError) -> bool:
    """Return whether a store refused an object because there is one, or one is being written."""
    answer = getattr(problem.__cause__, "response", {})
    return answer.get("ResponseMetadata", {}).get("HTTPStatusCode") in (409, 412)


def exists(place: str) -> bool:
    """Return whether there is a file, an object or a folder.

    Raises:
        DataError: the store cannot be reached.
    """
    with storage_errors(place):
        return bool(object_store().exists(place)) if is_remote(place) else Path(place).exists()


def remove(place: str) -> None:
    """Remove a file, an object, or a folder with all that is below it, if it exists.

    Raises:
        DataError: it cannot be removed.
    """
    with storage_errors(place):
        if is_remote(place):
            if object_store().exists(place):
                object_store().rm(place, recursive=True)
        elif Path(place).is_dir():
            shutil.rmtree(place)
        else:
            Path(place).unlink(missing_ok=True)
