"""From a trained Keras model to the files that serve it, or that others can load."""

from pathlib import Path

import keras


def export_litert(network: keras.Model, path: Path) -> None:
    """Write the network for LiteRT with its named outputs.

    Args:
        network: a network of `networks`, trained.
        path: the .tflite file to write. Its outputs are `logits`, float32 (n, 10), and where the
            network has a layer of that name `features`, float32 (n, width).
    """
    named = {layer.name: layer.output for layer in network.layers}
    outputs = {name: named[name] for name in ("logits", "features") if name in named}
    keras.Model(network.input, outputs).export(path, format="litert", verbose=False)


def write_h5(folder: Path, path: Path) -> None:
    """Write a model's Keras network in HDF5, the form that older tutorials save and load.

    Args:
        folder: the model's folder.
        path: the .h5 file to write; one that is there is replaced.
    """
    keras.models.load_model(folder / "model.keras").save(path)
