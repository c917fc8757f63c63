"""Networks as lists of layers: what Keras makes of them is what trained models were made of."""

import hashlib
import json
import re
from pathlib import Path

import keras
import numpy as np
import pytest

from mnist_core.errors import RecipeError
from mnist_core.recipes.architectures import NETWORKS
from mnist_core.recipes.catalog import RECIPES, find_recipe
from mnist_core.recipes.layer_plan import layers_of, plan, settings_of_network
from mnist_core.recipes.layers import Dropout
from mnist_core.recipes.recipe import Recipe
from mnist_core.training.networks import build_network, keras_layer

# Written by the functions that made Keras models before networks were lists of layers: checkpoints
# and the models that ship have these layers, and these are the first weights of these seeds.
KNOWN = json.loads((Path(__file__).parent / "networks.json").read_text())
SAVED = (
    *("activation", "axis", "data_format", "dtype", "epsilon", "filters", "kernel_initializer"),
    *("kernel_regularizer", "kernel_size", "momentum", "name", "padding", "pool_size", "rate"),
    *("scale", "offset", "strides", "target_shape", "trainable", "units", "use_bias"),
)  # what a saved network says of its layers


def recipe_of(line: str) -> Recipe:
    name, *settings = line.split()
    return find_recipe(name).with_settings(settings)


def stem(name: str) -> str:
    """Return a layer's name without the number that tells it from others of its kind."""
    return re.sub(r"_\d+$", "", name)


def in_a_line(layer: keras.Layer) -> str:
    shape = "x".join(map(str, layer.output.shape[1:]))
    return f"{type(layer).__name__} {stem(layer.name)} {shape}"


def configuration(network: keras.Model) -> str:
    """Return a hash of how the layers of a network are configured."""
    layers = [layer.get_config() | {"name": stem(layer.name)} for layer in network.layers]
    kept = [{key: config[key] for key in config if key in SAVED} for config in layers]
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def test_every_recipe_that_keras_trains_is_known_and_every_network():
    assert {recipe.network for recipe in map(recipe_of, KNOWN)} == set(NETWORKS)
    names = {line for line in KNOWN if " " not in line}
    assert names <= {name for name, recipe in RECIPES.items() if recipe.trainer == "keras"}


@pytest.mark.parametrize("line", KNOWN)
def test_a_network_is_the_one_it_always_was(line):
    network, known = build_network(recipe_of(line)), KNOWN[line]
    assert [in_a_line(layer) for layer in network.layers] == known["layers"]
    assert configuration(network) == known["config"]
    sums = [(weight.sum(dtype=np.float64), weight.flat[0]) for weight in network.get_weights()]
    np.testing.assert_allclose(sums, known["weights"], rtol=1e-4, atol=2e-4)


def test_a_network_looks_at_the_settings_that_its_arguments_name():
    common = {"normalization", "hidden", "dropout"}
    assert settings_of_network("mlp") == common
    assert settings_of_network("quick-cnn") == common | {"filters"}
    assert settings_of_network("convnet") == common | {"filters", "pool_dropout"}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_setting_that_a_network_does_not_look_at_changes_nothing(name):
    usual = {"filters": (4, 6, 8), "pool_dropout": 0.2, "hidden": (9,), "dropout": 0.1}
    other = {"filters": (5, 6, 8), "pool_dropout": 0.3, "hidden": (8,), "dropout": 0.2}

    def made(values: dict) -> list:
        return plan(Recipe(name="a", title="", source="", network=name, **values))

    for setting in usual:
        changed = made({**usual, setting: other[setting]}) != made(usual)
        assert changed == (setting in settings_of_network(name))


def test_a_dropout_of_nothing_is_no_layer():
    assert not any(isinstance(layer, Dropout) for layer in plan(find_recipe("tutorial-mlp")))


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("scratch-mlp", ["Flatten", "Dense", "Output"]),
        ("softmax", ["Flatten", "Output"]),
        ("forest", []),
    ],
)
def test_what_keras_does_not_train_has_layers_as_well_but_trees(name, titles):
    assert [layer.name for layer in layers_of(find_recipe(name))] == titles


def test_a_network_that_cannot_be_is_refused_when_it_is_built():
    with pytest.raises(RecipeError, match="at least three filters"):
        build_network(find_recipe("pen-cnn").with_settings(["filters=8,8"]))


def test_what_is_no_layer_is_refused():
    with pytest.raises(TypeError, match="Expected a layer"):
        keras_layer("Dense", find_recipe("softmax"))
