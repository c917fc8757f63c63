"""A recipe's settings as a visitor types them, without the page that asks for them."""

from dataclasses import replace
from typing import Any

import pytest

from mnist_core.recipes.catalog import find_recipe
from mnist_core.recipes.recipe import SETTINGS
from ui.components.recipe_fields import FIELDS
from ui.components.recipe_settings import Draft, format_setting

# One other value for each field, and a recipe that looks at it.
OTHER: dict[str, tuple[str, Any, Any]] = {
    "filters": ("quick-cnn", "8, 16, 32", (8, 16, 32)),
    "hidden": ("quick-cnn", "64", (64,)),
    "dropout": ("quick-cnn", 0.3, 0.3),
    "pool_dropout": ("simple-cnn", 0.1, 0.1),
    "initialization": ("quick-cnn", "he", "he"),
    "l2": ("quick-cnn", 0.001, 0.001),
    "weight_decay": ("quick-cnn", 0.01, 0.01),
    "averaging": ("quick-cnn", 0.99, 0.99),
    "epochs": ("quick-cnn", 4, 4),
    "batch_size": ("quick-cnn", 32, 32),
    "optimizer": ("quick-cnn", "rmsprop", "rmsprop"),
    "momentum": ("scratch-mlp", 0.9, 0.9),
    "learning_rate": ("quick-cnn", 0.002, 0.002),
    "schedule": ("quick-cnn", "constant", "constant"),
    "precision": ("quick-cnn", "bfloat16", "bfloat16"),
    "augmentation": ("quick-cnn", "shift", "shift"),
    "styles": ("quick-cnn", 0.2, 0.2),
    "pens": ("quick-cnn", 0.2, 0.2),
    "typefaces": ("quick-cnn", 0.2, 0.2),
    "outliers": ("quick-cnn", 0.2, 0.2),
    "redraw_every": ("quick-cnn", 2, 2),
    "blur": ("quick-cnn", 20.0, 0.2),
    "coarse": ("quick-cnn", 20.0, 0.2),
    "pretrained": ("quick-cnn", "quick-cnn", "quick-cnn"),
    "normalization": ("quick-cnn", "unit-columns", "unit-columns"),
    "split": ("quick-cnn", "last", "last"),
    "validation_share": ("quick-cnn", 25.0, 0.25),
    "seed": ("quick-cnn", 7, 7),
}


def test_the_form_has_a_field_for_every_setting_but_the_network():
    assert set(FIELDS) == set(OTHER) == set(SETTINGS) - {"network"}


@pytest.mark.parametrize("setting", OTHER)
def test_every_setting_is_changed_by_what_is_typed_and_nothing_else_is(setting):
    name, typed, value = OTHER[setting]
    draft = Draft(find_recipe(name)).with_typed(setting, typed)
    assert draft.recipe == replace(find_recipe(name), **{setting: value})
    assert len(draft.changes) == 1
    assert not draft.problems


@pytest.mark.parametrize(
    ("setting", "typed", "reason"),
    [
        ("learning_rate", 0.0, "Learning rate must be from 0.0000001 to 1. You entered 0."),
        ("learning_rate", 10.0, "Learning rate must be from 0.0000001 to 1. You entered 10."),
        (
            "learning_rate",
            None,
            "Learning rate must be from 0.0000001 to 1. You entered nothing.",
        ),
        ("epochs", 0, "Epochs must be from 1 to 1000. You entered 0."),
        ("epochs", 10_000, "Epochs must be from 1 to 1000. You entered 10000."),
        ("epochs", -3, "You entered -3."),
        ("batch_size", -1, "Batch size must be from 0 to 10000"),
        ("validation_share", 51.0, "Validation share must be from 0 to 50. You entered 51."),
        ("blur", 101.0, "Blur must be from 0 to 100. You entered 101."),
        ("seed", -1, "Seed must be from 0 to 2147483647"),
        (
            "filters",
            "16, many",
            "Filters must be at most 8 numbers from 1 to 512, separated by commas",
        ),
        ("hidden", "0", "Hidden layers must be at most 8 numbers from 1 to 4096"),
        ("hidden", "9," * 9, "Hidden layers must be at most 8 numbers"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_what_is_allowed(setting, typed, reason):
    draft = Draft(find_recipe("quick-cnn")).with_typed(setting, typed)
    assert reason in draft.problems[0]
    assert draft.recipe == find_recipe("quick-cnn")


@pytest.mark.parametrize(("share", "words"), [(1 / 12, "8.33 %"), (0.25, "25 %"), (0.0, "0 %")])
def test_a_share_of_the_digits_is_told_in_per_cent(share, words):
    assert format_setting("validation_share", share) == words
    assert format_setting("dropout", 0.25) == "0.25"
