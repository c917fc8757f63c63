"""What several commands say in a terminal."""

import json
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from mnist_core.cards import Card
from mnist_core.data import load_dataset
from mnist_core.digits import Dataset
from mnist_core.recipe import Recipe
from mnist_core.sources.fonts import load_fonts
from mnist_core.sources.pens import load_pens
from mnist_core.sources.symbols import load_symbols

DATA_HELP = (
    "mnist, uci-digits, Kaggle's train.csv, an .npz file in Keras's layout, or a folder of IDX "
    "files."
)


def load_with_progress(name: str) -> Dataset:
    """Return a set of digits, with a progress bar if it has to be downloaded."""
    with download_bar("MNIST") as show:
        return load_dataset(name, show)


def fetch_with_progress(recipe: Recipe) -> None:
    """Fetch what a recipe adds to the digits and is not here yet, with progress bars.

    Raises:
        DataError: it is not to be had.
    """
    if recipe.pens or recipe.outliers:
        with download_bar("recorded pens") as show:
            load_pens(show)
    if recipe.typefaces or recipe.outliers:
        with download_bar("typefaces") as show:
            load_fonts(show)
    if recipe.outliers:
        with download_bar("drawn signs") as show:
            load_symbols(show)


@contextmanager
def download_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function to report a download to; the bar appears with the first report."""
    bars: list[Any] = []

    def show(done: int, size: int) -> None:
        if not bars:
            label = f"Downloading {what}"
            bars.append(click.progressbar(length=size, label=label, file=sys.stderr))
            bars[0].render_progress()
        bars[0].update(done - bars[0].pos)

    try:
        yield show
    finally:
        for bar in bars:
            bar.render_finish()


def summary(card: Card) -> list[str]:
    """Return a card's figures, a line for each set of digits."""
    return [
        f"{name}: {m.accuracy:.2%} of {m.n:,} read right "
        f"(95 % interval {m.interval[0]:.2%} to {m.interval[1]:.2%}); "
        f"{m.answered:.1%} answered, {m.right_when_answered:.2%} of these right; "
        f"calibration error {m.calibration_error:.2%}"
        for name, m in card.metrics.items()
    ]


def print_json(values: Any) -> None:
    """Print values as JSON, which has no NaN and no infinity: null stands for them."""
    click.echo(json.dumps(finite(values), indent=2, allow_nan=False))


def finite(values: Any) -> Any:
    """Return values with None for every number in them that is not finite."""
    match values:
        case float():
            return values if math.isfinite(values) else None
        case dict():
            return {key: finite(value) for key, value in values.items()}
        case list() | tuple():
            return [finite(value) for value in values]
    return values
