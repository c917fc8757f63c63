"""How much memory is free for a training run, also where a container grants less than there is."""

from pathlib import Path

import psutil

from mnist_core.errors import RunError

NEEDED = 1_000_000_000  # bytes: TensorFlow, MNIST and the gradients of a small network
MB = 1_000_000
CGROUPS = Path("/sys/fs/cgroup")
OWN_GROUP = Path("/proc/self/cgroup")


def free_memory() -> int:
    """Return how many bytes a new process can have: of the machine's, or of what it is granted."""
    free = [psutil.virtual_memory().available, *map(free_of, own_groups())]
    return min(int(figure) for figure in free if figure is not None)


def refuse_without_memory() -> None:
    """Make sure that a training run will find the memory it needs.

    Raises:
        RunError: it will not.
    """
    free = free_memory()
    if free < NEEDED:
        raise RunError(
            f"Too little memory to train: it needs about {NEEDED // MB:,} MB; "
            f"{free // MB:,} MB are free. Close other programs, or try again later."
        )


def own_groups() -> list[Path]:
    """Return the folders of Linux's control groups that may limit this process, of both versions.

    In a container, the group's path may be the host's, which is not to be seen from inside.
    """
    try:
        lines = OWN_GROUP.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    folders = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and "memory" not in controllers.split(","):
            continue
        root = CGROUPS / "memory" if controllers else CGROUPS
        own = root / path.lstrip("/")
        folders += [own, *(parent for parent in own.parents if parent.is_relative_to(root))]
    return folders


def free_of(folder: Path) -> int | None:
    """Return how many bytes a control group may still take; None where it sets no limit.

    Cached files count as free: the system drops them when it needs room.
    """
    for limit, usage, cached in (
        ("memory.max", "memory.current", "inactive_file"),
        ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ):
        try:
            most = int((folder / limit).read_text(encoding="utf-8"))
            used = int((folder / usage).read_text(encoding="utf-8"))
            return max(most - used + statistic(folder / "memory.stat", cached), 0)
        except (OSError, ValueError):  # the other version, or "max": no limit
            continue
    return None


def statistic(path: Path, name: str) -> int:
    """Return one of the figures in a control group's `memory.stat`, 0 if it is not there."""
    figures = dict(line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return int(figures.get(name, 0))
