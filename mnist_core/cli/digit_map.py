"""The command `map`: the map of digits that the page Inside shows, computed for a model."""

import click

from mnist_core.evaluation.digit_maps import add_map
from mnist_core.models.registry import find_model


@click.command("map")
@click.option("--model", help="The model to prepare; without it, the default model.")
def draw_map(model: str | None) -> None:
    """Compute the map of digits that Inside shows a drawing on; `train --ship` does it by itself.

    It takes the model's reference features, which `hand references` computes.
    """
    file = add_map(find_model(model))
    click.echo(f"The map of {file.parent.name} is in {file}.")
