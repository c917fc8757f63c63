"""How fast this machine computes now, measured the way a training would find it.

Every core multiplies matrices for a moment, in a process of its own with the low priority of a
training. So the result falls with slow processors, with few of them, with a container's limit on
them, and with whatever else keeps them busy. `python -m mnist_core.runs.machine_speed` prints it.
"""

import math
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from mnist_core.processors import cores
from mnist_core.runs.process import NICENESS, ROOT

# Multiply-adds a second: two idle cores, as the models that ship were timed on.
REFERENCE_SPEED = 1e11
SECONDS = 1.5  # of measuring
TIMEOUT = 30  # seconds; on a busy machine Python alone takes a few
SIDE = 256  # of the matrices, which fit into a processor's cache
CGROUPS = Path("/sys/fs/cgroup")
V1_FILES = ["cpu.cfs_quota_us", "cpu.cfs_period_us"]
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def measure_speed() -> float | None:
    """Return the multiply-adds a second of this machine now, or None if it cannot be measured.

    It takes a second or two, and costs the calling process nothing.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__],
            cwd=ROOT,
            env={**os.environ, **ONE_THREAD},
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=True,
        )
        return float(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


def speed_of(multiply_adds: int, cpu_seconds: float, seconds: float, cores: float) -> float:
    """Return the multiply-adds a second that a training may count on.

    What else keeps the processors busy may end before the training does, and a training does not
    keep all of them busy all the time. So what the others take counts by half, on a logarithmic
    scale: with a quarter of the time of each core, a training takes about twice as long.

    Args:
        multiply_adds: done in the measurement.
        cpu_seconds: that it has had, on all cores together.
        seconds: that it took.
        cores: that this process may use.
    """
    alone = multiply_adds / cpu_seconds * cores
    return alone * math.sqrt(min(cpu_seconds / (seconds * cores), 1))


def allowed_cores() -> float:
    """Return how many cores this process may use; a container's limit may be a part of one."""
    return min(cores(), cpu_quota())


def cpu_quota() -> float:
    """Return how many cores a container grants (control groups v2 and v1), infinity if all."""
    for folder, files in ((CGROUPS, ["cpu.max"]), (CGROUPS / "cpu", V1_FILES)):
        with suppress(OSError, ValueError):  # the other version, or "max": no limit
            texts = [(folder / file).read_text(encoding="utf-8") for file in files]
            quota, period = map(int, " ".join(texts).split())
            if quota > 0:
                return quota / period
    return math.inf


def multiply_until(deadline: float) -> tuple[int, float]:
    """Return the multiply-adds that one thread does until a time, and its seconds of a core."""
    import numpy as np  # here, after `ONE_THREAD` is set

    factor = np.ones((SIDE, SIDE), np.float32)
    product = factor.copy()
    n, began = 0, time.thread_time()
    while time.monotonic() < deadline:
        np.matmul(factor, factor, out=product)
        n += 1
    return n * SIDE**3, time.thread_time() - began


def main() -> None:
    """Print the speed of this machine."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    allowed = allowed_cores()
    threads = math.ceil(allowed)
    began = time.monotonic()
    with ThreadPoolExecutor(threads) as pool:
        done = list(pool.map(multiply_until, [began + SECONDS] * threads))
    seconds = time.monotonic() - began
    multiply_adds, cpu_seconds = map(sum, zip(*done, strict=True))
    print(speed_of(multiply_adds, cpu_seconds, seconds, allowed))


if __name__ == "__main__":
    main()
