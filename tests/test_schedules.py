"""The formula of the learning rate, against what Keras really uses."""

import pytest

from mnist_core.recipes.catalog import RECIPES, find_recipe
from mnist_core.recipes.schedules import learning_rate


@pytest.mark.tensorflow
@pytest.mark.slow
@pytest.mark.parametrize(("epochs", "n"), [(1, 100), (3, 100), (10, 1297)])
def test_it_is_the_rate_that_keras_uses(tiny_recipe, epochs, n):
    from mnist_core.training.keras_training import compile_network
    from mnist_core.training.networks import build_network

    recipe = tiny_recipe.with_settings([f"epochs={epochs}", "schedule=one-cycle"])
    network = build_network(recipe)
    compile_network(network, recipe, n)
    steps = epochs * recipe.batches(n)
    for step in range(steps):
        network.optimizer.iterations.assign(step)
        used = float(network.optimizer.learning_rate)
        assert learning_rate(recipe, step, steps) == pytest.approx(used, rel=1e-5, abs=1e-9)


def test_a_constant_rate_stays():
    recipe = find_recipe("tutorial-mlp")
    assert recipe.schedule == "constant"
    assert {learning_rate(recipe, step, 10) for step in range(10)} == {recipe.learning_rate}


def test_trees_and_logistic_regression_have_none():
    for recipe in RECIPES.values():
        has_one = recipe.trainer in ("keras", "scratch")
        assert (learning_rate(recipe, 0, 10) is not None) == has_one
