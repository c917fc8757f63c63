"""Files: those that people name, and those that are written whole or not at all."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from mnist_core.errors import DataError


def named_file(variable: str) -> Path | None:
    """Return the file that an environment variable names, or None where it is not set.

    Raises:
        DataError: it names no file.
    """
    if not (named := os.environ.get(variable)):
        return None
    if not Path(named).is_file():
        raise DataError(f"Expected {variable} to name a file. Received: {named}")
    return Path(named)


@contextlib.contextmanager
def whole_file(target: Path, *, replace: bool = True) -> Iterator[Path]:
    """Give a path to write to; once that is done, it becomes `target`.

    Whoever reads `target` finds the old file or the new one, never half. If anything fails, nothing
    is left behind and `target` is as before.

    Args:
        target: where the file shall be; its folder must be there. The path to write to is beside
            it, with the same ending in small letters: some libraries go by that.
        replace: whether a file that is there by then may be replaced.

    Raises:
        FileExistsError: there is one, and `replace` is not set.
    """
    mark = secrets.token_hex(4)
    partial = target.with_name(f".new-{mark}{target.suffix.lower()}")
    try:
        yield partial
        put_in_place(partial, target, replace=replace)
    finally:
        with contextlib.suppress(OSError):  # what went wrong before is what people should hear
            partial.unlink(missing_ok=True)


def put_in_place(partial: Path, target: Path, *, replace: bool) -> None:
    """Give a file its name.

    Raises:
        FileExistsError: there is one of that name by now, and `replace` is not set.
    """
    if replace:
        partial.replace(target)
        return
    try:
        target.hardlink_to(partial)  # unlike renaming, it never replaces a file
    except FileExistsError:
        raise
    except OSError:  # some memory cards and network folders know no links
        target.touch(exist_ok=False)
        partial.replace(target)


def write_whole(path: Path, text: str) -> None:
    """Write a text so that whoever reads the file finds the old one or the new one, never half."""
    with whole_file(path) as partial:
        partial.write_text(text, encoding="utf-8")
