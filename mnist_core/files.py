"""Files: those named by environment variables, which of them count, and atomic writes."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from mnist_core.errors import DataError


def named_file(variable: str, *, or_folder: bool = False) -> Path | None:
    """Return the file that an environment variable names, or None if it is not set.

    Args:
        variable: the environment variable.
        or_folder: whether it may name a folder too.

    Raises:
        DataError: there is no such file.
    """
    if not (named := os.environ.get(variable)):
        return None
    if not (is_file(Path(named)) or (or_folder and is_folder(Path(named)))):
        what = "a file or a folder" if or_folder else "a file"
        raise DataError(f"Expected {variable} to name {what}. Received: {named}")
    return Path(named)


def is_folder(path: Path) -> bool:
    """Return whether a path is a folder; False, not an error, if it cannot be accessed."""
    try:
        return path.is_dir()
    except OSError:  # before 3.14, Python itself ignores only some of these
        return False


def changed_at(path: Path) -> int:
    """Return when a file was changed, in nanoseconds since 1970; 0 if there is none."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def is_file(path: Path) -> bool:
    """Return whether a path is a file; False, not an error, if it is too long, for example."""
    try:
        return path.is_file()
    except OSError:
        return False


def is_clutter(name: str) -> bool:
    """Return whether a file or folder has a name that systems give, such as macOS's ._7.png."""
    return name.startswith((".", "__MACOSX"))


@contextlib.contextmanager
def atomic_write(target: Path, *, replace: bool = True) -> Iterator[Path]:
    """Yield a path to write to; when the block ends, that file becomes `target`.

    A reader of `target` sees the old file or the new one, never a partial one. If anything fails,
    `target` is unchanged and the partial file is removed.

    Args:
        target: the final path; its folder must exist. The path to write to is in the same
            folder and has the same suffix in lower case, because some libraries go by that.
        replace: whether an existing file may be replaced.

    Raises:
        FileExistsError: `target` exists, and `replace` is not set.
    """
    mark = secrets.token_hex(4)
    partial = target.with_name(f".new-{mark}{target.suffix.lower()}")
    try:
        yield partial
        rename_into_place(partial, target, replace=replace)
    finally:
        with contextlib.suppress(OSError):  # must not hide the error that led here
            partial.unlink(missing_ok=True)


def rename_into_place(partial: Path, target: Path, *, replace: bool) -> None:
    """Rename the partial file to its target.

    Raises:
        FileExistsError: the target exists by now, and `replace` is not set.
    """
    if replace:
        partial.replace(target)
        return
    try:
        target.hardlink_to(partial)  # unlike a rename, this never replaces a file
    except FileExistsError:
        raise
    except OSError:  # some memory cards and network folders have no hard links
        target.touch(exist_ok=False)
        partial.replace(target)


def atomic_write_text(path: Path, text: str) -> None:
    """Write a text file atomically: readers see the old text or the new one, never a part."""
    with atomic_write(path) as partial:
        partial.write_text(text, encoding="utf-8")
