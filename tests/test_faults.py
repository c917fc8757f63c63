"""What may happen to a training run: it is killed at any moment, or the disk is full."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from helpers.waiting import wait_for

from mnist_core.models.registry import list_models, open_card, own_models_dir
from mnist_core.models.staging import clean_stale
from mnist_core.recipes.catalog import find_recipe
from mnist_core.runs.process import ROOT
from mnist_core.runs.run import Run
from mnist_core.runs.store import list_runs, new_run, open_run
from mnist_core.workspace import data_root

pytestmark = [
    pytest.mark.slow,
    pytest.mark.tensorflow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="children are forked, which is cheaper"),
]

KILLS = 12
PHASES = ("starting", "training", "training", "exporting", "measuring")
SETTINGS = ["filters=4,8", "hidden=16", "epochs=3", "batch_size=32", "validation_share=0.3"]
RECIPE = find_recipe("quick-cnn").with_settings(SETTINGS)


class Trainer:
    """A process that has imported TensorFlow, and forks a child for each run."""

    def __init__(self, keras_home: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        # Without MNIST, because measuring on it takes long.
        environment |= {"KERAS_HOME": str(keras_home), "MNIST_NPZ": ""}
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / "helpers" / "forked_training.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            text=True,
        )
        self.child: int | None = None
        assert self.process.stdout.readline() == "ready\n"

    def start(self, run: Run, option: str = "--resume") -> int:
        """Let a child work on a run; return its number."""
        self.process.stdin.write(f"{data_root()}\t{option}\t{run.id}\n")
        self.process.stdin.flush()
        self.child = self.said("child")
        return self.child

    def wait(self) -> int:
        """Return how the child ended."""
        code = self.said("ended")
        self.child = None
        return code

    def said(self, what: str) -> int:
        """Return the number that the process says next, after a word."""
        line = self.process.stdout.readline()
        assert line.startswith(f"{what} "), line
        return int(line.split()[1])

    def kill_child(self) -> None:
        """End the child that a failed test has left at work."""
        if self.child is not None:
            with suppress(ProcessLookupError):  # it has ended
                os.kill(self.child, signal.SIGKILL)
            self.wait()

    def work(self, run: Run, option: str = "--resume") -> int:
        """Let a child work on a run to its end."""
        self.start(run, option)
        return self.wait()


@pytest.fixture
def trainer(shared_trainer: Trainer) -> Iterator[Trainer]:
    yield shared_trainer
    shared_trainer.kill_child()


@pytest.fixture(scope="module")
def shared_trainer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trainer]:
    trainer = Trainer(tmp_path_factory.mktemp("keras"))
    yield trainer
    trainer.process.kill()
    trainer.process.communicate()


def kill_in(phase: str, delay: float, child: int, run: Run) -> None:
    """Kill a child some time after it has come to a phase, unless it ends before."""
    wait_for(lambda: run.status().state == "running")
    later = PHASES[PHASES.index(phase) :]
    while (status := run.status()).state == "running" and status.phase not in later:
        time.sleep(0.01)
    time.sleep(delay)
    try:
        os.kill(child, signal.SIGKILL)
    except ProcessLookupError:
        return


def only_whole_models() -> bool:
    """Tell whether every folder among the models is a model whose files are what its card says."""
    folders = list(own_models_dir().glob("[!.]*")) if own_models_dir().is_dir() else []
    return all(open_card(folder) for folder in folders) and {f.name for f in folders} <= set(
        list_models()
    )


def test_killed_at_any_moment_a_run_is_interrupted_and_goes_on(trainer):
    rng, made = random.Random(4), 0
    run = new_run(RECIPE, "uci-digits", "made-0")
    for kill in range(KILLS):
        child = trainer.start(run)
        kill_in(PHASES[kill % len(PHASES)], rng.uniform(0, 0.6), child, run)
        code = trainer.wait()
        assert open_run(run.id) == run
        assert only_whole_models()
        assert [row["epoch"] for row in run.history()] == list(range(1, len(run.history()) + 1))
        if code == 0:
            assert run.status().state == "finished"
            made += 1
            run = new_run(RECIPE, "uci-digits", f"made-{made}")
        else:
            assert code == -signal.SIGKILL
            assert run.status().state in ("interrupted", "finished")
            assert run in list_runs()
    assert trainer.work(run) == 0
    assert run.status().state == "finished"
    assert run.status().trained_epochs == RECIPE.epochs
    assert run.model == own_models_dir() / run.name
    clean_stale(own_models_dir())
    assert sorted(path.name for path in own_models_dir().iterdir()) == [
        f"made-{i}" for i in range(made + 1)
    ]


def test_killed_while_it_is_finished_a_stopped_run_is_finished_later(trainer):
    run = new_run(RECIPE, "uci-digits", "made")
    child = trainer.start(run)
    wait_for(run.best.exists)
    os.kill(child, signal.SIGINT)
    assert trainer.wait() == 1
    assert run.status().state == "stopped"
    for phase in ("exporting", "measuring"):
        child = trainer.start(run, "--finish")
        kill_in(phase, 0, child, run)
        assert trainer.wait() == -signal.SIGKILL
        assert run.status().state == "interrupted"
        assert list_models_here() == []
    assert trainer.work(run, "--finish") == 0
    assert run.status().state == "finished"
    assert list_models_here() == ["made"]


def list_models_here() -> list[str]:
    """Return the names of the folders among the models that anybody can see."""
    return [path.name for path in own_models_dir().glob("[!.]*")]


def test_a_second_process_leaves_a_run_that_goes_on_alone(trainer):
    run = new_run(RECIPE, "uci-digits")
    child = trainer.start(run)
    wait_for(lambda: run.status().phase == "training")
    command = [sys.executable, "-m", "mnist_core", "train", "--resume", run.id]
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert second.returncode == 1
    assert second.stderr.startswith(f"Error: Another process works on the run {run.id}.")
    assert run.status().state in ("running", "finished")
    assert run.pid_file.read_text() == str(child)
    assert trainer.wait() == 0


@pytest.fixture
def small_disk(data_root: Path) -> Iterator[Path]:
    """A disk of 300 kB at the place of the data root."""
    command = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(data_root)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        pytest.skip(f"A small disk cannot be mounted here: {problem}")
    yield data_root
    subprocess.run(["umount", "--lazy", str(data_root)], check=True)


def test_a_full_disk_is_said_and_once_there_is_room_the_run_goes_on(small_disk, trainer):
    run = new_run(RECIPE, "uci-digits", "made")
    filler = small_disk / "filler"
    filler.write_bytes(bytes(150_000))
    assert trainer.work(run) == 1
    status = run.status()
    assert status.state == "failed"
    assert status.error.startswith("The disk is full")
    assert list_models_here() == []
    remount = ["mount", "-o", "remount,size=30m", str(small_disk)]
    subprocess.run(remount, check=True)
    assert trainer.work(run) == 0
    assert run.status().state == "finished"
    assert list_models_here() == ["made"]
