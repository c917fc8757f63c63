"""How much memory is free for a training run, within a container's limit if there is one."""

from pathlib import Path

import psutil

from mnist_core.errors import RunError

NEEDED = 1_000_000_000  # bytes: TensorFlow, MNIST and the gradients of a small network
MB = 1_000_000
CGROUPS = Path("/sys/fs/cgroup")
OWN_GROUP = Path("/proc/self/cgroup")


def free_memory() -> int:
    """Return how many bytes are free for a new process, within every limit that applies."""
    free = [psutil.virtual_memory().available, *map(free_of, own_groups())]
    return min(int(figure) for figure in free if figure is not None)


def ensure_memory() -> None:
    """Raise if there is too little memory for a training run.

    Raises:
        RunError: it needs more than is free; the message says how much.
    """
    free = free_memory()
    if free < NEEDED:
        raise RunError(
            f"Too little memory to train: it needs about {NEEDED // MB:,} MB; "
            f"{free // MB:,} MB are free. Close other programs, or try again later."
        )


def own_groups() -> list[Path]:
    """Return the folders of the control groups (Linux, v1 and v2) that may limit this process.

    In a container, the group's path may be the host's, which is not visible from inside.
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
    """Return how many bytes a control group has left, or None if it sets no limit.

    Cached files count as free: the system drops them when it needs memory.
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
    """Return one figure from a control group's `memory.stat`, or 0 if it is missing."""
    figures = dict(line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return int(figures.get(name, 0))
