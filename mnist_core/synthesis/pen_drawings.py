"""Pen drawings: pictures of recorded pen strokes, as visitors draw them and in other handwriting.

The strokes are those of `mnist_core.data.pens`. How well a network reads a writer from its training
set says nothing about a new writer. So the 30 writers are divided once and for all: some to train
on, some to calibrate on, and some for reports only, on which no choice is ever based.
"""

from collections.abc import Iterable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core.data.digits import Digits
from mnist_core.data.pens import Pens
from mnist_core.pictures import Picture
from mnist_core.preprocessing import prepare
from mnist_core.synthesis.augmentation import random_shape
from mnist_core.synthesis.sampling import equally_often

TRAINING_WRITERS = (1, 20)
CALIBRATION_WRITERS = (21, 24)
TEST_WRITERS = (25, 30)

CANVAS = 280  # pixels, the side of the app's canvas
PENS = (6, 12, 20, 30)  # pixels, the widths of pens on the canvas
HEIGHTS = (60, 220)  # pixels, least and greatest length of a drawing's longer side
SMALLEST, LARGEST = (60, 80), (200, 220)  # pixels, the two ends of that range
MIN_HEIGHT_IN_PENS = 2.6  # pen widths; a smaller drawing is not legible

Points = NDArray[np.float64]
Random = np.random.Generator


def draw_on_canvas(
    strokes: Sequence[NDArray[np.int16]],
    pen: int,
    rng: Random,
    heights: tuple[float, float] = HEIGHTS,
) -> Picture:
    """Return strokes as a visitor draws them, at a random position and size: uint8 (280, 280).

    Args:
        strokes: int16 (n, 2) each, y down, in any unit.
        pen: width in pixels.
        rng: the source of randomness.
        heights: least and greatest length of the drawing's longer side, in pixels.
    """
    low, high = np.vstack(strokes).min(axis=0), np.vstack(strokes).max(axis=0)
    scale = random_height(pen, rng, heights) / max(float((high - low).max()), 1e-6)
    room = np.maximum(CANVAS - pen - (high - low) * scale, 0)
    offset = rng.uniform(0, 1, 2) * room + pen / 2
    canvas = np.zeros((CANVAS, CANVAS), np.uint8)
    for points in strokes:
        add_stroke(canvas, (points - low) * scale + offset, pen)
    return canvas


def draw_as_visitors(
    pens: Pens,
    rng: Random,
    widths: Sequence[int] = PENS,
    heights: tuple[float, float] = HEIGHTS,
) -> Digits:
    """Return every recorded digit as a visitor draws it, once with each pen width, in MNIST format.

    Args:
        pens: the digits.
        rng: the source of randomness.
        widths: the pen widths in pixels.
        heights: least and greatest length of a drawing's longer side, in pixels.
    """
    drawn = []
    for pen in widths:
        for strokes, label in zip(pens.strokes, pens.labels, strict=True):
            steps = prepare(draw_on_canvas(strokes, pen, rng, heights))
            drawn.append((steps.centred if steps else None, label))
    return Digits(*collect(drawn))


def draw_with_any_pen(
    drawings: Iterable[Sequence[NDArray[np.int16]]], rng: Random
) -> list[Picture]:
    """Return drawings as visitors make them, with each pen width in turn: uint8 (28, 28) each.

    Args:
        drawings: for each, its strokes, int16 (n, 2) each, y down, in any unit.
        rng: the source of randomness.
    """
    prepared = [
        prepare(draw_on_canvas(strokes, PENS[i % len(PENS)], rng))
        for i, strokes in enumerate(drawings)
    ]
    return [steps.centred for steps in prepared if steps]


def random_height(pen: float, rng: Random, heights: tuple[float, float] = HEIGHTS) -> float:
    """Return a random length of a drawing's longer side, in pixels, legible with this pen."""
    return float(rng.uniform(*legible_heights(heights, pen)))


def legible_heights(heights: tuple[float, float], pen: float) -> tuple[float, float]:
    """Return the range of heights, raised to what is legible with this pen."""
    least, most = (max(side, MIN_HEIGHT_IN_PENS * pen) for side in heights)
    return least, most


def add_stroke(canvas: Picture, path: Points, pen: float) -> None:
    """Draw a stroke on a canvas, in place. A stroke of one point becomes a dot."""
    fixed_point = np.round(path * 8).astype(np.int32)
    width = max(round(pen), 1)
    cv2.polylines(canvas, [fixed_point], len(path) == 1, 255, width, cv2.LINE_AA, shift=3)


