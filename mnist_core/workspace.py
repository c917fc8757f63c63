"""Workspaces: the folders that hold each person's runs and models.

The data root is the workspace of the server's owner, and of everyone who runs Inkling at home. All
visitors can see what is in it. Each visitor of a server has a workspace of their own, which nobody
else sees. Its name is not chosen by anyone: it is a hash of a token that the browser stores.

Functions that need a workspace use the current one: that of `use_workspace`, else the app's answer
(`resolve_with`), else the folder that INKLING_SPACE names, else the data root.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from mnist_core.installation import INSTALLED

VARIABLE = "INKLING_SPACE"  # tells a training process whose workspace to use
NAME = re.compile(r"[0-9a-f]{32}")

Resolver = Callable[[], Path | None]

_in_use: ContextVar[Path | None] = ContextVar("workspace", default=None)
# Not a ContextVar: Streamlit runs callbacks and fragments in threads whose context is empty, and a
# visitor must never end up in the data root. See docs/decisions/0006.
_resolver: Resolver | None = None


def data_root() -> Path:
    """Return the folder in which everything is written."""
    return Path(os.environ.get("INKLING_HOME") or default_home()).absolute()


def default_home() -> Path:
    """Return the data root if `INKLING_HOME` is not set; the folder may not exist yet."""
    if not INSTALLED:
        return Path("var")
    from platformdirs import user_data_path  # 10 ms that are not needed in a clone

    return user_data_path("inkling", appauthor=False)


def current_workspace() -> Path:
    """Return the folder that holds the runs and models of the current visitor or owner."""
    found = _in_use.get() or (_resolver and _resolver())
    if found:
        return found
    named = os.environ.get(VARIABLE)
    return Path(named).absolute() if named else data_root()


@contextmanager
def use_workspace(folder: Path) -> Iterator[None]:
    """Make a folder the current workspace while the block runs, in this thread only."""
    token = _in_use.set(folder)
    try:
        yield
    finally:
        _in_use.reset(token)


def resolve_with(resolver: Resolver | None) -> None:
    """Set the callback that returns the current visitor's workspace, or None.

    An app that serves several visitors calls this once, at its start.
    """
    global _resolver
    _resolver = resolver


def workspace_of(token: str) -> Path:
    """Return the workspace of the visitor with this token; the folder may not exist yet.

    Args:
        token: any text. Only its hash is used, so it cannot name another folder, and the
            folder does not reveal the token.
    """
    digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
    return visitors_dir() / digest[:32]


def visitors_dir() -> Path:
    """Return the folder of all visitors' workspaces."""
    return data_root() / "visitors"


def visitor_workspaces() -> list[Path]:
    """Return the workspaces of all visitors who have stored something."""
    try:
        return [path for path in visitors_dir().iterdir() if NAME.fullmatch(path.name)]
    except OSError:  # no visitor has stored anything yet
        return []


def all_workspaces() -> list[Path]:
    """Return all workspaces, the data root first."""
    return [data_root(), *visitor_workspaces()]


def size_of(folder: Path) -> int:
    """Return the size of all files below a folder in bytes; files that vanish count as 0."""
    return sum(map(size_of_file, files_below(folder)))


def free_disk() -> int:
    """Return how many bytes are free where runs and models are stored."""
    folder = data_root()
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def files_below(folder: Path) -> Iterator[Path]:
    """Yield all files below a folder; links are not followed."""
    for parent, _, names in os.walk(folder):
        for name in names:
            yield Path(parent, name)


def size_of_file(path: Path) -> int:
    """Return the size of a file in bytes, 0 if it has just vanished."""
    try:
        return path.lstat().st_size
    except OSError:
        return 0
