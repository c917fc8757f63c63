"""Locks on the disk, which the system takes back from a process however that ends."""

from pathlib import Path

from filelock import FileLock, Timeout

PROBE = 0.05  # seconds: two who look at once must not take each other for the holder


def lock(path: Path) -> FileLock:
    """Return the lock on a file; `with` waits for it and holds it.

    It may be passed on to another thread, and is not for two uses within one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(path, thread_local=False)


def try_lock(path: Path, patience: float = 0.0) -> FileLock | None:
    """Return the lock, held, or None when another holds it all the while.

    Args:
        path: of the file.
        patience: seconds to wait for it.
    """
    wanted = lock(path)
    try:
        wanted.acquire(timeout=patience, poll_interval=PROBE / 10)
    except Timeout:
        return None
    return wanted


def is_held(path: Path) -> bool:
    """Tell whether a process that lives holds the lock on a file."""
    if not path.exists():
        return False
    held = try_lock(path, PROBE)
    if held:
        held.release()
    return held is None
