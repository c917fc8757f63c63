"""Pictures of recorded pen strokes: as visitors would draw them, and as other hands would.

The strokes are those of `pens`. A writer who was seen in training says nothing about a stranger,
so the 30 writers are divided once and for all: some to train on, some to calibrate on, and some
that nothing is ever chosen on.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core.digits import Digits
from mnist_core.drawing.augmentation import random_shape
from mnist_core.preprocessing import Picture, prepare
from mnist_core.sources.pens import Pens

TRAINING_WRITERS = (1, 20)
CALIBRATION_WRITERS = (21, 24)
TEST_WRITERS = (25, 30)

CANVAS = 280  # pixels, the side of the app's canvas
PENS = (6, 12, 20, 30)  # pixels, the widths of pens on the canvas
HEIGHTS = (60, 220)  # pixels, the least and the most that a drawing is tall or wide
SMALLEST, LARGEST = (60, 80), (200, 220)  # pixels, among these heights
LEAST_PENS_TALL = 2.6  # smaller than so many pens' widths nothing is legible

Points = NDArray[np.float64]
Random = np.random.Generator


def draw_on_canvas(
    strokes: Sequence[NDArray[np.int16]],
    pen: int,
    rng: Random,
    heights: tuple[float, float] = HEIGHTS,
) -> Picture:
    """Return strokes as a visitor draws them, at a random place and size: uint8 (280, 280).

    Args:
        strokes: int16 (n, 2) each, y down, in any unit.
        pen: width in pixels.
        rng: decides on place and size.
        heights: the least and the most that a drawing is tall or wide, in pixels.
    """
    low, high = np.vstack(strokes).min(axis=0), np.vstack(strokes).max(axis=0)
    scale = random_height(pen, rng, heights) / max(float((high - low).max()), 1e-6)
    room = np.maximum(CANVAS - pen - (high - low) * scale, 0)
    place = rng.uniform(0, 1, 2) * room + pen / 2
    canvas = np.zeros((CANVAS, CANVAS), np.uint8)
    for points in strokes:
        add_stroke(canvas, (points - low) * scale + place, pen)
    return canvas


def draw_as_visitors(
    pens: Pens,
    rng: Random,
    widths: Sequence[int] = PENS,
    heights: tuple[float, float] = HEIGHTS,
) -> Digits:
    """Return every recorded digit as it reads when visitors draw it with each width of pen.

    Args:
        pens: the digits.
        rng: decides on places and sizes.
        widths: in pixels.
        heights: the least and the most that a drawing is tall or wide, in pixels.
    """
    drawn = []
    for pen in widths:
        for strokes, label in zip(pens.strokes, pens.labels, strict=True):
            steps = prepare(draw_on_canvas(strokes, pen, rng, heights))
            drawn.append((steps.centred if steps else None, label))
    return Digits(*collect(drawn))


def random_height(pen: float, rng: Random, heights: tuple[float, float] = HEIGHTS) -> float:
    """Return how tall or wide a drawing is, in pixels, that is legible with this pen."""
    return float(rng.uniform(*legible(heights, pen)))


def legible(heights: tuple[float, float], pen: float) -> tuple[float, float]:
    """Return the least and the most that a drawing is tall or wide to be legible with this pen."""
    least, most = (max(side, LEAST_PENS_TALL * pen) for side in heights)
    return least, most


def add_stroke(canvas: Picture, path: Points, pen: float) -> None:
    """Draw a stroke on a canvas, in place; a stroke of one point is a dot."""
    fixed_point = np.round(path * 8).astype(np.int32)
    width = max(round(pen), 1)
    cv2.polylines(canvas, [fixed_point], len(path) == 1, 255, width, cv2.LINE_AA, shift=3)


def draw_variants(pens: Pens, count: int, rng: Random) -> tuple[Picture, NDArray[np.uint8]]:
    """Return drawings of recorded digits, each written anew by another hand.

    Args:
        pens: the digits; each is drawn as often as every other, but for one.
        count: how many drawings.
        rng: decides on the hands.

    Returns:
        Pictures in MNIST's format, uint8 (n, 28, 28), and their labels, uint8 (n,).
    """
    chosen = np.resize(np.arange(len(pens)), count)
    drawn = [(draw_by_hand(pens.strokes[i], rng), pens.labels[i]) for i in chosen]
    return collect(drawn)


def collect(
    drawn: Sequence[tuple[Picture | None, int]],
) -> tuple[Picture, NDArray[np.uint8]]:
    """Return those pictures that show something as one array, and their labels as another."""
    shown = [(image, label) for image, label in drawn if image is not None]
    images, labels = zip(*shown, strict=True) if shown else ((), ())
    return np.array(images, np.uint8).reshape(-1, 28, 28), np.array(labels, np.uint8)


def draw_by_hand(
    strokes: Sequence[NDArray[np.generic]], rng: Random, steadiness: float = 1.0
) -> Picture | None:
    """Return strokes drawn anew by a random hand with a random pen, in MNIST's format.

    The hand tilts, slants, stretches and bends them, misses where a stroke should begin, trembles,
    and hurries (a tablet then records fewer points).

    Args:
        strokes: (n, 2) each, y down, in any unit.
        rng: decides on hand and pen.
        steadiness: the larger, the less is tilted, slanted and stretched.

    Returns:
        uint8 (28, 28), or None if nothing is left to see.
    """
    path = np.vstack(strokes).astype(float)
    low, high = path.min(axis=0), path.max(axis=0)
    size, middle = max((high - low).max(), 1e-6), (low + high) / 2
    shape = random_shape(rng, steadiness)
    bend = rng.standard_normal((4, 4, 2), np.float32) * np.float32(rng.uniform(0, 0.05))
    hurry, tremble = rng.choice([1, 1, 2, 3, 4]), rng.choice([0, 0, 0.004, 0.01])
    carelessness = rng.choice([0, 0.015, 0.03]) if len(strokes) > 1 else 0
    written = []
    for stroke in strokes:
        points = hasten((stroke - middle) / size, hurry)
        points = points + bend_at(points, bend) + rng.normal(0, tremble, points.shape)
        written.append((points + rng.normal(0, carelessness, 2)) @ shape.T)
    return draw_tightly(written, rng)


def hasten(points: Points, hurry: int) -> Points:
    """Return every so manyth point of a stroke, and its last."""
    return np.vstack([points[:-1:hurry], points[-1:]]) if len(points) > 4 else points


def bend_at(points: Points, bend: NDArray[np.float32]) -> Points:
    """Return the displacement of points within -0.5 to 0.5, smooth between those of a grid."""
    fine = cv2.resize(bend, (33, 33), interpolation=cv2.INTER_CUBIC)
    place = np.clip(np.round((points * 0.8 + 0.5) * 32).astype(int), 0, 32)
    return np.asarray(fine[place[:, 1], place[:, 0]], float)


def draw_tightly(strokes: Sequence[Points], rng: Random) -> Picture | None:
    """Return strokes drawn with a random pen on a canvas that just holds them, prepared."""
    low, high = np.vstack(strokes).min(axis=0), np.vstack(strokes).max(axis=0)
    pen = rng.uniform(PENS[0], PENS[-1])
    height = np.exp(rng.uniform(*np.log(legible(HEIGHTS, pen))))  # small ones are the hard ones
    scale = height / max((high - low).max(), 1e-6)
    margin = pen + 8
    across, down = np.ceil((high - low) * scale + 2 * margin).astype(int)
    canvas = np.zeros((down, across), np.uint8)
    for points in strokes:
        add_stroke(canvas, (points - low) * scale + margin, pen)
    steps = prepare(canvas)
    return steps.centred if steps else None
