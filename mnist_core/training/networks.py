"""Build the Keras model with which a recipe's training begins, a layer for each layer of its plan.

Every network takes pictures as MNIST stores them, float32 (n, 28, 28) with values 0 to 255, and
gives logits, float32 (n, 10). They are not probabilities, because a softmax that was rounded to 0
or 1 would have no gradient. Scaling is the first layer, so that a model is complete: nobody has to
know how its inputs were normalised. The last layer is named `logits`, and the one before it, whose
outputs describe the digit, `features`. `recipes.architectures` says which layers a network has.
"""

from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers

from mnist_core.errors import RecipeError
from mnist_core.models.registry import find_model
from mnist_core.preprocessing import FIELD
from mnist_core.recipes.layer_plan import plan
from mnist_core.recipes.layers import (
    AddChannel,
    BatchNormalization,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPooling,
    Output,
    ReLU,
    Rescaling,
    UnitMeanSquare,
)
from mnist_core.recipes.recipe import Recipe
from mnist_core.training.classical import linear_network
from mnist_core.training.scratch import init_params, to_keras

POLICIES = {"float32": "float32", "bfloat16": "mixed_bfloat16"}  # Keras's names for precisions


def initial_network(recipe: Recipe) -> keras.Model | None:
    """Return the network with which a recipe's training begins, or None if it trains trees.

    Raises:
        ModelError: there is no model of the name `pretrained`.
        RecipeError: such a network is impossible, or the model `pretrained` has another one.
    """
    match recipe.trainer:
        case "keras":
            return initial_keras_network(recipe)
        case "scratch":
            return to_keras(init_params(recipe.hidden[0], initialization_of(recipe), recipe.seed))
        case "softmax":
            return linear_network(np.zeros((10, 784)), np.zeros(10))
        case _:
            return None


def initialization_of(recipe: Recipe) -> str:
    """Return how the NumPy network draws its initial weights; its default is "uniform"."""
    return "uniform" if recipe.initialization == "default" else recipe.initialization


def initial_keras_network(recipe: Recipe) -> keras.Model:
    """Return the recipe's network with random weights, or with those of the model `pretrained`.

    Raises:
        ModelError: there is no such model.
        RecipeError: such a network is impossible, or the model has another one.
    """
    network = build_network(recipe)
    if recipe.pretrained:
        start_from(network, find_model(recipe.pretrained))
    return network


def start_from(network: keras.Model, folder: Path) -> None:
    """Give a network the weights of the model in a folder.

    Raises:
        RecipeError: the model has another network.
    """
    weights = keras.models.load_model(folder / "model.keras", compile=False).get_weights()
    expected, received = (
        [array.shape for array in arrays] for arrays in (network.get_weights(), weights)
    )
    if expected != received:
        raise RecipeError(
            "Expected pretrained to name a model with the network of the recipe. Received: "
            f"{folder.name}, whose layers have other shapes. Use its network, filters and hidden."
        )
    network.set_weights(weights)


def build_network(recipe: Recipe) -> keras.Model:
    """Return the recipe's network with random weights; the same seed gives the same ones.

    Raises:
        RecipeError: such a network is impossible (see `plan`).
    """
    keras.utils.set_random_seed(recipe.seed)
    previous = keras.config.dtype_policy()
    keras.config.set_dtype_policy(POLICIES[recipe.precision])
    try:
        image = x = keras.Input((FIELD, FIELD), name="image")
        for layer in plan(recipe):
            x = keras_layer(layer, recipe)(x)
        return keras.Model(image, x, name=recipe.name.replace("-", "_"))
    finally:
        keras.config.set_dtype_policy(previous)


def keras_layer(layer: Layer, recipe: Recipe) -> keras.Layer:
    """Return the Keras layer for a layer of a plan; the recipe sets its initial weights."""
    match layer:
        case Rescaling():
            return layers.Rescaling(layer.factor)
        case UnitMeanSquare():
            # Not UnitNormalization: exported to LiteRT, it gives NaN for columns without ink.
            return layers.RMSNormalization(axis=1, epsilon=1e-7, trainable=False)
        case AddChannel():
            return layers.Reshape((FIELD, FIELD, 1) if channel_axis() == -1 else (1, FIELD, FIELD))
        case Convolution():
            return layers.Conv2D(
                layer.filters,
                layer.size,
                padding=layer.padding,
                use_bias=layer.bias,
                activation="relu" if layer.relu else None,
                **kernel_options(recipe),
            )
        case MaxPooling():
            return layers.MaxPooling2D(padding=layer.padding)
        case BatchNormalization():
            # Keras's default, 0.99, is too slow for runs of a few hundred batches.
            return layers.BatchNormalization(axis=channel_axis(), momentum=0.9)
        case ReLU():
            return layers.ReLU()
        case Dropout():
            return layers.Dropout(layer.share)
        case Flatten():
            return layers.Flatten()
        case Output():
            # Always in full precision: small differences between logits matter.
            return layers.Dense(
                layer.width, name=layer.name, dtype="float32", **kernel_options(recipe)
            )
        case Dense():
            return layers.Dense(layer.width, "relu", name=layer.name, **kernel_options(recipe))
    raise TypeError(f"Expected a layer of `recipes.layers`. Received: {layer}")


def kernel_options(recipe: Recipe) -> dict[str, Any]:
    """Return a layer's arguments that set the initial weights of its kernel and their L2 penalty.

    Each call draws from Python's random generator, for "uniform", whichever initialisation is
    chosen. So the weights that a seed gives depend on the number of calls.
    """
    initializers = {
        "default": "glorot_uniform",
        "uniform": keras.initializers.RandomUniform(-0.5, 0.5),
        "he": "he_normal",
        "xavier": "glorot_normal",
    }
    return {
        "kernel_initializer": initializers[recipe.initialization],
        "kernel_regularizer": keras.regularizers.L2(recipe.l2) if recipe.l2 else None,
    }


def channel_axis() -> int:
    """Return the axis that holds the channels of a batch of pictures."""
    return -1 if keras.config.image_data_format() == "channels_last" else 1
