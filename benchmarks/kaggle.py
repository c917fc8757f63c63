"""How fast Kaggle's train.csv is read, and in how much memory, against pandas."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd  # type: ignore[import-untyped]

from benchmarks.result import Result
from mnist_core.data import load_dataset, load_uci_digits
from mnist_core.digits import Digits
from mnist_core.sources.kaggle import STAND_IN_TRAIN, read_train, stand_in, write_train
from mnist_core.sources.mnist_source import local_mnist

ROOT = Path(__file__).parents[1]
ROUNDS = 7
IN_A_PROCESS_OF_ITS_OWN = """
import sys
from pathlib import Path
from mnist_core.sources.kaggle import read_train

def kilobytes(figure):
    return int(Path("/proc/self/status").read_text().split(figure + ":")[1].split()[0])

idle = kilobytes("VmRSS")
source = Path(sys.argv[1])
read_train(source.read_bytes() if sys.argv[2] == "bytes" else source)
print((kilobytes("VmHWM") - idle) / 1024)
"""


def measure_kaggle() -> list[Result]:
    """Return the figures for 42,000 digits."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.csv"
        write_train(path, some_digits())
        return [*speed(path), *memory(path)]


def some_digits() -> Digits:
    """Return 42,000 digits of MNIST or, where it is not here, of the uci-digits, repeated."""
    if local_mnist():
        return stand_in(load_dataset("mnist")).train
    uci = load_uci_digits()
    return uci[np.random.default_rng(0).integers(0, len(uci), STAND_IN_TRAIN)]


def speed(path: Path) -> list[Result]:
    """Compare the readers in turn, so that a busy machine slows them alike."""
    readers: dict[str, Callable[[], object]] = {
        "ours": lambda: read_train(path),
        "pyarrow": lambda: pd.read_csv(path, engine="pyarrow"),
        "c": lambda: pd.read_csv(path, engine="c"),
    }
    times: dict[str, list[float]] = {name: [] for name in readers}
    for turn in range(ROUNDS + 1):
        for name, read in readers.items():
            if name == "c" and turn > 1:
                continue  # it takes seconds, and is shown only
            began = time.perf_counter()
            read()
            if turn:  # the first turn warms up
                times[name].append(time.perf_counter() - began)
    ours, pyarrow, c = (median(times[name]) for name in readers)
    size = path.stat().st_size / 1e6
    return [
        Result(
            f"reading 42,000 digits, {size:.0f} MB of CSV, median of {ROUNDS}",
            f"{ours:.2f} s, {ours / pyarrow:.2f} x pandas with pyarrow's {pyarrow:.2f} s",
            "1.2 x",
            ours <= 1.2 * pyarrow,
        ),
        Result("the same with pandas's own engine", f"{c:.2f} s", "shown", True),
    ]


def memory(path: Path) -> list[Result]:
    """Measure the peak of resident memory above the idle process, where Linux tells it."""
    if not Path("/proc/self/status").exists():
        print("skip memory: only Linux tells a process's peak")
        return []
    results = []
    for source, words in {
        "path": "from its path",
        "bytes": "as an upload, its bytes counted",
    }.items():
        command = [sys.executable, "-c", IN_A_PROCESS_OF_ITS_OWN, str(path), source]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        peak = float(done.stdout)
        results.append(
            Result(f"peak memory above idle, {words}", f"{peak:.0f} MB", "200 MB", peak <= 200)
        )
    return results
