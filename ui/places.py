"""Places on the disk for what a visitor does here, each known to that visitor alone."""

import secrets
import shutil
import time
from pathlib import Path

from mnist_core.errors import DataError
from mnist_core.registry import home

KEPT = 24 * 3600  # seconds


def new_place(kind: str) -> Path:
    """Return a new folder below the data root; those of the day before are removed.

    Raises:
        DataError: the disk is full, or not to be written to.
    """
    root = home() / kind
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
