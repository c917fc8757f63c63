"""What a model's file says about itself, written without TensorFlow."""

import zipfile
from pathlib import Path

import flatbuffers
from ai_edge_litert import schema_py_generated as schema

from mnist_core.models.network_input import KEY


def describe_keras(path: Path, description: str) -> None:
    """Add a text to a .keras file, which is a zip archive; Keras passes it over."""
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(f"{KEY}.txt", f"{description}\n")


def describe_litert(path: Path, description: str) -> None:
    """Set the description of a .tflite file."""
    model = schema.ModelT.InitFromPackedBuf(path.read_bytes(), 0)
    model.description = description
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    path.write_bytes(builder.Output())
