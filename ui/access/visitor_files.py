"""Temporary folders for a visitor's files, with names that nobody can guess."""

import secrets
import shutil
from pathlib import Path

from mnist_core.errors import DataError
from mnist_core.runs.retention import old_uploads
from mnist_core.workspace import current_workspace
from ui.access.limits import check_disk_now


def new_visitor_folder(kind: str, size: int = 0) -> Path:
    """Return a new folder in this visitor's workspace.

    What is older than a day is removed, unless a run may need it.

    Args:
        kind: what it is for: "uploads" or "exports".
        size: how many bytes will be written to it.

    Raises:
        DataError: the disk is full or cannot be written to.
        LimitError: this visitor has no disk space left.
    """
    check_disk_now(size)
    root = current_workspace() / kind
    try:
        root.mkdir(parents=True, exist_ok=True)
        for old in old_uploads(current_workspace()):
            shutil.rmtree(old, ignore_errors=True)
        folder = root / secrets.token_hex(8)
        folder.mkdir()
    except OSError as problem:
        raise DataError(f"Cannot write to {root}: {problem.strerror}.") from problem
    return folder
