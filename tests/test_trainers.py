import numpy as np
import pytest

from mnist_core import Reader
from mnist_core.data import load_dataset
from mnist_core.model_making import target_of
from mnist_core.pipeline import execute
from mnist_core.recipes import RECIPES, find_recipe
from mnist_core.running.runs import new_run
from mnist_core.trainers import GROWERS, TRAINERS

SMALL = {
    "pen-cnn": [
        "epochs=3",
        "filters=8,8,8",
        "hidden=16",
        "batch_size=32",
        "pens=0",
        "typefaces=0",
        "outliers=0",
    ],
    "quick-cnn": ["epochs=1"],
    "keras-convnet": ["epochs=1"],
    "simple-cnn": ["epochs=1", "filters=4,8"],
    "simple-nn": ["epochs=1", "hidden=32,32"],
    "tutorial-mlp": ["epochs=1"],
    "logbook-mlp": ["epochs=1"],
    "scratch-mlp": ["epochs=20"],
    "softmax": ["epochs=5"],
    "forest": ["epochs=5"],
    "boosted": ["epochs=2"],
}


@pytest.fixture(scope="module")
def dataset():
    return load_dataset("uci-digits")


def test_every_recipe_names_a_trainer_there_is():
    assert {recipe.trainer for recipe in RECIPES.values()} == {*TRAINERS, *GROWERS}
    assert set(SMALL) == set(RECIPES)


@pytest.mark.parametrize("name", SMALL)
def test_every_recipe_runs_through_the_one_command(name, dataset):
    recipe = find_recipe(name).with_settings(SMALL[name])
    run = new_run(recipe, "uci-digits")
    epochs = []
    card = execute(run, dataset, on_epoch=epochs.append)
    assert card.metrics["uci-digits-test"].accuracy > 0.15  # better than guessing
    if recipe.trainer in GROWERS:
        assert not (run.folder / "model").exists()
        assert (run.folder / "card.json").exists()
        return
    reader = Reader(target_of(run))
    assert reader.predict(dataset.test.images).shape == (500, 10)
    assert card.calibration.fitted_on != "nothing"
    assert len(run.history()) == len(epochs) > 0


def test_the_curves_of_the_network_in_numpy_have_both_parts(dataset):
    run = new_run(find_recipe("scratch-mlp").with_settings(["epochs=25"]), "uci-digits")
    execute(run, dataset)
    assert [row["epoch"] for row in run.history()] == [10, 20, 25]
    assert all(np.isfinite(list(row.values())).all() for row in run.history())


def test_the_history_of_logistic_regression_is_one_row(dataset):
    run = new_run(find_recipe("softmax").with_settings(["epochs=5"]), "uci-digits")
    execute(run, dataset)
    assert len(run.history()) == 1
