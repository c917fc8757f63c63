"""How well digits are read that real people wrote with a pen, drawn on a canvas as visitors draw.

The strokes are those of `mnist_core.sources.pens`, of the writers kept for reports.
"""

import numpy as np

from benchmarks.result import Result, share_of
from mnist_core import Reader, Reading, load_reader
from mnist_core.analysis.reliability import calibration_error
from mnist_core.drawing.pen_drawings import (
    HEIGHTS,
    LARGEST,
    PENS,
    SMALLEST,
    TEST_WRITERS,
    draw_on_canvas,
)
from mnist_core.sources.pens import Pens, load_pens, local_pens

SEED = 1


def measure_pens() -> list[Result]:
    """Return how the strangers' digits are read, or nothing without the strokes."""
    if not local_pens():
        print("skip pens: set PEN_STROKES to recorded strokes, see mnist_core/sources/pens.py")
        return []
    pens, reader = load_pens().of_writers(*TEST_WRITERS), load_reader()
    readings = [reading for pen in PENS for reading in read_drawn(reader, pens, pen, HEIGHTS)]
    right = are_right(readings, np.tile(pens.labels, len(PENS)))
    return [
        *accuracies(right, pens),
        *at_the_extremes(reader, pens, float(right.mean())),
        *verdicts(readings, right),
    ]


def read_drawn(reader: Reader, pens: Pens, pen: int, heights: tuple[float, float]) -> list[Reading]:
    """Return the readings of all digits, drawn with one width of pen."""
    rng = np.random.default_rng((SEED, pen))
    return [reader.read(draw_on_canvas(strokes, pen, rng, heights)) for strokes in pens.strokes]


def are_right(readings: list[Reading], labels: np.ndarray) -> np.ndarray:
    """Return which best guesses are right, whatever the verdict."""
    return np.array([reading.candidates[0] for reading in readings]) == labels


def accuracies(right: np.ndarray, pens: Pens) -> list[Result]:
    """Return the share read right, in all and for each width of pen."""
    share = float(right.mean())
    each = right.reshape(len(PENS), -1).mean(axis=1)
    return [
        Result(
            f"pen drawings by {len(set(pens.writers))} writers never seen, read right",
            share_of(int(right.sum()), len(right)),
            "99.5 %",
            share >= 0.995,
        ),
        Result(
            f"of these with pens of {', '.join(map(str, PENS))} pixels",
            ", ".join(f"{of:.2%}" for of in each),
            "shown",
            True,
        ),
    ]


def at_the_extremes(reader: Reader, pens: Pens, mean: float) -> list[Result]:
    """Return how much worse the widest pen is on small drawings, and the finest on large ones."""
    results = []
    for pen, heights, what in (
        (PENS[-1], SMALLEST, "the smallest drawings"),
        (PENS[0], LARGEST, "the largest"),
    ):
        right = are_right(read_drawn(reader, pens, pen, heights), pens.labels)
        measured = share_of(int(right.sum()), len(right))
        bar = "at most 0.5 points below the mean"
        drawn = f"a pen of {pen} pixels on {what}, read right"
        results.append(Result(drawn, measured, bar, right.mean() >= mean - 0.005))
    return results


def verdicts(readings: list[Reading], right: np.ndarray) -> list[Result]:
    """Return how many drawings are answered, and how far the answers can be trusted."""
    sure = np.array([reading.verdict == "digit" for reading in readings])
    confidence = np.array([reading.confidence for reading in readings], np.float32)
    answers, good = int(sure.sum()), int(right[sure].sum())
    answered, trusted = share_of(answers, len(sure)), share_of(good, answers)
    error = calibration_error(confidence, right)
    return [
        Result("of the pen drawings answered", answered, "97 %", answers >= 0.97 * len(sure)),
        Result("of the answered read right", trusted, "99.9 %", good >= 0.999 * answers),
        Result("calibration error on them", f"{error:.2%}", "0.5 %", error <= 0.005),
    ]
