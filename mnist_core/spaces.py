"""Whose runs and models are whose: each visitor of a server has a folder of their own, a space.

The data root is the space of whoever owns the server, and of everybody at home. What is kept there
is seen by all; what is in a visitor's space is seen by that visitor alone. Nobody chooses the name
of such a folder: it is a hash of what the visitor's browser keeps.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

VARIABLE = "INKLING_SPACE"  # tells a process that trains for whom it does
NAME = re.compile(r"[0-9a-f]{32}")

Finder = Callable[[], Path | None]
_finders: list[Finder] = []


def home() -> Path:
    """Return the data root: everything that is written goes below it."""
    return Path(os.environ.get("INKLING_HOME") or "var").absolute()


def space() -> Path:
    """Return the folder that holds the runs and models of whoever asks."""
    for finder in _finders:
        if found := finder():
            return found
    named = os.environ.get(VARIABLE)
    return Path(named).absolute() if named else home()


def find_with(finder: Finder) -> None:
    """Let a function say, from now on, whose space is asked for; None where it does not know."""
    _finders[:] = [finder]


def space_of(token: str) -> Path:
    """Return the space of the visitor whose browser keeps a token; it need not be there yet.

    Args:
        token: any text. It is hashed and nothing else, so it can name no other folder, and who
            sees the folder cannot tell the token.
    """
    digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
    return visitors() / digest[:32]


def visitors() -> Path:
    """Return the folder of all visitors' spaces."""
    return home() / "visitors"


def visitor_spaces() -> list[Path]:
    """Return the spaces of all visitors who have left something here."""
    try:
        return [path for path in visitors().iterdir() if NAME.fullmatch(path.name)]
    except OSError:  # nobody has yet
        return []


def every_space() -> list[Path]:
    """Return all spaces, the data root first."""
    return [home(), *visitor_spaces()]


def size_of(folder: Path) -> int:
    """Return the size of all files below a folder, in bytes; what goes meanwhile counts nothing."""
    return sum(map(size_of_file, files_below(folder)))


def files_below(folder: Path) -> Iterator[Path]:
    """Yield all files below a folder; links are not followed."""
    for parent, _, names in os.walk(folder):
        for name in names:
            yield Path(parent, name)


def size_of_file(path: Path) -> int:
    """Return the size of a file in bytes, 0 where it has just gone."""
    try:
        return path.lstat().st_size
    except OSError:
        return 0
