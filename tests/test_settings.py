"""Every setting that a form offers changes the run: what is trained, and so what comes out."""

from dataclasses import replace

import numpy as np
import pytest

from mnist_core.data.datasets import load_dataset
from mnist_core.data.digits import Dataset, Digits
from mnist_core.recipes.catalog import find_recipe
from mnist_core.recipes.recipe import Recipe
from mnist_core.runs.report import SILENT
from mnist_core.runs.store import new_run
from ui.components.recipe_settings import settings_of

pytestmark = [pytest.mark.tensorflow, pytest.mark.slow]

# test_mixture: the first three need drawings of others; test_pipeline: the last needs a model
ELSEWHERE = {"pens", "typefaces", "outliers", "redraw_every", "pretrained"}
SMALL = ["epochs=2", "batch_size=64", "hidden=8", "validation_share=0.2"]
BASES = {
    "keras": find_recipe("simple-cnn").with_settings([*SMALL, "filters=2,3", "optimizer=sgd"]),
    "scratch": find_recipe("scratch-mlp").with_settings(SMALL),
    "softmax": find_recipe("softmax").with_settings(["epochs=4", "validation_share=0.2"]),
}
CHANGES = {
    "keras": {
        "filters": "2,4",
        "hidden": "8,8",
        "dropout": "0.1",
        "pool_dropout": "0",
        "epochs": "3",
        "batch_size": "32",
        "learning_rate": "0.5",
        "optimizer": "adam",
        "momentum": "0.5",
        "l2": "0.01",
        "weight_decay": "0.5",
        "averaging": "0.9",
        "precision": "bfloat16",
        "augmentation": "shift",
        "validation_share": "0.3",
        "seed": "1",
        "schedule": "one-cycle",
        "styles": "0.2",
        "blur": "0.5",
        "coarse": "0.5",
        "normalization": "unit-columns",
        "initialization": "he",
        "split": "last",
    },
    "scratch": {
        "hidden": "9",
        "epochs": "3",
        "batch_size": "32",
        "learning_rate": "0.2",
        "momentum": "0.5",
        "l2": "0.01",
        "initialization": "he",
        "validation_share": "0.3",
        "seed": "1",
        "split": "last",
    },
    "softmax": {"epochs": "5", "validation_share": "0.3", "seed": "1", "split": "last"},
}
FIELDS = [(trainer, field) for trainer, changes in CHANGES.items() for field in changes]


@pytest.fixture(scope="module")
def digits() -> Digits:
    return load_dataset("uci-digits").train[:300]


@pytest.fixture(scope="module")
def usual(digits, tmp_path_factory):
    """What comes of each base, trained twice: how much a run differs from itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKLING_HOME", str(tmp_path_factory.mktemp("usual")))
        once, again = (
            {trainer: outcome(recipe, digits) for trainer, recipe in BASES.items()}
            for _ in range(2)
        )
    for trainer in BASES:
        np.testing.assert_allclose(once[trainer], again[trainer], atol=1e-4)
    return once


def outcome(recipe: Recipe, digits: Digits) -> np.ndarray:
    """Return what a recipe's network says of some digits, trained as a run trains it."""
    from mnist_core.training.job import Job
    from mnist_core.training.trainers import TRAINERS

    run = new_run(recipe, "uci-digits")
    job = Job.of(run, Dataset("uci-digits", digits, digits[:0]))
    network = TRAINERS[recipe.trainer](job, SILENT)
    assert len(run.history()) >= 1
    return np.asarray(network(digits.images[:50].astype(np.float32), training=False))


@pytest.mark.parametrize("trainer", BASES)
def test_every_setting_of_the_form_is_tried(trainer):
    assert settings_of(BASES[trainer]) - ELSEWHERE == set(CHANGES[trainer])


@pytest.mark.parametrize(("trainer", "field"), FIELDS)
def test_a_setting_changes_what_comes_out(trainer, field, usual, digits):
    recipe = BASES[trainer].with_settings([f"{field}={CHANGES[trainer][field]}"])
    own = getattr(BASES[trainer], field)
    assert replace(recipe, **{field: own}) == BASES[trainer]  # nothing else has changed
    assert not np.allclose(outcome(recipe, digits), usual[trainer], atol=1e-3)
