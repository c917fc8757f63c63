"""Awkward pictures of digits: cut tight, postal, squeezed, drawn dot by dot, framed.

They are made from MNIST's test digits and from strokes of the writers that are used for reports
only. The same digits with room around them are the baseline.
"""

from collections.abc import Callable

import numpy as np

from benchmarks.result import Result, share_of
from devtools.awkward_pictures import (
    FRAMES,
    cut_tight,
    dot_by_dot,
    in_a_frame,
    on_second_ground,
    postal,
    squeezed_photograph,
)
from mnist_core import Reading, load_reader
from mnist_core.data.datasets import load_dataset
from mnist_core.data.pens import load_pens, local_pens
from mnist_core.pictures import Picture
from mnist_core.synthesis.pen_drawings import PENS, TEST_WRITERS, draw_on_canvas

SEED = 1
EACH = 600
SIZES = (12, 400)  # pixels, the longer side of a digit that was cut tight

Make = Callable[[int], Picture]


def measure_cases() -> list[Result]:
    """Return how many awkward pictures of each kind are answered with the right digit."""
    if not local_pens():
        print("skip cases: set PEN_STROKES to recorded strokes, see mnist_core/data/pens.py")
        return []
    reader, rng = load_reader(), np.random.default_rng(SEED)
    digits, pens = load_dataset("mnist").test, load_pens().of_writers(*TEST_WRITERS)
    images, strokes = digits.images, pens.strokes

    def tight(i: int) -> Picture:
        longest = int(np.exp(rng.uniform(*np.log(SIZES))))
        return cut_tight(images[i], longest, rng.random() < 0.5)

    of_mnist: dict[str, Make] = {
        "MNIST's digits as they are": lambda i: images[i],
        "digits cut tight, 12 to 400 pixels": tight,
        "postal digits, 16 x 16 pixels": lambda i: postal(images[i], rng.random() < 0.5, rng),
    }
    of_pens: dict[str, Make] = {
        "the same strokes on a canvas": lambda i: draw_on_canvas(strokes[i], PENS[i % 4], rng),
        "photographs squeezed to 28 x 28": lambda i: squeezed_photograph(strokes[i], 28, rng),
        "digits drawn dot by dot, 28 x 28": lambda i: dot_by_dot(
            strokes[i], 28, 1 + i % 2, rng.random() < 0.5, rng
        ),
        "the same, 20 to 60 pixels": lambda i: dot_by_dot(
            strokes[i], int(rng.integers(20, 61)), 1 + i % 3, rng.random() < 0.5, rng
        ),
        "digits in a frame": lambda i: in_a_frame(
            strokes[i], FRAMES[i % len(FRAMES)], rng.random() < 0.5, rng
        ),
        "digits on a second ground": lambda i: on_second_ground(strokes[i], rng, i % 2 == 0),
    }
    results = []
    for makes, labels in ((of_mnist, digits.labels), (of_pens, pens.labels)):
        for name, make in makes.items():
            chosen = rng.permutation(len(labels))[:EACH]
            readings = reader.read_batch([make(int(i)) for i in chosen])
            results.append(judge(name, readings, labels[chosen]))
    return results


def judge(name: str, readings: list[Reading], labels: np.ndarray) -> Result:
    """Return how many readings are answers and right; none may be blank."""
    answered = np.array([reading.verdict == "digit" for reading in readings])
    right = np.array([reading.candidates[0] for reading in readings]) == labels
    blank = sum(reading.verdict == "blank" for reading in readings)
    both, wrong = int((answered & right).sum()), int((answered & ~right).sum())
    return Result(
        f"{name}, answered and right",
        f"{share_of(both, len(labels))}; {wrong} answered wrongly, {blank} blank",
        "93 %, none blank",
        both >= 0.93 * len(labels) and not blank,
    )
