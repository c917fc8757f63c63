"""What a trained network is examined on: digits, and what is none, that it was not trained on."""

from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from mnist_core.analysis.unseen import without
from mnist_core.calibration import measure_refusal
from mnist_core.cards import Calibration, Refusal
from mnist_core.data import load_dataset, load_uci_digits
from mnist_core.digits import Dataset, Digits
from mnist_core.drawing.pen_drawings import (
    HEIGHTS,
    LARGEST,
    PENS,
    SMALLEST,
    TEST_WRITERS,
    draw_as_visitors,
)
from mnist_core.drawing.symbol_drawings import TEST_KINDS, as_drawn
from mnist_core.drawing.typefaces import divide, make_letters
from mnist_core.errors import DataError
from mnist_core.litert import Network
from mnist_core.preprocessing import Picture
from mnist_core.recipe import Recipe
from mnist_core.sources.fonts import load_fonts
from mnist_core.sources.mnist_source import local_mnist
from mnist_core.sources.pens import load_pens
from mnist_core.sources.symbols import load_symbols

LETTERS = 4_000
SEED = 1


def test_sets(dataset: Dataset, validation: Digits, recipe: Recipe) -> dict[str, Digits]:
    """Return the digits that a card reports on, none of which the network was trained on."""
    sets = {f"{dataset.name}-test": dataset.test, "held-out": validation}
    if dataset.name != "uci-digits":
        sets["uci-digits"] = load_uci_digits()
    if dataset.name != "mnist" and (mnist := mnist_test()):
        sets["mnist-test"] = without(mnist, dataset.train)  # Kaggle's digits are MNIST's
    if recipe.pens:
        sets["pens"] = pens_of_strangers()
        sets["pens-small-bold"] = pens_of_strangers(PENS[-1:], SMALLEST)
        sets["pens-large-fine"] = pens_of_strangers(PENS[:1], LARGEST)
    return {name: digits for name, digits in sets.items() if len(digits)}


def mnist_test() -> Digits | None:
    """Return MNIST's test set where it is on this machine; it is never downloaded for this."""
    with suppress(DataError):
        return load_dataset("mnist").test if local_mnist() else None
    return None


def pens_of_strangers(
    widths: Sequence[int] = PENS, heights: tuple[float, float] = HEIGHTS
) -> Digits:
    """Return drawings by the writers that nothing is ever chosen on; always the same ones.

    Args:
        widths: of the pens, in pixels.
        heights: the least and the most that a drawing is tall or wide, in pixels.
    """
    pens, rng = load_pens().of_writers(*TEST_WRITERS), np.random.default_rng(SEED)
    return draw_as_visitors(pens, rng, widths, heights)


def unseen_outliers() -> dict[str, list[Picture]]:
    """Return what shows no digit, of kinds that training never sees, in MNIST's format.

    Raises:
        DataError: typefaces or drawn signs are neither here nor within reach.
    """
    fonts = divide(load_fonts())[1]
    return {
        "letters": make_letters(fonts, LETTERS, np.random.default_rng(SEED)),
        "symbols": as_drawn(load_symbols().of_kinds(*TEST_KINDS)),
    }


def measure_refusals(network: Network, calibration: Calibration) -> dict[str, Refusal]:
    """Return how well each kind of `unseen_outliers` is told from strangers' pen drawings."""
    digits = network.run(pens_of_strangers().images)["logits"]
    return {
        name: measure_refusal(network.run(np.array(pictures))["logits"], digits, calibration)
        for name, pictures in unseen_outliers().items()
        if pictures  # a named file may hold other kinds
    }
