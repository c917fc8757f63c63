"""Reading in bulk: how long a million digits take, with how much memory, here and on Ray.

What the network alone would take on all cores is the baseline, measured in turn with it, so that a
busy machine slows both down.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil

from benchmarks.result import Result
from mnist_core.bulk.answers import Model
from mnist_core.bulk.local import cores
from mnist_core.data.datasets import load_dataset, load_uci_digits
from mnist_core.data.mnist import local_mnist
from mnist_core.extras import require
from mnist_core.ink import Picture

ROOT = Path(__file__).parents[1]
DIGITS = 100_000
MILLION = 1_000_000
MOST_SECONDS, MOST_MEMORY, MOST_ON_RAY = 200, 500, 1.3
SAMPLE = 4_096  # digits that the network alone reads


def measure_bulk() -> list[Result]:
    """Return time, memory, what a kill costs, and the same on Ray."""
    require("cluster")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "digits.npz")
        images = some_digits()
        np.savez(source, X=images)
        before = network_rate(images[:SAMPLE])
        here = watch(source, Path(folder, "here.parquet"))
        rate = (before + network_rate(images[:SAMPLE])) / 2 * cores()
        killed = Path(folder, "killed.parquet")
        watch(source, killed, kill=True)
        watch(source, killed)
        there = watch(source, Path(folder, "ray.parquet"), "--on", "ray")
        np.savez(Path(folder, "few.npz"), X=images[:64])
        start = watch(Path(folder, "few.npz"), Path(folder, "few.parquet"), "--on", "ray").seconds
        files = [Path(folder, name).read_bytes() for name in ("here.parquet", "ray.parquet")]
        same = [killed.read_bytes() == files[0], files[1] == files[0]]
    a_million, alone = here.seconds * MILLION / DIGITS, MILLION / rate
    on_ray = start + (there.seconds - start) * MILLION / DIGITS
    work = here.processor * MILLION / DIGITS / cores()
    return [
        Result(
            "a million digits in bulk",
            f"{a_million:.0f} s, by {DIGITS:,}; the network alone on {cores()} cores "
            f"{alone:.0f} s, {a_million / alone:.2f} x; its own work {work:.0f} s on each core",
            f"{MOST_SECONDS} s",
            a_million <= MOST_SECONDS,
        ),
        Result(
            "memory of all its processes",
            f"{here.memory:.0f} MB",
            f"{MOST_MEMORY} MB",
            here.memory <= MOST_MEMORY,
        ),
        Result("killed and started again", outcome(same[0]), "the same file", same[0]),
        Result(
            "the same on Ray",
            f"{on_ray / a_million:.2f} x the time, {start:.0f} s of it Ray's start, "
            f"{outcome(same[1])}",
            f"{MOST_ON_RAY} x, the same file",
            on_ray <= MOST_ON_RAY * a_million and same[1],
        ),
    ]


def outcome(is_same: bool) -> str:
    """Return what came of it, in words."""
    return "the same file" if is_same else "another file"


def some_digits() -> Picture:
    """Return 100,000 digits in MNIST's form, of MNIST or, without it, of the uci-digits."""
    images = load_dataset("mnist").train.images if local_mnist() else load_uci_digits().images
    return np.resize(images, (DIGITS, *images.shape[1:]))


def network_rate(images: Picture) -> float:
    """Return how many digits a second the default model's network reads on one core."""
    network = Model.find(None).open().network
    network.run(images[:64])
    start = time.perf_counter()
    network.run(images)
    return len(images) / (time.perf_counter() - start)


class Watched:
    """A command that was watched.

    Its seconds, the most MB of all its processes together, and once it has ended the seconds of
    processor time that it took.
    """

    def __init__(self, process: psutil.Process, is_over: Callable[[], bool]) -> None:
        self.processor = 0.0
        self.memory, start = 0.0, time.perf_counter()
        while not is_over():
            self.memory = max(self.memory, memory_of(process))
            time.sleep(0.2)
        self.seconds = time.perf_counter() - start


def watch(source: Path, output: Path, *options: str, kill: bool = False) -> Watched:
    """Read in bulk; with `kill`, end the command when its second part is written."""
    command = [sys.executable, "-m", "mnist_core", "read", "--many", str(source), "-o", str(output)]
    second = Path(f"{output}.parts", "part-00001.parquet")
    before = processor_time()
    with subprocess.Popen(
        [*command, *options],
        cwd=ROOT,
        env={**os.environ, "RAY_ADDRESS": "local"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:
        watched = Watched(
            psutil.Process(running.pid),
            lambda: running.poll() is not None or (kill and second.exists()),
        )
        if kill:
            running.send_signal(signal.SIGKILL)
    watched.processor = processor_time() - before
    if running.returncode and not kill:
        raise RuntimeError(f"Expected {' '.join(command)} to end with 0.")
    return watched


def processor_time() -> float:
    """Return the seconds of processor time of all processes that were started here and ended."""
    times = os.times()
    return times.children_user + times.children_system


def memory_of(process: psutil.Process) -> float:
    """Return the MB of a process and those below it; what several share counts once."""
    total = 0.0
    try:
        for one in (process, *process.children(recursive=True)):
            total += one.memory_full_info().pss / 1e6
    except psutil.Error:  # one has just ended
        pass
    return total
