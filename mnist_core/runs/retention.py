"""Delete what visitors have not looked at for a long time, the oldest first."""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from mnist_core.locks import is_held
from mnist_core.runs.limits import MB, Limits
from mnist_core.runs.queue_order import last_dispatched
from mnist_core.runs.run import ALIVE, TICKET, start_lock
from mnist_core.runs.store import remove, run_folders
from mnist_core.workspace import size_of, visitor_workspaces, visitors_dir

SEEN = "seen"  # the file whose time says when somebody last looked
SEEN_INTERVAL = 60  # seconds between two updates of that time
RECENT = 15 * 60  # seconds; what somebody has looked at since then is kept
DAY = 24 * 3600
VISITOR_FOLDERS = ("uploads", "exports")  # what a visitor uploaded, or wants to download


class Removable(NamedTuple):
    """A folder that may be deleted; the smaller one first.

    Attributes:
        seen: when somebody last looked at it, in seconds since 1970.
        folder: the folder of a run or of an upload.
    """

    seen: float
    folder: Path


def mark_seen(folder: Path) -> None:
    """Record that somebody looks at a workspace or a run, if it exists and the disk allows it."""
    mark = folder / SEEN
    with suppress(OSError):
        if folder.is_dir() and time.time() - last_seen(folder) > SEEN_INTERVAL:
            mark.touch()


def last_seen(folder: Path) -> float:
    """Return when somebody last looked at a workspace or a run, or else when it was made."""
    for path in (folder / SEEN, folder):
        with suppress(OSError):
            return path.stat().st_mtime
    return 0.0


def clean_workspaces(limits: Limits) -> list[Path]:
    """Delete old uploads, workspaces unused for `limits.days`, then old runs until there is room.

    Whatever trains, waits, or was looked at in the last minutes is kept.

    Returns:
        The workspaces and runs that were deleted.
    """
    for workspace in visitor_workspaces():
        for upload in old_uploads(workspace):
            remove(upload)
    unused = [workspace for workspace in visitor_workspaces() if is_unused(workspace, limits.days)]
    for workspace in unused:
        remove(workspace)
    return unused + make_room(limits.all_megabytes * MB)


def old_uploads(workspace: Path) -> list[Path]:
    """Return the uploads and exports that are older than a day, unless a run may need them."""
    if any(map(is_busy, run_folders(workspace))):
        return []
    return [folder for folder in uploads_in(workspace) if last_seen(folder) < time.time() - DAY]


def uploads_in(workspace: Path) -> list[Path]:
    """Return the folders of what a visitor uploaded, or wants to download."""
    return [path for name in VISITOR_FOLDERS for path in workspace.glob(f"{name}/*")]


def is_unused(workspace: Path, days: float) -> bool:
    """Return whether a workspace is idle and was not used for `days` days."""
    return last_seen(workspace) < time.time() - days * DAY and not any(
        map(is_busy, run_folders(workspace))
    )


def make_room(max_bytes: int) -> list[Path]:
    """Delete what was looked at longest ago, until visitors use at most `max_bytes` of disk."""
    removed = []
    excess = size_of(visitors_dir()) - max_bytes
    for _, folder in sorted(
        old for workspace in visitor_workspaces() for old in removables(workspace)
    ):
        if excess <= 0:
            break
        excess -= size_of(folder)
        remove(folder)
        removed.append(folder)
    return removed


def removables(workspace: Path) -> Iterator[Removable]:
    """Yield the runs and uploads of a workspace that may be deleted."""
    runs = run_folders(workspace)
    ended = [folder for folder in runs if not is_busy(folder)]
    # A run that waits or trains may need uploaded digits.
    uploads = uploads_in(workspace) if len(ended) == len(runs) else []
    for folder in ended + uploads:
        if (seen := last_seen(folder)) < time.time() - RECENT:
            yield Removable(seen, folder)


def is_busy(folder: Path) -> bool:
    """Return whether a run waits, is being started, or trains."""
    if (folder / TICKET).exists() or is_held(folder / ALIVE):
        return True
    return last_dispatched().folder == folder and is_held(start_lock())
