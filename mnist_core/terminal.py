"""What several commands say in a terminal."""

import json
import sys
from typing import Any

import click

from mnist_core.cards import Card
from mnist_core.data import load_dataset
from mnist_core.digits import Dataset

DATA_HELP = (
    "mnist, uci-digits, Kaggle's train.csv, an .npz file in Keras's layout, or a folder of IDX "
    "files."
)


def load_with_progress(name: str) -> Dataset:
    """Return a set of digits, with a progress bar if it has to be downloaded."""
    bars: list[Any] = []

    def show(done: int, size: int) -> None:
        if not bars:
            bars.append(click.progressbar(length=size, label="Downloading MNIST", file=sys.stderr))
            bars[0].render_progress()
        bars[0].update(done - bars[0].pos)

    try:
        return load_dataset(name, show)
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
    """Print values as JSON."""
    click.echo(json.dumps(values, indent=2))
