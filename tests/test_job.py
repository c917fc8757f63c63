"""A run's job: made, split and checked once."""

import numpy as np
import pytest

from mnist_core.data.datasets import load_dataset
from mnist_core.errors import ModelError, RecipeError
from mnist_core.models.registry import SHIPPED
from mnist_core.recipes.catalog import find_recipe
from mnist_core.recipes.splits import split
from mnist_core.runs.store import new_run
from mnist_core.training.job import Job


@pytest.fixture(scope="module")
def dataset():
    return load_dataset("uci-digits")


def test_its_digits_are_split_as_the_recipe_says(tiny_recipe, dataset):
    job = Job.of(new_run(tiny_recipe, "uci-digits"), dataset)
    digits, validation = split(dataset.train, tiny_recipe)
    np.testing.assert_array_equal(job.digits.images, digits.images)
    np.testing.assert_array_equal(job.validation.labels, validation.labels)
    assert len(digits) + len(validation) == len(dataset.train)


def test_a_model_goes_to_the_own_ones_to_those_that_ship_or_beside_its_run(
    tiny_recipe, dataset, data_root
):
    folder = {
        options: new_run(tiny_recipe, "uci-digits", options[0], ship=options[1])
        for options in ((None, False), ("mine", False), (None, True), ("mine", True))
    }
    assert {options: Job.of(run, dataset).output_dir for options, run in folder.items()} == {
        (None, False): folder[None, False].folder / "model",
        ("mine", False): data_root / "models" / "mine",
        (None, True): SHIPPED / tiny_recipe.name,
        ("mine", True): SHIPPED / "mine",
    }


def test_a_name_that_leaves_the_folder_of_models_is_refused(tiny_recipe, dataset):
    with pytest.raises(ModelError, match="Expected a model's name"):
        Job.of(new_run(tiny_recipe, "uci-digits", "../elsewhere"), dataset)


def test_a_network_that_cannot_be_is_refused_before_anything_is_done(dataset):
    recipe = find_recipe("keras-convnet").with_settings(["filters=8,8,8,8"])
    run = new_run(recipe, "uci-digits")
    before = sorted(run.folder.iterdir())
    with pytest.raises(RecipeError, match="fewer filters"):
        Job.of(run, dataset)
    assert sorted(run.folder.iterdir()) == before


def test_only_what_others_may_count_on_needs_force_to_be_replaced(tiny_recipe, dataset):
    own, named = new_run(tiny_recipe, "uci-digits"), new_run(tiny_recipe, "uci-digits", "mine")
    for run in (own, named):
        run.output_dir.mkdir(parents=True)
    Job.of(own, dataset).ensure_output_free()
    Job.of(named, dataset, force=True).ensure_output_free()
    with pytest.raises(ModelError, match="There is a model mine already"):
        Job.of(named, dataset).ensure_output_free()


@pytest.mark.parametrize(
    ("name", "settings", "last", "done"),
    [
        ("quick-cnn", ["epochs=3"], 2, False),
        ("quick-cnn", ["epochs=3"], 3, True),
        ("softmax", ["epochs=50"], 1, True),
        ("quick-cnn", ["epochs=3"], 0, False),
    ],
)
def test_it_is_trained_after_every_epoch_and_softmax_after_its_one_row(
    dataset, name, settings, last, done
):
    run = new_run(find_recipe(name).with_settings(settings), "uci-digits")
    figures = ("loss", "accuracy", "val_loss", "val_accuracy", "seconds")
    row = dict.fromkeys(figures, 0.5)
    run.write_history([{**row, "epoch": epoch} for epoch in range(1, last + 1)])
    assert Job.of(run, dataset).is_trained() == done
