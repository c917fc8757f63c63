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
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import mean

import numpy as np
import psutil

from benchmarks.result import Result
from mnist_core.bulk.answers import Model
from mnist_core.data.datasets import load_dataset, load_uci_digits
from mnist_core.data.mnist import local_mnist
from mnist_core.extras import require
from mnist_core.pictures import Picture
from mnist_core.processors import cores

ROOT = Path(__file__).parents[1]
DIGITS = 60_000
MILLION = 1_000_000
MOST_SECONDS, MOST_MEMORY, MOST_ON_RAY = 200, 500, 1.3
LOOKS_PER_WEIGHING = 20
SAMPLE = 4_096  # digits that the network alone reads


def measure_bulk() -> list[Result]:
    """Return time, memory, what a kill costs, and the same on Ray.

    Here and on Ray are timed in turn, twice. A start is timed with few digits, and counted once
    for the million.
    """
    require("cluster")
    with tempfile.TemporaryDirectory() as folder:
        source, few = Path(folder, "digits.npz"), Path(folder, "few.npz")
        images = some_digits()
        np.savez(source, X=images)
        np.savez(few, X=images[:64])
        rates, here, there = [network_rate(images[:SAMPLE])], [], []
        for turn in ("first", "second"):
            here.append(time_of(source, few, Path(folder, f"{turn}.parquet")))
            there.append(time_of(source, few, Path(folder, f"{turn}-ray.parquet"), "--on", "ray"))
            rates.append(network_rate(images[:SAMPLE]))
        killed = Path(folder, "killed.parquet")
        watch(source, killed, kill=True)
        watch(source, killed)
        whole = Path(folder, "first.parquet").read_bytes()
        same = [
            killed.read_bytes() == whole,
            all(file.read_bytes() == whole for file in Path(folder).glob("*-ray.parquet")),
        ]
    a_million = mean(one.of_a_million for one in here)
    on_ray = mean(one.of_a_million for one in there)
    alone = MILLION / (mean(rates) * cores())
    memory = max(one.memory for one in here)
    return [
        Result(
            "a million digits in bulk",
            f"{a_million:.0f} s, by {DIGITS:,}; the network alone on {cores()} cores "
            f"{alone:.0f} s, {a_million / alone:.2f} x",
            f"{MOST_SECONDS} s",
            a_million <= MOST_SECONDS,
        ),
        Result(
            "memory of all its processes",
            f"{memory:.0f} MB",
            f"{MOST_MEMORY} MB",
            memory <= MOST_MEMORY,
        ),
        Result("killed and started again", outcome(same[0]), "the same file", same[0]),
        Result(
            "the same on Ray",
            f"{on_ray / a_million:.2f} x the time, "
            f"{mean(one.start for one in there):.0f} s of it Ray's start, {outcome(same[1])}",
            f"{MOST_ON_RAY} x, the same file",
            on_ray <= MOST_ON_RAY * a_million and same[1],
        ),
    ]


@dataclass(frozen=True)
class Time:
    """What reading the digits took.

    Attributes:
        start: seconds until the first are read.
        of_a_million: seconds that a million take, start included.
        memory: the most MB of all its processes together.
    """

    start: float
    of_a_million: float
    memory: float


def time_of(source: Path, few: Path, output: Path, *options: str) -> Time:
    """Read in bulk, many and few; return what it took."""
    whole = watch(source, output, *options)
    start = watch(few, output.with_name("few.parquet"), *options).seconds
    output.with_name("few.parquet").unlink()
    return Time(start, start + (whole.seconds - start) * MILLION / DIGITS, whole.memory)


def outcome(is_same: bool) -> str:
    """Return what came of it, in words."""
    return "the same file" if is_same else "another file"


def some_digits() -> Picture:
    """Return 60,000 digits in MNIST's form, of MNIST or, without it, of the uci-digits."""
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
    """A command that was watched: its seconds, and the most MB of all its processes together."""

    def __init__(self, process: psutil.Process, is_over: Callable[[], bool]) -> None:
        self.memory, start = 0.0, time.perf_counter()
        for moment in count():
            if is_over():
                break
            if moment % LOOKS_PER_WEIGHING == 0:  # weighing takes a core for 20 ms
                self.memory = max(self.memory, memory_of(process))
            time.sleep(0.05)
        self.seconds = time.perf_counter() - start


def watch(source: Path, output: Path, *options: str, kill: bool = False) -> Watched:
    """Read in bulk; with `kill`, end the command when its first part is written."""
    command = [sys.executable, "-m", "mnist_core", "read", "--many", str(source), "-o", str(output)]
    first = Path(f"{output}.parts", "part-00000.parquet")
    with subprocess.Popen(
        [*command, *options],
        cwd=ROOT,
        env={**os.environ, "RAY_ADDRESS": "local"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:
        watched = Watched(
            psutil.Process(running.pid),
            lambda: running.poll() is not None or (kill and first.exists()),
        )
        if kill:
            running.send_signal(signal.SIGKILL)
    if running.returncode and not kill:
        raise RuntimeError(f"Expected {' '.join(command)} to end with 0.")
    return watched


def memory_of(process: psutil.Process) -> float:
    """Return the MB of a process and those below it; what several share counts once."""
    total = 0.0
    try:
        for one in (process, *process.children(recursive=True)):
            total += one.memory_full_info().pss / 1e6
    except psutil.Error:  # one has just ended
        pass
    return total
