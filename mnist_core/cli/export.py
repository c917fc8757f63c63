"""The command `export`: a model as one file for other programs."""

import os
import shutil
from pathlib import Path

import click

from mnist_core.data.kaggle import check_can_write, new_file
from mnist_core.extras import require
from mnist_core.models.network_input import RANGES, input_in_words
from mnist_core.models.registry import find_model, open_card

FORMATS = {
    ".keras": "for Keras 3",
    ".tflite": "for LiteRT",
    ".h5": "for Keras 2 and 3, in the older HDF5 format",
    ".onnx": "ONNX, for other frameworks and for browsers",
    ".bin": "layers and float16 weights, as Inkling's own page reads them while one draws",
}


@click.command()
@click.option("--model", help="The model to use; without it, the default model.")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="The file to write. Its ending chooses the format: "
    + ", ".join(f"{ending} {what}" for ending, what in FORMATS.items())
    + ".",
)
@click.option(
    "--input",
    "levels",
    type=click.Choice([*RANGES]),
    default="byte",
    show_default=True,
    help="What the network in the file takes: grey levels from 0 to 255 (byte), or from 0 to 1 "
    "(unit), for programs that divide by 255 first.",
)
@click.option("--force", is_flag=True, help="Replace a file of the same name.")
def export(model: str | None, output: Path, levels: str, force: bool) -> None:
    """Write a model as one file for other programs.

    The network takes float32 of shape (n, 28, 28): grey levels from 0 to 255, the ink light on
    black paper (0), the digit fitted into 20 x 20 pixels and centred by its mass, as in MNIST. It
    scales them itself: do not divide by 255, or choose --input unit. It gives ten probabilities;
    those for LiteRT and for the page give logits.
    """
    check_can_write(output, force=force)
    kind = output.suffix.lower()
    if kind not in FORMATS:
        *others, last = FORMATS
        raise click.UsageError(
            f"Expected a name ending in {', '.join(others)} or {last}. Received: {output}"
        )
    if kind == ".bin" and levels != "byte":
        raise click.UsageError("Expected --input byte for .bin: the page has grey levels to 255.")
    is_stored = kind in (".keras", ".tflite") and levels == "byte"
    if not is_stored and kind != ".bin":
        require("train", "tensorflow", "keras")
    if kind == ".onnx":
        require("train", "tf2onnx", "onnx")
    folder = find_model(model)
    open_card(folder)
    with new_file(output, force=force) as partial:
        if kind == ".bin":
            from mnist_core.models.browser_network import browser_network  # 0.1 s

            partial.write_bytes(browser_network(folder / "model.tflite"))
        elif is_stored:
            copy_stored(folder / f"model{kind}", partial)
        else:
            os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
            from mnist_core.training.export import write_export  # TensorFlow: 4 s

            write_export(folder, partial, kind, levels)
    click.echo(f"{folder.name} is in {output}. It takes {input_in_words(levels)}.")


def copy_stored(source: Path, target: Path) -> None:
    """Copy a model's own file, and add what its input is."""
    from mnist_core.models.descriptions import describe_keras, describe_litert  # 0.2 s

    shutil.copyfile(source, target)
    describe = describe_keras if source.suffix == ".keras" else describe_litert
    describe(target, input_in_words())
