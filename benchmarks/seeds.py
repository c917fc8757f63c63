"""What models of one recipe have in common that differ in nothing but the seed.

    python -m mnist_core train --recipe pen-cnn --set seed=1 --name pen-cnn-1
    python -m mnist_core train --recipe pen-cnn --set seed=2 --name pen-cnn-2
    python -m benchmarks.seeds pen-cnn pen-cnn-1 pen-cnn-2

Prints a line for each model, then mean and standard deviation. The one to ship has the smallest
`loss`: the mean cross-entropy, in hundredths of a nat, of pens and typefaces that none of them was
trained on, the same pictures for all. The digits held out are others for each seed, so what is
read of them compares no two models. All columns but the first tell, and choose nothing.
"""

import argparse
import statistics
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from mnist_core.analysis.evaluation import evaluate
from mnist_core.cards import Card
from mnist_core.digits import Digits
from mnist_core.drawing.pen_drawings import CALIBRATION_WRITERS, draw_as_visitors
from mnist_core.drawing.typefaces import divide, make_typed_digits
from mnist_core.litert import Network
from mnist_core.registry import find_model
from mnist_core.sources.fonts import load_fonts
from mnist_core.sources.pens import load_pens

SEED = 1
TYPED = 4_000  # digits of typefaces
COLUMNS: dict[str, Callable[[Card], float]] = {
    "held out": lambda card: card.metrics["held-out"].accuracy,
    "MNIST": lambda card: card.metrics["mnist-test"].accuracy,
    "its ECE": lambda card: card.metrics["mnist-test"].calibration_error,
    "uci-digits": lambda card: card.metrics["uci-digits"].accuracy,
    "pens": lambda card: card.metrics["pens"].accuracy,
    "answered": lambda card: card.metrics["pens"].answered,
    "right then": lambda card: card.metrics["pens"].right_when_answered,
    "their ECE": lambda card: card.metrics["pens"].calibration_error,
    "letters": lambda card: card.refusals["letters"].called_digit,
    "symbols": lambda card: card.refusals["symbols"].called_digit,
}


def main() -> None:
    """Print the table; all but the first column is in per cent."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seeds", description=__doc__)
    parser.add_argument("models", nargs="+", help="names of models, trained by the same recipe")
    names = parser.parse_args().models
    cards = [Card.read(find_model(name) / "card.json") for name in names]
    if len({replace(card.recipe, seed=0) for card in cards}) > 1:
        parser.error("Expected models whose recipes differ in nothing but the seed.")
    print(f"{'':20}{'loss':>8}", *(f"{column:>10}" for column in COLUMNS), flush=True)
    table, pictures = [], pictures_to_choose_on()
    for name, card in zip(names, cards, strict=True):
        network = Network(find_model(name) / "model.tflite")
        loss = evaluate(network, card.calibration, pictures).metrics().loss
        table.append([100 * loss, *(100 * figure(card) for figure in COLUMNS.values())])
        print_line(name, table[-1])
    columns = list(zip(*table, strict=True))
    print_line("mean", [statistics.mean(column) for column in columns])
    if len(names) > 1:
        print_line("standard deviation", [statistics.stdev(column) for column in columns])


def print_line(name: str, figures: list[float]) -> None:
    """Print what is known of one model, or of all."""
    loss, *shares = figures
    print(f"{name:20}{loss:8.3f}", *(f"{share:10.2f}" for share in shares), flush=True)


def pictures_to_choose_on() -> Digits:
    """Return digits of writers and typefaces never trained on; no report counts these digits."""
    rng = np.random.default_rng(SEED)
    pens = draw_as_visitors(load_pens().of_writers(*CALIBRATION_WRITERS), rng)
    typed, labels = make_typed_digits(divide(load_fonts())[1], TYPED, rng)
    return Digits(
        np.concatenate([pens.images, typed]),
        np.concatenate([pens.labels, labels]),
    )


if __name__ == "__main__":
    main()
