"""Making room: what visitors have not looked at for long goes, the oldest first."""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from mnist_core.running.limits import MB, Limits
from mnist_core.running.locks import is_held
from mnist_core.running.run import ALIVE, start_lock
from mnist_core.running.runs import remove, run_folders
from mnist_core.running.tickets import FILE as TICKET
from mnist_core.running.tickets import last_served
from mnist_core.spaces import size_of, visitor_spaces, visitors

SEEN = "seen"  # the file whose time says when somebody last looked
MOMENT = 60  # seconds between two such notes
JUST_NOW = 15 * 60  # seconds; what somebody has looked at since then stays
DAY = 24 * 3600
PLACES = ("uploads", "exports")  # what a visitor has brought, or wants to take away


class Removable(NamedTuple):
    """A folder that may go; the smaller one first.

    Attributes:
        seen: when somebody last looked at it, seconds since 1970.
        folder: of a run, or of an upload.
    """

    seen: float
    folder: Path


def note_seen(folder: Path) -> None:
    """Write down that somebody looks at a space or a run, if it is there and the disk lets it."""
    mark = folder / SEEN
    with suppress(OSError):
        if folder.is_dir() and time.time() - last_seen(folder) > MOMENT:
            mark.touch()


def last_seen(folder: Path) -> float:
    """Return when somebody last looked at a space or a run, or else when it was made."""
    for path in (folder / SEEN, folder):
        with suppress(OSError):
            return path.stat().st_mtime
    return 0.0


def tidy_spaces(limits: Limits) -> list[Path]:
    """Remove visitors' spaces that nobody has used for long, then old runs until there is room.

    What goes on, waits, or was looked at in the last minutes stays.

    Returns:
        The folders that were removed.
    """
    unused = [space for space in visitor_spaces() if is_unused(space, limits.days)]
    for space in unused:
        remove(space)
    return unused + make_room(limits.all_megabytes * MB)


def is_unused(space: Path, days: float) -> bool:
    """Tell whether a visitor has not been here for so many days, and nothing of theirs goes on."""
    return last_seen(space) < time.time() - days * DAY and not any(map(is_busy, run_folders(space)))


def make_room(most: int) -> list[Path]:
    """Remove what was looked at longest ago until all visitors use at most so many bytes."""
    removed = []
    excess = size_of(visitors()) - most
    for _, folder in sorted(old for space in visitor_spaces() for old in removables(space)):
        if excess <= 0:
            break
        excess -= size_of(folder)
        remove(folder)
        removed.append(folder)
    return removed


def removables(space: Path) -> Iterator[Removable]:
    """Yield the runs and uploads of a space that may go."""
    runs = run_folders(space)
    ended = [folder for folder in runs if not is_busy(folder)]
    # What waits or trains may need the digits that were uploaded for it.
    places = [place for kind in PLACES for place in space.glob(f"{kind}/*")]
    for folder in ended + (places if len(ended) == len(runs) else []):
        if (seen := last_seen(folder)) < time.time() - JUST_NOW:
            yield Removable(seen, folder)


def is_busy(folder: Path) -> bool:
    """Tell whether a run waits, is being started, or trains."""
    if (folder / TICKET).exists() or is_held(folder / ALIVE):
        return True
    return last_served().folder == folder and is_held(start_lock())
