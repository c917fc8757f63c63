"""A sweep on Ray: its driver is killed and it goes on, with each trial there once."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.waiting import wait_for

from mnist_core.runs.store import list_runs
from mnist_core.sweeps.sweep import open_sweep

pytestmark = [pytest.mark.slow, pytest.mark.tensorflow, pytest.mark.usefixtures("no_mnist")]

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-m", "mnist_core", "sweep", "--workers", "1"]
WHAT = [
    *("--recipe", "tutorial-mlp", "--data", "uci-digits", "--set", "epochs=2"),
    *("--vary", "learning_rate=1e-4..1e-2", "--vary", "hidden=8/16", "--seeds", "0-1"),
    *("--trials", "2"),
]


def test_a_killed_sweep_goes_on_and_no_trial_is_lost_or_there_twice(data_root):
    environment = {**os.environ, "RAY_ADDRESS": "local"}
    with subprocess.Popen([*COMMAND, *WHAT], cwd=ROOT, env=environment) as driver:
        wait_for(
            lambda: any(run.history() for run in list_runs()) or driver.poll() is not None,
            at_most=120,
        )
        driver.send_signal(signal.SIGKILL)
    assert driver.returncode == -signal.SIGKILL, "it ended before it was killed"
    (folder,) = (data_root / "sweeps").iterdir()
    begun = {run.id for run in list_runs()}
    assert len(open_sweep(folder.name).ended()) < 2
    done = subprocess.run(
        [*COMMAND, "--resume", folder.name],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "The best run is" in done.stdout and "Not over" not in done.stdout
    trials = open_sweep(folder.name).list_trials()
    assert len(open_sweep(folder.name).ended()) == len(trials)
    assert begun <= {trial.run.id for trial in trials}
    assert sorted(trial.run.recipe.seed for trial in trials) == [0, 1]
    assert len({trial.settings["learning_rate"] for trial in trials}) == 1
    for trial in trials:
        assert trial.status.state in ("finished", "stopped")
        epochs = [row["epoch"] for row in trial.run.history()]
        assert epochs == [*range(1, len(epochs) + 1)] and epochs
        assert 0 < trial.score <= 1
    assert trials[0].run.model is not None
