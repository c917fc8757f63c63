"""How strangers are read: people and tablets that no network learned from and nothing is chosen on.

The digits, letters and signs are those of UNIPEN's collection for reports, on a visitor's canvas.
"""

import numpy as np

from benchmarks.pens import is_right, read_drawn
from benchmarks.refusing import Judged, classify
from benchmarks.result import Result, share_of
from mnist_core import Reader, Reading, load_reader
from mnist_core.data.characters import Characters, load_characters, local_characters
from mnist_core.evaluation.reliability import calibration_error
from mnist_core.inference.calibration import auroc
from mnist_core.intervals import bootstrap_interval
from mnist_core.synthesis.pen_drawings import HEIGHTS, PENS, draw_on_canvas
from mnist_core.synthesis.strangers import (
    REPORTED,
    clear_letters,
    clear_signs,
    digits_of,
    look_alike_letters,
    reported_characters,
)

SEED = 1
KINDS = (  # what is drawn, and the largest share of it that may be called a digit
    ("clear letters", clear_letters, 0.01),
    ("signs", clear_signs, 0.03),
    ("letters that look like digits", look_alike_letters, None),
)


def measure_strangers() -> list[Result]:
    """Return the figures on the collection for reports, or nothing without UNIPEN."""
    if not local_characters():
        print("skip strangers: set UNIPEN, see mnist_core/data/characters.py")
        return []
    reported, reader = reported_characters(load_characters()), load_reader()
    digits = digits_of(reported)
    readings = [reading for pen in PENS for reading in read_drawn(reader, digits, pen, HEIGHTS)]
    right = is_right(readings, np.tile(digits.labels, len(PENS)))
    writers = f"{len(set(digits.writers))} writers of the collection {REPORTED}"
    digitness = np.array([reading.digitness for reading in readings], np.float32)
    outliers = [
        result
        for name, choose, most in KINDS
        for result in compare(name, most, digitness, on_canvas(reader, choose(reported)))
    ]
    return [*answers(readings, right, writers), *outliers]


def answers(readings: list[Reading], right: np.ndarray, writers: str) -> list[Result]:
    """Return accuracy, coverage, accuracy when answered and calibration error."""
    n, accepted = len(right), np.array([reading.verdict == "digit" for reading in readings])
    confidence = np.array([reading.confidence for reading in readings], np.float32)
    answered, trusted = int(accepted.sum()), int(right[accepted].sum())
    error = calibration_error(confidence, right)
    return [
        Result(
            f"accuracy on digits by {writers}",
            share_of(int(right.sum()), n),
            "99 %",
            right.mean() >= 0.99,
        ),
        Result("coverage of them", share_of(answered, n), "97 %", answered >= 0.97 * n),
        Result(
            "accuracy when answered",
            share_of(trusted, answered),
            "99.5 %",
            trusted >= 0.995 * answered,
        ),
        Result("calibration error on them", f"{error:.2%}", "0.5 %", error <= 0.005),
    ]


def compare(name: str, most: float | None, digits: np.ndarray, outliers: Judged) -> list[Result]:
    """Return how often outliers are accepted, and how well digitness separates them from digits."""
    digitness, accepted = outliers
    called = Result(
        f"{name} called a digit",
        share_of(int(accepted.sum()), len(accepted)),
        "shown" if most is None else f"{most:.0%}",
        most is None or bool(accepted.mean() <= most),
    )
    if most is None:
        return [called]
    apart = auroc(digits, digitness)
    low, high = bootstrap_interval(auroc, digits, digitness)
    measured = f"{apart:.4f} (95 % interval {low:.4f} to {high:.4f})"
    return [called, Result(f"AUROC, digits against {name}", measured, "0.995", apart >= 0.995)]


def on_canvas(reader: Reader, characters: Characters) -> Judged:
    """Return how characters are judged, drawn with all pen widths in turn."""
    rng = np.random.default_rng(SEED)
    return classify(
        reader,
        [
            draw_on_canvas(strokes, PENS[i % len(PENS)], rng)
            for i, strokes in enumerate(characters.strokes)
        ],
    )
