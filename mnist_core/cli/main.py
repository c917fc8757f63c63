"""The command line: the commands that have no module of their own, and all of them together."""

from dataclasses import asdict
from typing import Any

import click

from mnist_core import __version__
from mnist_core.cli.app import app
from mnist_core.cli.digit_map import draw_map
from mnist_core.cli.evaluate import evaluate
from mnist_core.cli.explain import explain
from mnist_core.cli.export import export
from mnist_core.cli.hand import hand
from mnist_core.cli.read import read
from mnist_core.cli.submit import submit
from mnist_core.cli.sweep import sweep
from mnist_core.cli.terminal import print_json, summary
from mnist_core.cli.train import train
from mnist_core.data.characters import local_characters
from mnist_core.data.datasets import load_uci_digits
from mnist_core.data.fonts import list_fonts, local_fonts
from mnist_core.data.mnist import keras_cache, local_mnist
from mnist_core.data.pens import local_pens
from mnist_core.data.symbols import local_symbols
from mnist_core.errors import InklingError, MissingExtraError, ModelError, NameTakenError
from mnist_core.extras import how_to_get
from mnist_core.models.cards import Card
from mnist_core.models.registry import find_model, list_models
from mnist_core.models.shelf import publish_model
from mnist_core.workspace import data_root


class Commands(click.Group):
    """A group of commands that prints the library's errors as messages, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except NameTakenError as problem:
            raise click.ClickException(f"{problem} Or replace it with --force.") from problem
        except InklingError as problem:
            raise click.ClickException(str(problem)) from problem


@click.group(cls=Commands)
@click.version_option(__version__)
def main() -> None:
    """Read digits that people draw, and train the networks that do."""


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print every card as JSON.")
def models(as_json: bool) -> None:
    """List the models, the default one first."""
    cards = {name: card_or_problem(name) for name in list_models()}
    if as_json:
        print_json(
            [
                asdict(card) if isinstance(card, Card) else {"name": name, "error": str(card)}
                for name, card in cards.items()
            ]
        )
        return
    for name, card in cards.items():
        if isinstance(card, ModelError):
            click.echo(f"{name}: {card}")
            continue
        click.echo(f"{name}: {card.recipe.title}, {card.parameters:,} weights")
        for line in summary(card):
            click.echo(f"  {line}")
    if not cards:
        click.echo("There are no models yet. To train one: python -m mnist_core train --help")


def card_or_problem(name: str) -> Card | ModelError:
    """Return a model's card, or what is wrong with it, which hides no other model."""
    try:
        return Card.read(find_model(name) / "card.json")
    except ModelError as problem:
        return problem


@main.command()
def data() -> None:
    """Show which data sets are on this machine, and where the others come from."""
    try:
        click.echo(f"uci-digits: {len(load_uci_digits()):,} digits, always here")
    except MissingExtraError:
        click.echo(
            f"uci-digits: 1,797 digits, not here yet; to install them: {how_to_get('train')}"
        )
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
        f"download them to {data_root() / 'data'}, or use the file that PEN_STROKES names"
    )
    characters = local_characters()
    click.echo(
        f"characters: digits, letters and signs as pen strokes, in {characters}"
        if characters
        else f"characters: 73,920 digits, letters and signs as pen strokes, not here yet; what "
        f"needs them downloads them to {data_root() / 'data'}, or uses the file that UNIPEN names"
    )
    symbols = local_symbols()
    click.echo(
        f"symbols: drawn signs such as an integral, in {symbols}"
        if symbols
        else f"symbols: drawn signs such as an integral, not here yet; the recipes that need them "
        f"download 35 MB to {data_root() / 'data'}, or use the file that NOT_DIGITS names"
    )
    click.echo(
        f"typefaces: all {len(fonts)} are here"
        if len(fonts) == len(list_fonts())
        else f"typefaces: {len(fonts)} of {len(list_fonts())} are here; the recipes that need them "
        f"download the others to {data_root() / 'data'}, or use the folder that FONT_FILES names"
    )


@main.command()
@click.argument("name")
def publish(name: str) -> None:
    """Put the model NAME on the shelf that INKLING_MODELS names, for every machine that reads it.

    The shelf is an address such as s3://bucket/models, or a folder. A model is there whole or not
    at all, and never changes.
    """
    click.echo(f"Published {name} to {publish_model(name)}")


for command in (read, explain, submit, train, sweep, evaluate, export, hand, draw_map, app):
    main.add_command(command)
