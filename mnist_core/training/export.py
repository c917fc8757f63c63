"""Export a trained Keras model: for LiteRT, for Keras, in the older HDF5 format, and as ONNX."""

import json
import math
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from mnist_core.extras import require
from mnist_core.models.descriptions import describe_keras, describe_litert
from mnist_core.models.network_input import KEY, input_in_words


def export_network(network: keras.Model, folder: Path) -> None:
    """Write a trained network into a model's folder, for Keras and for LiteRT.

    Both files compute in float32, whatever precision it was trained in, and leave out the
    optimiser's state. Their weights are rounded to float16: a browser fetches those 16 bits a
    weight, and so computes with the same ones. In Keras's file a softmax follows the logits.
    """
    network = in_full_precision(network)
    round_weights(network)
    with_probabilities(network).save(folder / "model.keras")
    export_litert(network, folder / "model.tflite")


def in_full_precision(network: keras.Model) -> keras.Model:
    """Return the network with the same weights and all layers computing in float32."""

    def to_float32(layer: keras.Layer) -> keras.Layer:
        return type(layer).from_config(layer.get_config() | {"dtype": "float32"})

    if all(layer.compute_dtype == "float32" for layer in network.layers):
        return network
    converted = keras.models.clone_model(network, clone_function=to_float32)
    converted.set_weights(network.get_weights())
    return converted


def round_weights(network: keras.Model) -> None:
    """Round the weights of a network, in place, to what float16 holds."""
    for layer in network.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.set_weights(rounded_normalization(layer))
        else:
            layer.set_weights([rounded(weights) for weights in layer.get_weights()])


