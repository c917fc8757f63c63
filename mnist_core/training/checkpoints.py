"""A run's checkpoints: its network after the last epoch, and after the best one."""

import shutil
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import keras

from mnist_core.errors import RunError
from mnist_core.files import atomic_write
from mnist_core.runs.history import best_row
from mnist_core.runs.report import Report
from mnist_core.runs.run import Run
from mnist_core.runs.status import Epoch, Phase, Step
from mnist_core.training.networks import initial_network


class SavingReport(Report):
    """Saves each epoch's network, then passes the report on."""

    def __init__(self, run: Run, network: keras.Model, report: Report) -> None:
        self.run, self.network, self.report = run, network, report

    def phase(self, phase: Phase) -> None:
        """Pass on that a new phase has begun."""
        self.report.phase(phase)

    def step(self, step: Step) -> None:
        """Pass on that a batch is done."""
        self.report.step(step)

    def epoch(self, epoch: Epoch) -> None:
        """Save an epoch, then pass on that it is done."""
        save_epoch(self.run, epoch, self.network)
        self.report.epoch(epoch)


def save_epoch(run: Run, epoch: Epoch, network: keras.Model) -> None:
    """Save an epoch: its history row, its network and, if it is the best so far, a copy of that.

    If the process is killed in between, `reconcile` repairs the files.
    """
    run.record(epoch)
    save_checkpoint(network, run.checkpoint, epoch.epoch)
    if is_best(run, epoch):
        atomic_copy(run.checkpoint, run.best)


def save_if_best(run: Run, epoch: Epoch, make_network: Callable[[], keras.Model]) -> None:
    """Save an epoch: its network, if it is the best so far, then its history row."""
    if is_best(run, epoch):
        save_checkpoint(make_network(), run.best, epoch.epoch)
    run.record(epoch)


def epochs_saved(run: Run) -> int:
    """Return after how many epochs the history and the best network were saved; 0 for none."""
    rows = run.history()
    return int(rows[-1]["epoch"]) if rows and run.best.exists() else 0


def is_best(run: Run, epoch: Epoch) -> bool:
    """Return whether no earlier epoch of a run is better than this one."""
    earlier = [row for row in run.history() if row["epoch"] < epoch.epoch]
    best = best_row([*earlier, asdict(epoch)])
    return best is not None and best["epoch"] == epoch.epoch


def save_initial(run: Run, network: keras.Model) -> None:
    """Save the network of a run that is stopped before its first epoch is saved."""
    if not epochs_saved(run):
        save_checkpoint(network, run.best, 0)


def reconcile(run: Run) -> None:
    """Repair history and checkpoints after a crash between writes.

    History rows without a network are removed. If the checkpoint is the best epoch, it is copied.
    """
    rows, last = run.history(), epoch_of(run.checkpoint)
    if not (run.checkpoint.exists() or run.best.exists()):
        last = 0  # killed in the first epoch
    if run.recipe.trainer != "keras" or last is None:
        return
    saved = [row for row in rows if row["epoch"] <= last]
    if saved != rows:
        run.write_history(saved)
    best = best_row(saved)
    if best is not None and best["epoch"] == last and epoch_of(run.best) != last:
        atomic_copy(run.checkpoint, run.best)


def epoch_of(path: Path) -> int | None:
    """Return the epoch after which a network was saved, or None if its file does not say."""
    try:
        with zipfile.ZipFile(path) as archive:
            return int(archive.comment)
    except (OSError, ValueError, zipfile.BadZipFile):
        return None


def save_checkpoint(network: keras.Model, path: Path, epoch: int) -> None:
    """Write a network atomically, with the number of its epoch as the comment of the archive."""
    with atomic_write(path) as partial:
        network.save(partial)
        with zipfile.ZipFile(partial, "a") as archive:
            archive.comment = str(epoch).encode()


def atomic_copy(source: Path, target: Path) -> None:
    """Copy a file atomically."""
    with atomic_write(target) as partial:
        shutil.copyfile(source, partial)


def load_checkpoint(path: Path) -> keras.Model:
    """Return the network in a file.

    Raises:
        RunError: the file is damaged.
    """
    try:
        return keras.saving.load_model(path)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, zlib.error) as problem:
        raise RunError(f"The run's {path.name} is damaged; start a new run.") from problem


def best_network(run: Run) -> keras.Model:
    """Return the network of a run's best epoch, or the one it began with if no epoch was saved.

    Raises:
        RunError: the file is damaged, or the run trains trees, which are not saved.
    """
    reconcile(run)
    if run.best.exists():
        return load_checkpoint(run.best)
    network = initial_network(run.recipe)
    if network is None:
        raise RunError(
            f"The run has no network to make a model from: {run.recipe.name} trains trees."
        )
    return network
