"""Output that several commands share: progress bars, summaries and JSON."""

import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from click.core import ParameterSource

from mnist_core.data.characters import load_characters
from mnist_core.data.datasets import load_in_mnist_form
from mnist_core.data.digits import Dataset
from mnist_core.data.fonts import load_fonts
from mnist_core.data.kaggle import AS_IS
from mnist_core.data.pens import load_pens
from mnist_core.data.symbols import load_symbols
from mnist_core.models.cards import Card
from mnist_core.recipes.recipe import Recipe

TITLES = {"held-out": "validation"}  # the validation set's name in cards
DATA_HELP = (
    "mnist, uci-digits, or a file or folder of digits: CSV as Kaggle's train.csv (also without a "
    "header, with ; or tabs, packed), .npz, IDX files, Parquet, a folder of pictures for each "
    "digit, or a zip of these. With every: before it, no digit is held back for testing."
)
AS_IS_HELP = (
    "Hand over pictures as they are. Without it, those that are not as MNIST stores them are "
    "prepared first, as a drawing is."
)


def named(data: str, *, as_is: bool) -> str:
    """Return the name of a data set as `load_in_mnist_form` takes it."""
    return f"{AS_IS}{data}" if as_is and data not in ("mnist", "uci-digits") else data


def check_continues(with_: str, names: Sequence[str], why: str) -> None:
    """Raise if an option is given that would be ignored, since something goes on as it began.

    Args:
        with_: the option that continues it.
        names: the parameters of the current command that only begin it.
        why: what the message says of it.

    Raises:
        UsageError: one of them is on the command line.
    """
    context = click.get_current_context()
    given = [
        one.opts[0]
        for one in context.command.params
        if one.name in names
        and context.get_parameter_source(one.name) is not ParameterSource.DEFAULT
    ]
    if given:
        raise click.UsageError(f"Expected {with_} without {' and '.join(given)}: {why}")


def load_with_progress(name: str, *, to_train: bool = True, quiet: bool = False) -> Dataset:
    """Return a data set, with a progress bar if it has to be downloaded; say what is odd about it.

    Args:
        name: as `load_in_mnist_form` takes it.
        to_train: the same.
        quiet: whether to say nothing of what is odd.
    """
    with download_bar("MNIST") as show:
        dataset = load_in_mnist_form(name, show, to_train=to_train)
    if quiet:
        return dataset
    for remark in dataset.remarks:
        click.echo(remark, err=True)
    if dataset.prepared:
        click.echo("To hand them over as they are: --as-is", err=True)
    return dataset


def fetch_with_progress(recipe: Recipe) -> None:
    """Download the missing sources that a recipe adds to its digits, with progress bars.

    Raises:
        DataError: a download failed.
    """
    if recipe.pens or recipe.outliers:
        with download_bar("recorded pens") as show:
            load_pens(show)
        with download_bar("characters of UNIPEN") as show:
            load_characters(show)
    if recipe.typefaces or recipe.outliers:
        with download_bar("typefaces") as show:
            load_fonts(show)
    if recipe.outliers:
        with download_bar("drawn symbols") as show:
            load_symbols(show)


@contextmanager
def download_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function that shows a download's progress; the bar appears with the first call."""
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
    """Return a card's figures, one line per data set."""
    return [
        f"{TITLES.get(name, name)}: accuracy {m.accuracy:.2%} on {m.n:,} digits "
        f"(95 % interval {m.interval[0]:.2%} to {m.interval[1]:.2%}); "
        f"coverage {m.answered:.1%}, accuracy when answered {m.right_when_answered:.2%}; "
        f"calibration error {m.calibration_error:.2%}"
        for name, m in card.metrics.items()
    ]


def printable(text: str) -> str:
    """Return a text without what could control the terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def print_json(values: Any) -> None:
    """Print values as JSON, with null for NaN and infinity, which JSON does not have."""
    click.echo(json.dumps(finite(values), indent=2, allow_nan=False))


def finite(values: Any) -> Any:
    """Return values with None for every number that is not finite."""
    match values:
        case float():
            return values if math.isfinite(values) else None
        case dict():
            return {key: finite(value) for key, value in values.items()}
        case list() | tuple():
            return [finite(value) for value in values]
    return values
