"""File locks, which the operating system releases however a process ends."""

from pathlib import Path

from filelock import FileLock, Timeout

PROBE = 0.05  # seconds: two simultaneous probes must not mistake each other for the owner


def lock(path: Path) -> FileLock:
    """Return the lock on a file; `with` waits for it and holds it.

    It may be passed to another thread, but must not be acquired twice in one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(path, thread_local=False)


def try_lock(path: Path, timeout: float = 0.0) -> FileLock | None:
    """Return the acquired lock, or None if another process keeps holding it.

    Args:
        path: the file to lock.
        timeout: seconds to wait for it.
    """
    file_lock = lock(path)
    try:
        file_lock.acquire(timeout=timeout, poll_interval=PROBE / 10)
    except Timeout:
        return None
    return file_lock


def is_held(path: Path) -> bool:
    """Return whether a live process holds the lock on a file."""
    if not path.exists():
        return False
    acquired = try_lock(path, PROBE)
    if acquired:
        acquired.release()
    return acquired is None
