"""The command line: what the library does, for people at a terminal and for scripts."""

import math
import os
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import numpy as np

from mnist_core.cards import Card
from mnist_core.commands.cli_evaluate import evaluate
from mnist_core.commands.cli_train import train
from mnist_core.commands.terminal import print_json, summary
from mnist_core.data import load_uci_digits
from mnist_core.errors import InklingError
from mnist_core.files import whole_file
from mnist_core.pictures import open_picture
from mnist_core.reader import Reading, load_reader
from mnist_core.registry import find_model, home, list_models, open_card
from mnist_core.sources.fonts import list_fonts, local_fonts
from mnist_core.sources.kaggle import read_test, refuse_to_overwrite, write_submission
from mnist_core.sources.mnist_source import keras_cache, local_mnist
from mnist_core.sources.pens import local_pens
from mnist_core.sources.symbols import local_symbols

SUBMIT_BATCH = 500  # digits between two steps of the progress bar


class Commands(click.Group):
    """A group of commands that turns the library's errors into the terminal's, in one place."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except InklingError as problem:
            raise click.ClickException(str(problem)) from problem


@click.group(cls=Commands)
def main() -> None:
    """Read digits that people draw, and train the networks that do."""


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--model", help="Which model reads; by default the one that ships as the best.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one object for each file.")
def read(files: tuple[Path, ...], model: str | None, as_json: bool) -> None:
    """Read the digit in each picture FILE."""
    reader = load_reader(model)
    readings = []
    for file in files:
        try:
            readings.append((file, reader.read(open_picture(file))))
        except InklingError as problem:
            raise click.ClickException(f"{file}: {problem}") from problem
    if as_json:
        print_json([{"file": str(file), **as_values(reading)} for file, reading in readings])
        return
    for file, reading in readings:
        click.echo(f"{file}: {in_words(reading)}")


def as_values(reading: Reading) -> dict[str, Any]:
    """Return a reading as JSON can hold it."""
    return {
        "verdict": reading.verdict,
        "digit": reading.digit,
        "probabilities": [round(float(p), 6) for p in reading.probabilities],
        "digitness": reading.digitness if math.isfinite(reading.digitness) else None,
    }


def in_words(reading: Reading) -> str:
    """Return a reading as a person would say it."""
    best, second = reading.candidates
    confident = f"({reading.confidence:.1%} sure)"
    return {
        "digit": f"{best} {confident}",
        "unsure": f"{best} or {second}? {confident}",
        "not a digit": "this does not look like a digit",
        "blank": "nothing is drawn there",
    }[reading.verdict]


@main.command()
@click.argument("test_csv", type=click.Path(path_type=Path))
@click.option("--model", help="Which model; by default the one that ships as the best.")
@click.option(
    "-o",
    "--output",
    default="submission.csv",
    show_default=True,
    type=click.Path(path_type=Path),
    help="The file to write.",
)
@click.option("--force", is_flag=True, help="Replace a file of the same name.")
def submit(test_csv: Path, model: str | None, output: Path, force: bool) -> None:
    """Answer Kaggle's TEST_CSV and write what one hands in: ImageId,Label."""
    refuse_to_overwrite(output, force=force)  # before the work, not after
    reader = load_reader(model)
    images = read_test(test_csv)
    answers = np.empty(len(images), np.uint8)
    with click.progressbar(length=len(images), label="Reading", file=sys.stderr) as bar:
        for start in range(0, len(images), SUBMIT_BATCH):
            batch = images[start : start + SUBMIT_BATCH]
            answers[start : start + len(batch)] = reader.predict(batch).argmax(axis=1)
            bar.update(len(batch))
    write_submission(output, answers, force=force)
    click.echo(f"{reader.name} read {len(answers):,} digits. The answers are in {output}.")


@main.command()
@click.option("--model", help="Which model; by default the one that ships as the best.")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="The file to write; its ending says which kind: .keras, .tflite or .h5.",
)
@click.option("--force", is_flag=True, help="Replace a file of the same name.")
def export(model: str | None, output: Path, force: bool) -> None:
    """Take a model away as one file: for Keras, for LiteRT, or as older tutorials save it."""
    refuse_to_overwrite(output, force=force)
    folder = find_model(model)
    open_card(folder)
    kind = output.suffix.lower()
    with whole_file(output) as partial:
        if kind == ".h5":
            os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
            from mnist_core.export import write_h5  # TensorFlow: 4 s

            write_h5(folder, partial)
        elif kind in (".keras", ".tflite"):
            shutil.copyfile(folder / f"model{kind}", partial)
        else:
            raise click.UsageError(f"Expected a name in .keras, .tflite or .h5. Received: {output}")
    click.echo(f"{folder.name} is in {output}.")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print every card as JSON.")
def models(as_json: bool) -> None:
    """List the models that are here, the default one first."""
    cards = [Card.read(find_model(name) / "card.json") for name in list_models()]
    if as_json:
        print_json([asdict(card) for card in cards])
        return
    for card in cards:
        click.echo(f"{card.name}: {card.recipe.title}, {card.parameters:,} weights")
        for line in summary(card):
            click.echo(f"  {line}")
    if not cards:
        click.echo("There are no models yet. To train one: python -m mnist_core train --help")


@main.command()
def data() -> None:
    """Show which digits are here, and where the others come from."""
    click.echo(f"uci-digits: {len(load_uci_digits()):,} digits, always here")
    here = local_mnist()
    click.echo(
        f"mnist: 70,000 digits, in {here}"
        if here
        else f"mnist: 70,000 digits, not here yet; train and evaluate download 11 MB to "
        f"{keras_cache()}, or use the file that MNIST_NPZ names"
    )
    pens, fonts = local_pens(), local_fonts()
    click.echo(
        f"pens: digits as pen strokes, in {pens}"
        if pens
        else f"pens: 7,494 digits as pen strokes, not here yet; the recipes that need them "
        f"download them to {home() / 'data'}, or use the file that PEN_STROKES names"
    )
    symbols = local_symbols()
    click.echo(
        f"symbols: drawn signs that are no digits, in {symbols}"
        if symbols
        else f"symbols: drawn signs that are no digits, not here yet; the recipes that need them "
        f"download 35 MB to {home() / 'data'}, or use the file that NOT_DIGITS names"
    )
    click.echo(
        f"typefaces: all {len(fonts)} are here"
        if len(fonts) == len(list_fonts())
        else f"typefaces: {len(fonts)} of {len(list_fonts())} are here; the recipes that need them "
        f"download the others to {home() / 'data'}, or use the folder that FONT_FILES names"
    )


main.add_command(train)
main.add_command(evaluate)
