"""Compare models that were trained by the same recipe with different seeds.

    python -m mnist_core train --recipe pen-cnn --set seed=0 --name pen-cnn-0
    python -m mnist_core train --recipe pen-cnn --set seed=1 --name pen-cnn-1
    python -m mnist_core train --recipe pen-cnn --set seed=2 --name pen-cnn-2
    python -m benchmarks.seeds pen-cnn-0 pen-cnn-1 pen-cnn-2

Prints a line for each model, then mean and standard deviation. The seed to ship is the one with the
smallest `loss`: the mean cross-entropy, in hundredths of a nat, on its calibration set. Each seed
has another validation set, or draws the calibration writers' digits otherwise, so this compares the
networks only roughly. All other columns are shown and decide nothing; `selective` is the accuracy
of the answers that it gives.
"""

import argparse
import statistics
from collections.abc import Callable
from dataclasses import replace

from mnist_core.data.datasets import load_dataset
from mnist_core.evaluation.evaluation import evaluate
from mnist_core.inference.litert import Network
from mnist_core.models.cards import Card
from mnist_core.models.registry import find_model
from mnist_core.recipes.splits import split

COLUMNS: dict[str, Callable[[Card], float]] = {
    "validation": lambda card: card.metrics["held-out"].accuracy,
    "MNIST": lambda card: card.metrics["mnist-test"].accuracy,
    "its ECE": lambda card: card.metrics["mnist-test"].calibration_error,
    "uci-digits": lambda card: card.metrics["uci-digits"].accuracy,
    "pens": lambda card: card.metrics["pens"].accuracy,
    "coverage": lambda card: card.metrics["pens"].answered,
    "selective": lambda card: card.metrics["pens"].right_when_answered,
    "their ECE": lambda card: card.metrics["pens"].calibration_error,
    "letters": lambda card: card.refusals["letters"].called_digit,
    "symbols": lambda card: card.refusals["symbols"].called_digit,
}


def main() -> None:
    """Print the table; every column but the first is in per cent."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seeds", description=__doc__)
    parser.add_argument("models", nargs="+", help="names of models, trained by the same recipe")
    names = parser.parse_args().models
    cards = [Card.read(find_model(name) / "card.json") for name in names]
    if len({replace(card.recipe, seed=0) for card in cards}) > 1:
        parser.error("Expected models whose recipes differ only in the seed.")
    print(f"{'':20}{'loss':>8}", *(f"{column:>10}" for column in COLUMNS), flush=True)
    table = []
    for name, card in zip(names, cards, strict=True):
        shares = (100 * figure(card) for figure in COLUMNS.values())
        table.append([100 * validation_loss(name, card), *shares])
        print_line(name, table[-1])
    columns = list(zip(*table, strict=True))
    print_line("mean", [statistics.mean(column) for column in columns])
    if len(names) > 1:
        print_line("standard deviation", [statistics.stdev(column) for column in columns])


def print_line(name: str, figures: list[float]) -> None:
    """Print a row of the table."""
    loss, *shares = figures
    print(f"{name:20}{loss:8.3f}", *(f"{share:10.2f}" for share in shares), flush=True)


def validation_loss(name: str, card: Card) -> float:
    """Return the mean cross-entropy, in nats, on the set that a model was calibrated on."""
    from mnist_core.training.packaging import calibration_set  # loads TensorFlow

    digits, validation = split(load_dataset(card.data["name"]).train, card.recipe)
    known, _ = calibration_set(digits, validation, card.recipe)
    network = Network(find_model(name) / "model.tflite")
    return evaluate(network, card.calibration, known).metrics().loss


if __name__ == "__main__":
    main()
