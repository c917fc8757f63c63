"""The networks of a training run on disk: the last epoch's, the best one, and the first of all."""

import shutil
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np

from mnist_core.classical import linear_network
from mnist_core.errors import RunError
from mnist_core.files import whole_file
from mnist_core.networks import build_network
from mnist_core.recipe import Recipe
from mnist_core.running.runs import Run, best_row
from mnist_core.scratch import init_params, to_keras
from mnist_core.training import Epoch


def keep_epoch(run: Run, epoch: Epoch, network: keras.Model) -> None:
    """Put an epoch on the disk: its figures, its network and, if it is the best so far, that.

    `agree` puts right what a process that is killed in between leaves.
    """
    run.record(epoch)
    save_whole(network, run.checkpoint, epoch.epoch)
    if is_best(run, epoch):
        copy_whole(run.checkpoint, run.best)


def keep_if_best(run: Run, epoch: Epoch, make_network: Callable[[], keras.Model]) -> None:
    """Put an epoch on the disk: its network, if it is the best so far, and then its figures."""
    if is_best(run, epoch):
        save_whole(make_network(), run.best, epoch.epoch)
    run.record(epoch)


def is_best(run: Run, epoch: Epoch) -> bool:
    """Tell whether no earlier epoch of a run has been better than this one."""
    earlier = [row for row in run.history() if row["epoch"] < epoch.epoch]
    best = best_row([*earlier, asdict(epoch)])
    return best is not None and best["epoch"] == epoch.epoch


def keep_as_it_is(run: Run, network: keras.Model) -> None:
    """Put the network of a run that is stopped before its first epoch is kept on the disk."""
    if not (run.history() and run.best.exists()):
        save_whole(network, run.best, 0)


def agree(run: Run) -> None:
    """Make history, checkpoint and best network agree: a run may be killed between their writing.

    An epoch without its network is forgotten. If the best one is the checkpoint's, that is copied.
    """
    rows, last = run.history(), epoch_of(run.checkpoint)
    if not (run.checkpoint.exists() or run.best.exists()):
        last = 0  # killed in the first epoch
    if run.recipe.trainer != "keras" or last is None:
        return
    kept = [row for row in rows if row["epoch"] <= last]
    if kept != rows:
        run.write_history(kept)
    best = best_row(kept)
    if best is not None and best["epoch"] == last and epoch_of(run.best) != last:
        copy_whole(run.checkpoint, run.best)


def epoch_of(path: Path) -> int | None:
    """Return after which epoch a network was saved, or None where its file does not say."""
    try:
        with zipfile.ZipFile(path) as archive:
            return int(archive.comment)
    except (OSError, ValueError, zipfile.BadZipFile):
        return None


def save_whole(network: keras.Model, path: Path, epoch: int) -> None:
    """Write a network, whole, with the number of its epoch as the archive's comment."""
    with whole_file(path) as partial:
        network.save(partial)
        with zipfile.ZipFile(partial, "a") as archive:
            archive.comment = str(epoch).encode()


def copy_whole(source: Path, target: Path) -> None:
    """Copy a file, whole."""
    with whole_file(target) as partial:
        shutil.copyfile(source, partial)


def load_whole(path: Path) -> keras.Model:
    """Return the network in a file.

    Raises:
        RunError: the file is damaged.
    """
    try:
        return keras.saving.load_model(path)
    except (OSError, ValueError) as problem:
        raise RunError(f"{path} is damaged; start a new run. ({problem})") from problem


def best_network(run: Run) -> keras.Model:
    """Return the best network that a run has: of its best epoch, or else with its first weights.

    Raises:
        RunError: the file is damaged, or the run has no network.
    """
    agree(run)
    if run.best.exists():
        return load_whole(run.best)
    network = untrained_network(run.recipe)
    if network is None:
        raise RunError(f"There is nothing to make a model of: {run.recipe.name} grows trees.")
    return network


def untrained_network(recipe: Recipe) -> keras.Model | None:
    """Return the recipe's network with its first weights; None where it is no network."""
    match recipe.trainer:
        case "keras":
            return build_network(recipe)
        case "scratch":
            return to_keras(init_params(recipe.hidden[0], initialization_of(recipe), recipe.seed))
        case "softmax":
            return linear_network(np.zeros((10, 784)), np.zeros(10))
        case _:
            return None


def initialization_of(recipe: Recipe) -> str:
    """Return how the network in NumPy draws its first weights; uniform, if the recipe is silent."""
    return "uniform" if recipe.initialization == "default" else recipe.initialization
