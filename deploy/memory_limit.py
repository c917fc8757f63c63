"""A limit on a server's memory and that of all it starts, as a host sets it (Linux only).

A control group (of either version) limits what is really used, as hosts do. Where none can be made,
RLIMIT_DATA limits each process. RLIMIT_AS would be of no use: it counts what is only reserved, and
LiteRT and OpenCV reserve four times what they use.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil

from mnist_core.runs.memory import own_groups

LIMITS = ("memory.limit_in_bytes", "memory.max")  # of version 1 and 2
# RLIMIT_DATA counts the stacks of threads and Arrow's gigabyte, both reserved and hardly used.
SPARE = "ulimit -S -s 2048; export ARROW_DEFAULT_MEMORY_POOL=system"
COUNTS = ("memory.oom_control", "memory.events")  # likewise
MB = 1_000_000
PATIENCE = 5  # seconds
POLL_SECONDS = 0.1  # seconds


@dataclass(frozen=True)
class MemoryLimit:
    """How the memory of processes is limited.

    Attributes:
        name: what limits it, in words.
        group: the control group's folder, None with RLIMIT_DATA.
        megabytes: the first limit.
    """

    name: str
    group: Path | None
    megabytes: int

    def wrap(self, command: list[str]) -> list[str]:
        """Return the command that runs a command under the limit."""
        if self.group:
            enter = 'echo $$ > "$0" && exec "$@"'
            return ["sh", "-c", enter, str(self.group / "cgroup.procs"), *command]
        kilobytes = self.megabytes * MB // 1024
        return ["sh", "-c", f'{SPARE}; ulimit -S -d "$0" && exec "$@"', str(kilobytes), *command]

    def change(self, megabytes: int, process: psutil.Process) -> None:
        """Set another limit for a process that runs, and for what it starts from now on."""
        if self.group:
            set_limit(self.group, megabytes)
        else:
            _, most = process.rlimit(psutil.RLIMIT_DATA)
            process.rlimit(psutil.RLIMIT_DATA, (megabytes * MB, most))

    def kills(self) -> int:
        """Return how many processes the kernel has killed because the group was over its limit."""
        figures = [self.group / name for name in COUNTS] if self.group else []
        lines = [line for path in figures if path.exists() for line in path.read_text().split("\n")]
        return sum(int(line.split()[1]) for line in lines if line.startswith("oom_kill "))


@contextmanager
def memory_limited_to(megabytes: int) -> Iterator[MemoryLimit]:
    """Make a limit; its control group is removed in the end."""
    group = make_group(megabytes)
    if group is None:
        yield MemoryLimit("RLIMIT_DATA, for each process", None, megabytes)
        return
    try:
        yield MemoryLimit("a control group", group, megabytes)
    finally:
        remove(group)


def make_group(megabytes: int) -> Path | None:
    """Return a new control group below one of this process's; None where that is not allowed."""
    for own in own_groups():
        group = own / f"inkling-{os.getpid()}"
        try:
            group.mkdir()
        except OSError:
            continue
        try:
            set_limit(group, megabytes)
            return group
        except OSError:
            remove(group)
    return None


def set_limit(group: Path, megabytes: int) -> None:
    """Limit a control group's memory; OSError where it has no such limit."""
    name = next((name for name in LIMITS if (group / name).exists()), LIMITS[-1])
    (group / name).write_text(str(megabytes * MB), encoding="utf-8")


def remove(group: Path) -> None:
    """Remove a control group as soon as its last process has gone."""
    deadline = time.monotonic() + PATIENCE
    while group.exists() and time.monotonic() < deadline:
        with suppress(OSError):
            group.rmdir()
            return
        time.sleep(0.05)


class PeakWatch:
    """Watches how much memory a process and its descendants have had at most, together.

    What is added up is each living one's own peak, as the kernel keeps it (`peak`, in bytes). That
    counts shared pages more than once, and peaks of different moments as one: it is never too low.
    """

    def __init__(self, process: psutil.Process) -> None:
        self.peak = 0
        self._process = process
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(POLL_SECONDS):
            self.look()

    def look(self) -> None:
        """Look now, too."""
        family = [self._process]
        with suppress(psutil.Error):
            family += self._process.children(recursive=True)
        self.peak = max(self.peak, sum(high_water(member.pid) for member in family))


def high_water(pid: int) -> int:
    """Return the most bytes of memory that a process has had, 0 if it has gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        return int(status.split("VmHWM:")[1].split()[0]) * 1024
    except (OSError, IndexError):
        return 0
