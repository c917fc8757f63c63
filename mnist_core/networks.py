"""Architectures, as functions from a recipe to an untrained Keras model.

Every network takes pictures as MNIST stores them, float32 (n, 28, 28) with values 0 to 255, and
gives logits, float32 (n, 10): the cross-entropy of a softmax that was rounded to 0 or 1 would have
no gradient. Scaling is its first layer, so that a trained model is whole: nobody has to know how
its inputs were normalised. The last layer is named `logits`, the one before it, whose outputs
describe the digit, `features`.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import keras
from keras import layers

from mnist_core.layers import three_stages
from mnist_core.preprocessing import FIELD
from mnist_core.recipe import Recipe

Tensor: TypeAlias = keras.KerasTensor


def build_network(recipe: Recipe) -> keras.Model:
    """Return the recipe's network with fresh weights; the same seed gives the same ones."""
    keras.utils.set_random_seed(recipe.seed)
    usual = keras.config.dtype_policy()
    keras.config.set_dtype_policy(POLICIES[recipe.precision])
    try:
        return NETWORKS[recipe.network](recipe)
    finally:
        keras.config.set_dtype_policy(usual)


def in_full_precision(network: keras.Model) -> keras.Model:
    """Return the network as one whose layers all compute in float32, with the same weights."""

    def widen(layer: keras.Layer) -> keras.Layer:
        return type(layer).from_config(layer.get_config() | {"dtype": "float32"})

    if all(layer.compute_dtype == "float32" for layer in network.layers):
        return network
    wide = keras.models.clone_model(network, clone_function=widen)
    wide.set_weights(network.get_weights())
    return wide


def mlp(recipe: Recipe) -> keras.Model:
    """Return a plain network: dense layers with ReLU, as wide as `hidden` says."""
    image = keras.Input((FIELD, FIELD), name="image")
    return classify(image, layers.Flatten()(normalize(image, recipe)), recipe)


def convnet(recipe: Recipe) -> keras.Model:
    """Return convolutions with ReLU, each followed by pooling."""
    image = keras.Input((FIELD, FIELD), name="image")
    x = with_channel(normalize(image, recipe))
    for filters in recipe.filters:
        x = layers.MaxPooling2D()(layers.Conv2D(filters, 3, activation="relu", **kernel(recipe))(x))
    return classify(image, drop(layers.Flatten()(x), recipe.pool_dropout), recipe)


def stacked_cnn(recipe: Recipe) -> keras.Model:
    """Return convolutions with ReLU on top of one another, then one pooling."""
    image = keras.Input((FIELD, FIELD), name="image")
    x = with_channel(normalize(image, recipe))
    for filters in recipe.filters:
        x = layers.Conv2D(filters, 3, activation="relu", **kernel(recipe))(x)
    x = drop(layers.MaxPooling2D()(x), recipe.pool_dropout)
    return classify(image, layers.Flatten()(x), recipe)


def quick_cnn(recipe: Recipe) -> keras.Model:
    """Return a network like LeNet with batch normalisation, which is cheapest after pooling."""
    image = keras.Input((FIELD, FIELD), name="image")
    x = with_channel(normalize(image, recipe))
    for i, filters in enumerate(recipe.filters):
        padding = "valid" if i < 2 else "same"  # after two there is little left to trim
        x = layers.Conv2D(filters, 5, padding=padding, use_bias=False, **kernel(recipe))(x)
        x = normalize_batch(layers.MaxPooling2D(padding="same")(x))
    return classify(image, layers.Flatten()(x), recipe)


def pen_cnn(recipe: Recipe) -> keras.Model:
    """Return a network like VGG with batch normalisation, pooled three times.

    Pooling comes before the normalisation, which then has a quarter to do: an epoch takes a fifth
    less of the processor's time.
    """
    image = keras.Input((FIELD, FIELD), name="image")
    x = with_channel(normalize(image, recipe))
    for *before, last in three_stages(recipe.filters):
        for filters in before:
            x = normalize_batch(convolve(x, filters, recipe))
        x = normalize_batch(layers.MaxPooling2D()(convolve(x, last, recipe)))
    return classify(image, layers.Flatten()(x), recipe)


def normalize(image: Tensor, recipe: Recipe) -> Tensor:
    """Return pixels 0 to 255 as the recipe's network wants them."""
    if recipe.normalization == "unit-columns":  # what keras.utils.normalize(axis=1) does
        # Not UnitNormalization: exported to LiteRT, it gives NaN for columns without ink.
        mean_is_one = layers.RMSNormalization(axis=1, epsilon=1e-7, trainable=False)(image)
        return layers.Rescaling(FIELD**-0.5)(mean_is_one)
    return layers.Rescaling(1 / 255)(image)


def with_channel(image: Tensor) -> Tensor:
    """Return (n, 28, 28) with its one channel where Keras is configured to expect it."""
    last = keras.config.image_data_format() == "channels_last"
    return layers.Reshape((FIELD, FIELD, 1) if last else (1, FIELD, FIELD))(image)


def convolve(x: Tensor, filters: int, recipe: Recipe) -> Tensor:
    """Return a convolution that keeps the size."""
    return layers.Conv2D(filters, 3, padding="same", use_bias=False, **kernel(recipe))(x)


def normalize_batch(x: Tensor) -> Tensor:
    """Return batch normalisation and ReLU."""
    # The usual momentum, 0.99, would remember the first batches of a run of seconds.
    return layers.ReLU()(layers.BatchNormalization(axis=channel_axis(), momentum=0.9)(x))


def channel_axis() -> int:
    """Return the axis that holds the channels of a batch of pictures."""
    return -1 if keras.config.image_data_format() == "channels_last" else 1


def classify(image: Tensor, x: Tensor, recipe: Recipe) -> keras.Model:
    """Return the model from `image` through the hidden layers to ten logits."""
    for i, width in enumerate(recipe.hidden, start=1):
        name = "features" if i == len(recipe.hidden) else None
        x = layers.Dense(width, "relu", name=name, **kernel(recipe))(x)
        x = drop(x, recipe.dropout)
    if not recipe.hidden:
        x = drop(x, recipe.dropout)
    # In full precision, whatever the layers before compute with: differences of logits count.
    logits = layers.Dense(10, name="logits", dtype="float32", **kernel(recipe))(x)
    return keras.Model(image, logits, name=recipe.name.replace("-", "_"))


def drop(x: Tensor, share: float) -> Tensor:
    """Return the layer's outputs, of which training drops a share."""
    return layers.Dropout(share)(x) if share else x


def with_probabilities(network: keras.Model) -> keras.Model:
    """Return the network with a softmax behind its logits; it shares the weights."""
    probabilities = layers.Softmax(name="probabilities")(network.output)
    return keras.Model(network.input, probabilities, name=network.name)


def kernel(recipe: Recipe) -> dict[str, Any]:
    """Return the arguments of a layer for the first weights of its kernel and their penalty."""
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


POLICIES = {"float32": "float32", "bfloat16": "mixed_bfloat16"}  # Keras's words for precisions
NETWORKS: dict[str, Callable[[Recipe], keras.Model]] = {
    "mlp": mlp,
    "convnet": convnet,
    "stacked-cnn": stacked_cnn,
    "quick-cnn": quick_cnn,
    "pen-cnn": pen_cnn,
}
