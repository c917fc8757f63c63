from dataclasses import replace

import numpy as np
import pytest

from mnist_core.data.datasets import load_dataset
from mnist_core.recipes.splits import split, validation_size


def test_digits_held_out_are_never_trained_on(tiny_recipe):
    digits = load_dataset("uci-digits").train
    train, validation = split(digits, tiny_recipe.with_settings(["validation_share=0.25"]))
    assert (len(train), len(validation)) == (973, 324)
    joined = sorted(image.tobytes() for part in (train, validation) for image in part.images)
    assert joined == sorted(image.tobytes() for image in digits.images)
    again, _ = split(digits, tiny_recipe.with_settings(["validation_share=0.25"]))
    np.testing.assert_array_equal(train.images, again.images)


def test_the_last_digits_are_held_out_as_keras_does(tiny_recipe):
    digits = load_dataset("uci-digits").train[:100]
    recipe = tiny_recipe.with_settings(["split=last", "validation_share=0.2"])
    train, validation = split(digits, recipe)
    np.testing.assert_array_equal(train.images, digits.images[:80])
    np.testing.assert_array_equal(validation.images, digits.images[80:])


def test_the_digits_held_out_are_those_of_train_test_split(tiny_recipe):
    from sklearn.model_selection import train_test_split

    digits = load_dataset("uci-digits").train[:420]
    recipe = tiny_recipe.with_settings(["split=scikit-learn", "validation_share=0.3", "seed=42"])
    train, validation = split(digits, recipe)
    theirs = train_test_split(digits.images, digits.labels, test_size=0.3, random_state=42)
    np.testing.assert_array_equal(train.images, theirs[0])
    np.testing.assert_array_equal(validation.labels, theirs[3])


@pytest.mark.parametrize("share", [0.0, 1 / 12, 0.25, 0.5])
def test_the_validation_set_is_as_large_as_was_said_before(tiny_recipe, share):
    digits = load_dataset("uci-digits").train[:421]
    recipe = replace(tiny_recipe, validation_share=share)
    assert len(split(digits, recipe)[1]) == validation_size(421, recipe)