def rounded(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return weights as float16 holds them; what it cannot hold stays as it is."""
    with np.errstate(over="ignore"):  # of a training that diverged
        half = weights.astype(np.float16).astype(np.float32)
    return np.where(np.isfinite(half), half, weights)


def rounded_normalization(layer: layers.BatchNormalization) -> list[NDArray[np.float32]]:
    """Return a layer's weights with which it multiplies and adds numbers that float16 holds.

    These two are what LiteRT and a browser get of it; its statistics stay as they are.
    """
    gamma, beta, mean, variance = layer.get_weights()
    deviation = np.sqrt(variance + layer.epsilon)
    factor = rounded(gamma / deviation)
    return [factor * deviation, rounded(beta - mean * factor) + mean * factor, mean, variance]


def with_probabilities(network: keras.Model) -> keras.Model:
    """Return the network with a softmax after its logits; it shares the weights."""
    probabilities = layers.Softmax(name="probabilities")(network.output)
    return keras.Model(network.input, probabilities, name=network.name)


def export_litert(network: keras.Model, path: Path) -> None:
    """Write the network for LiteRT, with named outputs.

    Args:
        network: a trained network.
        path: the .tflite file to write. Its outputs are `logits`, float32 (n, 10), and, if the
            network has a layer of that name, `features`, float32 (n, width).
    """
    named = {layer.name: layer.output for layer in network.layers}
    outputs = {name: named[name] for name in ("logits", "features") if name in named}
    keras.Model(network.input, outputs).export(path, format="litert", verbose=False)


def write_keras(network: keras.Model, path: Path, description: str) -> None:
    """Write a network in Keras's own format, a zip archive; the description is a text in it."""
    network.save(path)
    describe_keras(path, description)


def write_litert(network: keras.Model, path: Path, description: str) -> None:
    """Write a network for LiteRT; the description is the one that the format provides for."""
    logits = network.get_layer("logits")
    export_litert(keras.Model(network.input, logits.output, name=network.name), path)
    describe_litert(path, description)


def write_onnx(network: keras.Model, path: Path, description: str) -> None:
    """Write a network in ONNX, which other frameworks and browsers read.

    Raises:
        MissingExtraError: tf2onnx is not installed.
    """
    require("train", "tf2onnx", "onnx")
    import onnx

    network(np.zeros((1, *network.input_shape[1:]), np.float32))  # Keras wants it to have run once
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # how Keras looks for an old NumPy
        network.export(path, format="onnx", verbose=False)
    model = onnx.load(path)
    model.doc_string = model.graph.doc_string = description
    model.graph.input[0].doc_string = description
    onnx.helper.set_model_props(model, {KEY: description})
    onnx.save(model, path)


def write_h5(network: keras.Model, path: Path, description: str) -> None:
    """Write a network in HDF5, the format that older programs load, with Keras 2 and Keras 3.

    Keras 3 reads what Keras 2 wrote, but not the other way round. So the layers are described in
    the words that both know, as a chain without branches.

    Args:
        network: its layers follow one another.
        path: the .h5 file to write; an existing one is replaced.
        description: of its input; an attribute of the file.
    """
    old = [one for layer in network.layers[1:] for one in old_layers(layer)]
    chain = keras.Sequential([network.layers[0], *old])
    weighted = [layer for layer in network.layers if layer.weights and not is_rms(layer)]
    for layer, copy in zip(weighted, [one for one in old if one.weights], strict=True):
        copy.set_weights(layer.get_weights())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # Keras thinks little of HDF5
        chain.save(path)
    described = [
        {"class_name": "InputLayer", "config": input_config(network)},
        *({"class_name": type(one).__name__, "config": old_config(one)} for one in chain.layers),
    ]
    config = {"class_name": "Sequential", "config": {"name": network.name, "layers": described}}
    with h5py.File(path, "r+") as file:
        file.attrs["model_config"] = json.dumps(config)
        file.attrs[KEY] = description


OLD_OPTIONS = {  # the arguments of layers that change what they compute
    *("name", "scale", "offset", "target_shape", "filters", "kernel_size", "strides", "padding"),
    *("activation", "use_bias", "pool_size", "momentum", "epsilon", "rate", "units"),
}


def is_rms(layer: keras.Layer) -> bool:
    """Return whether a layer scales its values to a mean square of 1, which Keras 2 cannot."""
    return isinstance(layer, layers.RMSNormalization)


def old_layers(layer: keras.Layer) -> list[keras.Layer]:
    """Return layers of kinds that Keras 2 has too, which compute the same; without weights yet."""
    if not is_rms(layer):
        return [type(layer).from_config(layer.get_config())]
    (axis,) = layer.axis
    root = math.sqrt(layer.input.shape[axis])  # of the sum of squares to their mean
    return [
        layers.UnitNormalization(axis=axis, name=layer.name),
        layers.Rescaling(root, name=f"{layer.name}_root"),
    ]


def old_config(layer: keras.Layer) -> dict[str, Any]:
    """Return the arguments of a layer that Keras 2 knows too."""
    config = {key: value for key, value in layer.get_config().items() if key in OLD_OPTIONS}
    if isinstance(layer, layers.BatchNormalization | layers.UnitNormalization | layers.Softmax):
        config["axis"] = layer.axis
    return {**config, "dtype": "float32"}


def input_config(network: keras.Model) -> dict[str, Any]:
    """Return the arguments of the input in Keras 2's words."""
    shape = [None, *network.input_shape[1:]]
    return {"batch_input_shape": shape, "dtype": "float32", "name": "image"}


WRITERS: dict[str, Callable[[keras.Model, Path, str], None]] = {
    ".keras": write_keras,
    ".tflite": write_litert,
    ".h5": write_h5,
    ".onnx": write_onnx,
}


def write_export(folder: Path, path: Path, kind: str, levels: str) -> None:
    """Write a model as one file for other programs.

    Args:
        folder: the model's folder.
        path: the file to write; an existing one is replaced. Its name may have any ending.
        kind: ".keras", ".tflite", ".h5" or ".onnx".
        levels: "byte" for a network that takes grey levels from 0 to 255, "unit" for 0 to 1.

    Raises:
        MissingExtraError: a library that writes this format is not installed.
    """
    network = keras.models.load_model(folder / "model.keras")
    if levels == "unit":
        network = taking_unit_levels(network)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".export-") as workshop:
        made = Path(workshop) / f"{folder.name}{kind}"  # Keras goes by the ending
        WRITERS[kind](network, made, input_in_words(levels))
        made.replace(path)


def taking_unit_levels(network: keras.Model) -> keras.Model:
    """Return a network that computes the same from grey levels from 0 to 1."""
    copies = [type(layer).from_config(layer.get_config()) for layer in network.layers[1:]]
    image = x = keras.Input(network.input_shape[1:], name="image")
    for layer in (layers.Rescaling(255.0, name="to_255"), *copies):
        x = layer(x)
    scaled = keras.Model(image, x, name=network.name)
    scaled.set_weights(network.get_weights())
    return scaled
