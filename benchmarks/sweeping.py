"""Sweeps: how many more trials a minute two workers train than one, and what a kill costs.

Each worker has one core, and each trial one thread. Both sweeps have the same trials: with Optuna's
first draws and one epoch each, nothing depends on what ends first.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.result import Result
from mnist_core.extras import require
from mnist_core.sweeps.sweep import Sweep, Trial, read_sweep

ROOT = Path(__file__).parents[1]
TRIALS, KILLED_TRIALS = 24, 4
FASTER = 1.7  # times as many trials a minute with two workers
COMMAND = [sys.executable, "-m", "mnist_core", "sweep"]
WHAT = [
    *("--recipe", "quick-cnn", "--data", "uci-digits", "--set", "epochs=1"),
    *("--vary", "learning_rate=1e-3..1e-2", "--seeds", "0-3"),
]


def measure_sweeps() -> list[Result]:
    """Return how much faster two workers are, and whether a killed sweep loses a trial."""
    require("cluster", "ray", "optuna")
    # The one worker before and after the two: a machine that slows down slows both.
    before = trials_per_minute(1, TRIALS // 2)
    together = trials_per_minute(2, TRIALS)
    alone = 2 / (1 / before + 1 / trials_per_minute(1, TRIALS // 2))
    begun, trials = kill_and_resume()
    whole = len(trials) == KILLED_TRIALS == sum(map(is_finished, trials))
    kept = begun <= {trial.run.id for trial in trials}
    return [
        Result(
            f"{TRIALS} short trials, two workers",
            f"{together:.1f} a minute; one worker {alone:.1f}, {together / alone:.2f} x",
            f"{FASTER} x",
            together >= FASTER * alone,
        ),
        Result(
            f"{KILLED_TRIALS} trials, the sweep killed and resumed",
            f"{len(trials)} trials, {sum(map(is_finished, trials))} finished",
            "each of them once",
            whole and kept,
        ),
    ]


def trials_per_minute(workers: int, trials: int) -> float:
    """Return how many trials a minute a sweep trains, from the moment when the first begins."""
    with tempfile.TemporaryDirectory() as home:
        options = ["--trials", str(trials), "--workers", str(workers)]
        with subprocess.Popen([*COMMAND, *WHAT, *options], **surroundings(home)) as running:
            while running.poll() is None and not [*Path(home).glob("runs/*")]:
                time.sleep(0.1)
            start = time.perf_counter()
        if running.returncode:
            raise RuntimeError(
                f"Expected the sweep to end with 0. It ended with {running.returncode}."
            )
        return 60 * trials / (time.perf_counter() - start)


def kill_and_resume() -> tuple[set[str], list[Trial]]:
    """Kill a sweep in its second trial, and resume it; return the ids from before, and its end."""
    with tempfile.TemporaryDirectory() as home:
        options = ["--trials", str(KILLED_TRIALS), "--workers", "1"]
        with subprocess.Popen([*COMMAND, *WHAT, *options], **surroundings(home)) as running:
            while running.poll() is None and len([*Path(home).glob("runs/*/history.csv")]) < 2:
                time.sleep(0.1)
            running.send_signal(signal.SIGKILL)
        sweep = sweep_in(home)
        begun = {trial.run.id for trial in sweep.list_trials()}
        command = [*COMMAND, "--resume", sweep.id, "--workers", "1"]
        subprocess.run(command, check=True, **surroundings(home))
        return begun, sweep.list_trials()


def is_finished(trial: Trial) -> bool:
    """Return whether a trial was trained to its end."""
    return trial.status.state == "finished"


def sweep_in(home: str) -> Sweep:
    """Return the sweep in a data root that has only one."""
    (folder,) = Path(home, "sweeps").iterdir()
    return read_sweep(folder)


def surroundings(home: str) -> dict[str, Any]:
    """Return how a command is started: quietly, with a data root of its own."""
    return {
        "cwd": ROOT,
        "env": {**os.environ, "INKLING_HOME": home, "RAY_ADDRESS": "local"},
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
    }
