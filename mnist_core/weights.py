"""The networks of a training run on disk: the last epoch's, the best one, and the first of all."""

import shutil
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from mnist_core.classical import linear_network
from mnist_core.errors import RunError
from mnist_core.networks import build_network
from mnist_core.recipe import Recipe
from mnist_core.running.runs import Run, best_row
from mnist_core.scratch import init_params, to_keras
from mnist_core.training import Epoch


def keep_epoch(run: Run, epoch: Epoch, network: keras.Model) -> None:
    """Put an epoch on the disk: its figures, its network and, if it is the best so far, that."""
    run.record(epoch)
    save_whole(network, run.checkpoint)
    if is_best(run, epoch):
        partial = run.best.with_name(".best.keras")
        shutil.copyfile(run.checkpoint, partial)
        partial.replace(run.best)


def keep_if_best(run: Run, epoch: Epoch, make_network: Callable[[], keras.Model]) -> None:
    """Put an epoch's figures on the disk and, if it is the best so far, its network."""
    run.record(epoch)
    if is_best(run, epoch):
        save_whole(make_network(), run.best)


def is_best(run: Run, epoch: Epoch) -> bool:
    """Tell whether no epoch of a run has been better than this one."""
    best = best_row(run.history())
    return best is not None and best["epoch"] == epoch.epoch


def keep_as_it_is(run: Run, network: keras.Model) -> None:
    """Put the network of a run that is stopped before its first epoch has ended on the disk."""
    if not run.history():
        save_whole(network, run.best)


def save_whole(network: keras.Model, path: Path) -> None:
    """Write a network so that the file holds the old one or the new one, never half."""
    partial = path.with_name(f".{path.name}")
    network.save(partial)
    partial.replace(path)


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
