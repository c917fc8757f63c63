"""How fast Kaggle's train.csv is read and with how much memory, compared with pandas.

The same for the other forms in which people have these digits.
"""

import gzip
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
from mnist_core.data.datasets import load_dataset, load_uci_digits
from mnist_core.data.digits import Digits
from mnist_core.data.kaggle import STAND_IN_TRAIN, read_train, stand_in, write_train
from mnist_core.data.mnist import local_mnist

ROOT = Path(__file__).parents[1]
ROUNDS, FORM_ROUNDS = 7, 3
MOST_FOR_FORMS = 1.5 * 0.45  # x pandas with pyarrow on the plain file
PEAK_SCRIPT = """
import sys
from pathlib import Path
from mnist_core.data.kaggle import read_train

def kilobytes(figure):
    return int(Path("/proc/self/status").read_text().split(figure + ":")[1].split()[0])

idle = kilobytes("VmRSS")
source = Path(sys.argv[1])
read_train(source.read_bytes() if sys.argv[2] == "bytes" else source)
print((kilobytes("VmHWM") - idle) / 1024)
"""


def measure_kaggle() -> list[Result]:
    """Return the time and memory for reading 42,000 digits."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.csv"
        write_train(path, some_digits())
        return [*speed(path), *speed_of_forms(path), *memory(path)]


def some_digits() -> Digits:
    """Return 42,000 digits of MNIST or, without MNIST, of the uci-digits, repeated."""
    if local_mnist():
        return stand_in(load_dataset("mnist")).train
    uci = load_uci_digits()
    return uci[np.random.default_rng(0).integers(0, len(uci), STAND_IN_TRAIN)]


def speed(path: Path) -> list[Result]:
    """Compare the readers in turn, so that a busy machine slows all of them down."""
    readers: dict[str, Callable[[], object]] = {
        "ours": lambda: read_train(path),
        "pyarrow": lambda: pd.read_csv(path, engine="pyarrow"),
        "c": lambda: pd.read_csv(path, engine="c"),
    }
    times: dict[str, list[float]] = {name: [] for name in readers}
    for turn in range(ROUNDS + 1):
        for name, read in readers.items():
            if name == "c" and turn > 1:
                continue  # it takes seconds and is only shown
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
            "0.45 x",
            ours <= 0.45 * pyarrow,
        ),
        Result("the same with pandas's own engine", f"{c:.2f} s", "shown", True),
    ]


def speed_of_forms(path: Path) -> list[Result]:
    """Compare reading each other form of the file with pandas's reading of the plain one."""
    paths = write_forms(path)
    times: dict[str, list[float]] = {name: [] for name in (*paths, "pyarrow")}
    for _ in range(FORM_ROUNDS):
        for name in times:
            began = time.perf_counter()
            if name == "pyarrow":
                pd.read_csv(path, engine="pyarrow")
            else:
                read_train(paths[name])
            times[name].append(time.perf_counter() - began)
    pyarrow = median(times["pyarrow"])
    results = []
    for name, form in paths.items():
        ours, size = median(times[name]), form.stat().st_size / 1e6
        results.append(
            Result(
                f"the same digits as CSV with {name}, {size:.0f} MB",
                f"{ours:.2f} s, {ours / pyarrow:.2f} x pandas with pyarrow on the plain file",
                f"{MOST_FOR_FORMS:.3f} x",
                ours <= MOST_FOR_FORMS * pyarrow,
            )
        )
    return results


def write_forms(path: Path) -> dict[str, Path]:
    """Write the file of a path in other forms beside it; return their paths by what they have."""
    plain = path.read_bytes()
    header, rows = plain.split(b"\n", 1)
    fractions = np.array(
        [f"{level / 255:.4f}".rstrip("0") + "0" * (level == 0) for level in range(256)]
    )
    digits = read_train(path)
    scaled = [
        f"{label}," + ",".join(fractions[levels])
        for label, levels in zip(digits.labels, digits.images.reshape(len(digits), -1), strict=True)
    ]
    contents = {
        "no header": rows,
        "semicolons": plain.replace(b",", b";"),
        "carriage returns and line feeds": plain.replace(b"\n", b"\r\n"),
        "UTF-16": plain.decode().encode("utf-16"),
        "gzip": gzip.compress(plain, 6),
        "decimal points": header + b"\n" + rows.replace(b",", b".0,").replace(b"\n", b".0\n"),
        "levels from 0 to 1": header + b"\n" + "\n".join(scaled).encode() + b"\n",
    }
    paths = {name: path.with_name(f"{name}.csv") for name in contents}
    for name, content in contents.items():
        paths[name].write_bytes(content)
    return paths


def memory(path: Path) -> list[Result]:
    """Measure the peak of resident memory above that of the idle process; Linux only."""
    if not Path("/proc/self/status").exists():
        print("skip memory: only Linux reports a process's peak")
        return []
    results = []
    for source, words in {
        "path": "from its path",
        "bytes": "as an upload, its bytes included",
    }.items():
        command = [sys.executable, "-c", PEAK_SCRIPT, str(path), source]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        peak = float(done.stdout)
        results.append(
            Result(f"peak memory above idle, {words}", f"{peak:.0f} MB", "200 MB", peak <= 200)
        )
    return results