def draw_variants(pens: Pens, count: int, rng: Random) -> tuple[Picture, NDArray[np.uint8]]:
    """Return drawings of recorded digits, each in another random handwriting.

    Args:
        pens: the digits; all are drawn equally often, give or take one.
        count: how many drawings; those without ink are left out.
        rng: the source of randomness.

    Returns:
        Pictures in MNIST format, uint8 (n, 28, 28), and their labels, uint8 (n,).
    """
    chosen = equally_often(len(pens), count, rng)
    return collect([(draw_by_hand(pens.strokes[i], rng), pens.labels[i]) for i in chosen])


def collect(
    drawn: Sequence[tuple[Picture | None, int]],
) -> tuple[Picture, NDArray[np.uint8]]:
    """Return the pictures that are not None as one array, and their labels as another."""
    shown = [(image, label) for image, label in drawn if image is not None]
    images, labels = zip(*shown, strict=True) if shown else ((), ())
    return np.array(images, np.uint8).reshape(-1, 28, 28), np.array(labels, np.uint8)


def draw_by_hand(
    strokes: Sequence[NDArray[np.generic]], rng: Random, strength: float = 1.0
) -> Picture | None:
    """Return strokes in another, random handwriting and with a random pen, in MNIST format.

    The drawing is rotated, slanted, stretched and bent. Its strokes are displaced a little,
    tremble, and have fewer points, as a tablet records them when somebody writes fast.

    Args:
        strokes: (n, 2) each, y down, in any unit.
        rng: the source of randomness.
        strength: how strongly it is rotated, slanted and stretched; 0 is not at all.

    Returns:
        uint8 (28, 28), or None if no ink is left.
    """
    path = np.vstack(strokes).astype(float)
    low, high = path.min(axis=0), path.max(axis=0)
    size, middle = max((high - low).max(), 1e-6), (low + high) / 2
    shape = random_shape(rng, strength)
    bend = rng.standard_normal((4, 4, 2), np.float32) * np.float32(rng.uniform(0, 0.05))
    step, tremor = rng.choice([1, 1, 2, 3, 4]), rng.choice([0, 0, 0.004, 0.01])
    misplacement = rng.choice([0, 0.015, 0.03]) if len(strokes) > 1 else 0
    distorted = []
    for stroke in strokes:
        points = subsample((stroke - middle) / size, step)
        points = points + bend_at(points, bend) + rng.normal(0, tremor, points.shape)
        distorted.append((points + rng.normal(0, misplacement, 2)) @ shape.T)
    return draw_cropped(distorted, rng)


def subsample(points: Points, step: int) -> Points:
    """Return every `step`-th point of a stroke, and its last."""
    return np.vstack([points[:-1:step], points[-1:]]) if len(points) > 4 else points


def bend_at(points: Points, bend: NDArray[np.float32]) -> Points:
    """Return the displacement of points from -0.5 to 0.5, interpolated from a grid."""
    fine = cv2.resize(bend, (33, 33), interpolation=cv2.INTER_CUBIC)
    offset = np.clip(np.round((points * 0.8 + 0.5) * 32).astype(int), 0, 32)
    return np.asarray(fine[offset[:, 1], offset[:, 0]], float)


def draw_cropped(strokes: Sequence[Points], rng: Random) -> Picture | None:
    """Return strokes drawn with a random pen on a canvas just large enough, in MNIST format.

    Returns:
        uint8 (28, 28), or None if there is no ink.
    """
    low, high = np.vstack(strokes).min(axis=0), np.vstack(strokes).max(axis=0)
    pen = rng.uniform(PENS[0], PENS[-1])
    # Logarithmic: as many small drawings as large ones, for the small ones are hard to read.
    height = np.exp(rng.uniform(*np.log(legible_heights(HEIGHTS, pen))))
    scale = height / max((high - low).max(), 1e-6)
    margin = pen + 8
    across, down = np.ceil((high - low) * scale + 2 * margin).astype(int)
    canvas = np.zeros((down, across), np.uint8)
    for points in strokes:
        add_stroke(canvas, (points - low) * scale + margin, pen)
    steps = prepare(canvas)
    return steps.centred if steps else None
