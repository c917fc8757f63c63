"""Every recipe, through the one command, from digits to a model."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.staged_runs import Listener

from mnist_core import Reader
from mnist_core.data.datasets import load_dataset
from mnist_core.recipes.catalog import RECIPES, find_recipe
from mnist_core.recipes.recipe import Recipe
from mnist_core.runs.status import Epoch
from mnist_core.runs.store import new_run
from mnist_core.training.pipeline import train
from mnist_core.training.trainers import TRAINERS, TREE_TRAINERS

# What the trainers call epochs: of two trees a boosted forest learns enough for a test.
EPOCHS = {"keras": 3, "scratch": 20, "softmax": 5, "forest": 5, "boosted": 2}
MOST_FILTERS, MOST_HIDDEN = 8, 32


def small(recipe: Recipe) -> Recipe:
    """Return a recipe's like that trains in seconds and draws no pictures."""
    return replace(
        recipe,
        epochs=min(recipe.epochs, EPOCHS[recipe.trainer]),
        filters=tuple(min(width, MOST_FILTERS) for width in recipe.filters),
        hidden=tuple(min(width, MOST_HIDDEN) for width in recipe.hidden),
        batch_size=min(recipe.batch_size, 32),
        pens=0,
        typefaces=0,
        outliers=0,
    )


@pytest.fixture(autouse=True)
def no_mnist(monkeypatch):
    """Ten thousand digits more to measure on take their time."""
    monkeypatch.setattr("mnist_core.evaluation.test_sets.local_mnist", lambda: None)


@pytest.fixture(scope="module")
def dataset():
    return load_dataset("uci-digits")


def test_every_recipe_names_a_trainer_there_is():
    assert {recipe.trainer for recipe in RECIPES.values()} == set(TRAINERS)


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_runs_through_the_one_command(name, dataset):
    recipe = small(find_recipe(name))
    run = new_run(recipe, "uci-digits")
    epochs = []
    card = train(run, dataset, report=Listener(epoch=epochs.append))
    assert card.metrics["uci-digits-test"].accuracy > 0.15  # better than guessing
    if recipe.trainer in TREE_TRAINERS:
        assert not (run.folder / "model").exists()
        assert (run.folder / "card.json").exists()
        return
    reader = Reader(run.output_dir)
    assert reader.predict(dataset.test.images).shape == (500, 10)
    assert card.calibration.fitted_on != "nothing"
    assert len(run.history()) == len(epochs) > 0


def test_the_curves_of_the_network_in_numpy_have_both_parts(dataset):
    run = new_run(find_recipe("scratch-mlp").with_settings(["epochs=25"]), "uci-digits")
    train(run, dataset)
    assert [row["epoch"] for row in run.history()] == [10, 20, 25]
    assert all(np.isfinite(list(row.values())).all() for row in run.history())


def stop_after(last: int) -> Listener:
    """Return a report that stops a run after an epoch, as a person does."""

    def stop(epoch: Epoch) -> None:
        if epoch.epoch == last:
            raise KeyboardInterrupt

    return Listener(epoch=stop)


def test_a_stopped_run_of_the_network_in_numpy_keeps_what_it_saved_while_it_repeats_it(dataset):
    run = new_run(find_recipe("scratch-mlp").with_settings(["epochs=50"]), "uci-digits")
    with pytest.raises(KeyboardInterrupt):
        train(run, dataset, report=stop_after(40))
    rows, best = run.history(), run.best.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        train(run, dataset, report=stop_after(10))
    assert (run.history(), run.best.read_bytes()) == (rows, best)
    train(run, dataset)
    assert [row["epoch"] for row in run.history()] == [10, 20, 30, 40, 50]


def test_the_history_of_logistic_regression_is_one_row(dataset):
    run = new_run(find_recipe("softmax").with_settings(["epochs=5"]), "uci-digits")
    train(run, dataset)
    assert len(run.history()) == 1
