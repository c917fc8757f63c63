"""Choose between models that were trained on pens, on the writers that are there for it.

    python -m benchmarks.choosing pen-cnn another

Their digits are drawn ten times, as visitors draw, with seeds of their own, the same for every
model. The model to ship is the one with the smallest `loss`: the mean cross-entropy, in hundredths
of a nat, with the model's own temperature. The first model is the one that ships now; it stays if
another's loss is not smaller by more than the standard error of the difference, over the digits
recorded. The other columns, in per cent, decide nothing: how many digits are read right and
answered, and how many clear letters and signs by these writers are called a digit, with the model's
own thresholds.
"""

import argparse

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.characters import load_characters
from mnist_core.data.pens import Pens
from mnist_core.inference.calibration import probabilities_of
from mnist_core.inference.reader import Reader
from mnist_core.models.registry import find_model
from mnist_core.pictures import Picture
from mnist_core.synthesis.pen_drawings import PENS, draw_as_visitors, draw_with_any_pen
from mnist_core.synthesis.strangers import (
    calibration_characters,
    clear_letters,
    clear_signs,
    digits_of,
)

SEEDS = range(100, 110)  # none of them is a recipe's
COLUMNS = ("right", "answered", "letters", "signs")

Floats = NDArray[np.floating]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.choosing", description=__doc__)
    parser.add_argument("models", nargs="+", help="names of models, trained on pens")
    readers = {name: Reader(find_model(name)) for name in parser.parse_args().models}
    writers = calibration_characters(load_characters())
    digits, rng = digits_of(writers), np.random.default_rng(SEEDS[0])
    letters, signs = (
        np.stack(draw_with_any_pen(some.strokes, rng))
        for some in (clear_letters(writers), clear_signs(writers))
    )
    measured = {name: drawings(reader, digits) for name, reader in readers.items()}
    print(f"{'':20}{'loss':>8}", *(f"{column:>9}" for column in COLUMNS), "  more than the first")
    for name, reader in readers.items():
        loss, right, answered = measured[name]
        more = loss - next(iter(measured.values()))[0]
        error = more.std(ddof=1) / np.sqrt(len(more))
        shares = (right.mean(), answered.mean(), called(reader, letters), called(reader, signs))
        print(
            f"{name:20}{100 * loss.mean():8.3f}",
            *(f"{100 * share:9.2f}" for share in shares),
            f"  {100 * more.mean():+.3f} (standard error {100 * error:.3f})",
            flush=True,
        )


def drawings(reader: Reader, digits: Pens) -> tuple[Floats, Floats, Floats]:
    """Return the mean loss of each digit, and the shares read right and answered: (n,) each."""
    calibration, figures = reader.card.calibration, []
    for seed in SEEDS:
        drawn = draw_as_visitors(digits, np.random.default_rng(seed))
        outputs = reader.outputs(drawn.images)
        probabilities = probabilities_of(outputs.logits, calibration.temperature)
        loss = -np.log(probabilities[np.arange(len(drawn)), drawn.labels])
        right = probabilities.argmax(axis=1) == drawn.labels
        answered = outputs.digitness >= calibration.least_digitness
        answered &= probabilities.max(axis=1) >= calibration.least_confidence
        figures.append(np.stack([loss, right, answered]))
    # Every digit is drawn once with each pen, one pen after the other.
    each = np.stack(figures).reshape(len(SEEDS), 3, len(PENS), len(digits))
    loss, right, answered = each.mean(axis=(0, 2))
    return loss, right, answered


def called(reader: Reader, outliers: Picture) -> float:
    """Return the share of outliers, uint8 (n, 28, 28), that are called a digit."""
    calibration, outputs = reader.card.calibration, reader.outputs(outliers)
    sure = probabilities_of(outputs.logits, calibration.temperature).max(axis=1)
    digit = outputs.digitness >= calibration.least_digitness
    return float((digit & (sure >= calibration.least_confidence)).mean())


if __name__ == "__main__":
    main()
