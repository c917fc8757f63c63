"""Places on the disk for what a visitor does here, each known to that visitor alone."""

import secrets
import shutil
import time
from pathlib import Path

from mnist_core.errors import DataError
from mnist_core.spaces import space
from ui.limits import refuse_without_room_now

KEPT = 24 * 3600  # seconds


def new_place(kind: str, size: int = 0) -> Path:
    """Return a new folder in this visitor's space; theirs of the day before are removed.

    Args:
        kind: what is to be put there: "uploads" or "exports".
        size: how many bytes are going to be written there.

    Raises:
        DataError: the disk is full, or not to be written to.
        LimitError: this visitor has no room left.
    """
    refuse_without_room_now(size)
    root = space() / kind
    try:
        root.mkdir(parents=True, exist_ok=True)
        for folder in root.iterdir():
            if time.time() - folder.stat().st_mtime > KEPT:
                shutil.rmtree(folder, ignore_errors=True)
        place = root / secrets.token_hex(8)
        place.mkdir()
    except OSError as problem:
        raise DataError(f"Cannot write to {root}: {problem.strerror}.") from problem
    return place
