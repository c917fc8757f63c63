"""Accuracy on pen drawings: recorded strokes, drawn on a canvas as visitors draw.

The strokes are those of `mnist_core.data.pens`, by the writers that are used for reports only.
"""

import numpy as np

from benchmarks.result import Result, share_of
from mnist_core import Reader, Reading, load_reader
from mnist_core.data.pens import Pens, load_pens, local_pens
from mnist_core.evaluation.reliability import calibration_error
from mnist_core.synthesis.pen_drawings import (
    HEIGHTS,
    LARGEST,
    PENS,
    SMALLEST,
    TEST_WRITERS,
    draw_on_canvas,
)

SEED = 1


def measure_pens() -> list[Result]:
    """Return the figures on writers never seen in training, or nothing without the strokes."""
    if not local_pens():
        print("skip pens: set PEN_STROKES to recorded strokes, see mnist_core/data/pens.py")
        return []
    pens, reader = load_pens().of_writers(*TEST_WRITERS), load_reader()
    readings = [reading for pen in PENS for reading in read_drawn(reader, pens, pen, HEIGHTS)]
    right = is_right(readings, np.tile(pens.labels, len(PENS)))
    return [
        *accuracies(right, pens),
        *at_the_extremes(reader, pens, float(right.mean())),
        *verdicts(readings, right),
    ]


def read_drawn(reader: Reader, pens: Pens, pen: int, heights: tuple[float, float]) -> list[Reading]:
    """Return the readings of all digits, drawn with one pen width."""
    rng = np.random.default_rng((SEED, pen))
    return [reader.read(draw_on_canvas(strokes, pen, rng, heights)) for strokes in pens.strokes]


def is_right(readings: list[Reading], labels: np.ndarray) -> np.ndarray:
    """Return which best guesses are right, for any verdict."""
    return np.array([reading.candidates[0] for reading in readings]) == labels


def accuracies(right: np.ndarray, pens: Pens) -> list[Result]:
    """Return the accuracy, overall and for each pen width."""
    share = float(right.mean())
    each = right.reshape(len(PENS), -1).mean(axis=1)
    return [
        Result(
            f"accuracy on pen drawings by {len(set(pens.writers))} writers never seen",
            share_of(int(right.sum()), len(right)),
            "99.5 %",
            share >= 0.995,
        ),
        Result(
            f"the same with pens of {', '.join(map(str, PENS))} pixels",
            ", ".join(f"{of:.2%}" for of in each),
            "shown",
            True,
        ),
    ]


def at_the_extremes(reader: Reader, pens: Pens, mean: float) -> list[Result]:
    """Compare the widest pen on small drawings, and the finest on large ones, with the mean."""
    results = []
    for pen, heights, what in (
        (PENS[-1], SMALLEST, "the smallest drawings"),
        (PENS[0], LARGEST, "the largest"),
    ):
        right = is_right(read_drawn(reader, pens, pen, heights), pens.labels)
        measured = share_of(int(right.sum()), len(right))
        bar = "at most 0.5 points below the mean"
        drawn = f"accuracy with a pen of {pen} pixels on {what}"
        results.append(Result(drawn, measured, bar, right.mean() >= mean - 0.005))
    return results


def verdicts(readings: list[Reading], right: np.ndarray) -> list[Result]:
    """Return coverage, accuracy when answered, and calibration error."""
    accepted = np.array([reading.verdict == "digit" for reading in readings])
    confidence = np.array([reading.confidence for reading in readings], np.float32)
    answers, right_answers = int(accepted.sum()), int(right[accepted].sum())
    answered, trusted = share_of(answers, len(accepted)), share_of(right_answers, answers)
    error = calibration_error(confidence, right)
    return [
        Result("coverage of the pen drawings", answered, "97 %", answers >= 0.97 * len(accepted)),
        Result("accuracy when answered", trusted, "99.9 %", right_answers >= 0.999 * answers),
        Result("calibration error on them", f"{error:.2%}", "0.5 %", error <= 0.005),
    ]
