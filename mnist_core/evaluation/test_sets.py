"""The test sets of a model's card: digits and non-digits that the model was not trained on."""

from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from mnist_core.data.characters import load_characters
from mnist_core.data.datasets import load_dataset
from mnist_core.data.digits import Dataset, Digits
from mnist_core.data.fonts import load_fonts
from mnist_core.data.mnist import local_mnist
from mnist_core.data.pens import load_pens
from mnist_core.data.symbols import load_symbols
from mnist_core.errors import DataError, ModelError
from mnist_core.evaluation.leakage import difference, exclude_training_samples, intersection
from mnist_core.inference.calibration import measure_ood
from mnist_core.inference.litert import Network
from mnist_core.models.cards import Calibration, Card, OODMetrics
from mnist_core.models.registry import find_model
from mnist_core.pictures import Picture
from mnist_core.recipes.recipe import Recipe
from mnist_core.synthesis.pen_drawings import (
    HEIGHTS,
    LARGEST,
    PENS,
    SMALLEST,
    TEST_WRITERS,
    draw_as_visitors,
    draw_with_any_pen,
)
from mnist_core.synthesis.strangers import (
    clear_letters,
    clear_signs,
    digits_of,
    look_alike_letters,
    reported_characters,
)
from mnist_core.synthesis.symbol_drawings import TEST_KINDS, as_drawn
from mnist_core.synthesis.typefaces import make_letters, split_typefaces

LETTERS = 4_000
SEED = 1


def test_sets(dataset: Dataset, validation: Digits, recipe: Recipe) -> dict[str, Digits]:
    """Return the sets of digits that a card reports on; the network was trained on none of them."""
    sets = {"strangers": strangers_drawings()} if recipe.pens else {}
    sets[f"{dataset.name}-test"] = new_to_pretrained(dataset.test, dataset, recipe)
    if not recipe.pretrained:  # those weights may have learned from these digits
        sets["held-out"] = validation
    if dataset.name != "uci-digits":
        uci = load_dataset("uci-digits")
        sets["uci-digits"] = new_to_pretrained(uci.in_order(), uci, recipe)
    if dataset.name != "mnist" and (mnist := mnist_here()):
        new = new_to_pretrained(mnist.test, mnist, recipe)
        sets["mnist-test"] = difference(new, dataset.train)  # Kaggle's digits are MNIST's
    if recipe.pens:
        sets["pens"] = held_out_pen_drawings()
        sets["pens-small-bold"] = held_out_pen_drawings(PENS[-1:], SMALLEST)
        sets["pens-large-fine"] = held_out_pen_drawings(PENS[:1], LARGEST)
    if dataset.added is not None:
        sets = {name: difference(digits, dataset.added) for name, digits in sets.items()}
    return {name: digits for name, digits in sets.items() if len(digits)}


def mnist_here() -> Dataset | None:
    """Return MNIST if it is on this machine; it is never downloaded for this."""
    with suppress(DataError):
        return load_dataset("mnist") if local_mnist() else None
    return None


def new_to_pretrained(digits: Digits, dataset: Dataset, recipe: Recipe) -> Digits:
    """Return those digits of a data set that the model `pretrained` has not learned from.

    There are none if nobody can tell.
    """
    if not recipe.pretrained:
        return digits
    try:
        card = Card.read(find_model(recipe.pretrained) / "card.json")
    except ModelError:
        return digits[:0]
    fresh = exclude_training_samples(dataset, card)
    return digits[:0] if fresh.caution else intersection(digits, fresh.digits)


def held_out_pen_drawings(
    widths: Sequence[int] = PENS, heights: tuple[float, float] = HEIGHTS
) -> Digits:
    """Return drawings by the writers held out for testing; the same drawings every time.

    Args:
        widths: of the pens, in pixels.
        heights: the range of a drawing's height or width, whichever is larger, in pixels.
    """
    pens, rng = load_pens().of_writers(*TEST_WRITERS), np.random.default_rng(SEED)
    return draw_as_visitors(pens, rng, widths, heights)


def strangers_drawings() -> Digits:
    """Return drawings of the digits by UNIPEN's writers for reports; the same every time."""
    digits = digits_of(reported_characters(load_characters()))
    return draw_as_visitors(digits, np.random.default_rng(SEED))


def held_out_outliers() -> dict[str, list[Picture]]:
    """Return pictures of non-digits in MNIST's format, of kinds or by people not in training.

    "clear-letters", "look-alikes" (letters that a digit may look like) and "signs" are by UNIPEN's
    writers for reports; "letters" are in typefaces, and "symbols" of kinds, never seen in training.

    Raises:
        DataError: characters, typefaces or drawn symbols are neither on this machine nor can be
            downloaded.
    """
    fonts, rng = split_typefaces(load_fonts())[1], np.random.default_rng(SEED)
    reported = reported_characters(load_characters())
    drawn = {
        "clear-letters": clear_letters(reported),
        "look-alikes": look_alike_letters(reported),
        "signs": clear_signs(reported),
    }
    return {name: draw_with_any_pen(part.strokes, rng) for name, part in drawn.items()} | {
        "letters": make_letters(fonts, LETTERS, np.random.default_rng(SEED)),
        "symbols": as_drawn(load_symbols().of_kinds(*TEST_KINDS)),
    }


def measure_outliers(network: Network, calibration: Calibration) -> dict[str, OODMetrics]:
    """Return how well each kind of held-out outlier is separated from strangers' digits."""
    digits = network.run(strangers_drawings().images)["logits"]
    return {
        name: measure_ood(network.run(np.array(pictures))["logits"], digits, calibration)
        for name, pictures in held_out_outliers().items()
        if pictures  # a file of the user's own may hold other kinds
    }
