"""Missing ink: where one more stroke would change the answer."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from mnist_core.explanation.edits import SLANTS, Edit, is_on_paper, segment
from mnist_core.explanation.fine_ink import Points, fine_ink, in_mnist_format
from mnist_core.inference.reader import Reader
from mnist_core.ink.marks import pen_width
from mnist_core.pictures import Picture
from mnist_core.preprocessing import Steps

LENGTH = 22  # pixels of fine ink, a quarter of the digit
SPACING = 14  # pixels between the middles of two strokes


@dataclass(frozen=True, eq=False)
class MissingInk:
    """A stroke that would change the answer.

    Attributes:
        digit: what the drawing would be read as.
        probability: that digit's, with the stroke.
        stroke: where it would be, in fine ink's pixels, as wide as the pen.
    """

    digit: int
    probability: float
    stroke: Edit


def find_missing_ink(reader: Reader, steps: Steps) -> list[MissingInk]:
    """Return the stroke that would make the drawing each other digit, the surest first.

    Short straight strokes are tried all over the digit in four directions, in one batch of some 150
    pictures. A digit that no such stroke makes is missing.

    Args:
        reader: whose answer is to change.
        steps: the drawing.
    """
    fine = fine_ink(steps)
    strokes = strokes_to_try(fine)
    with_stroke = in_mnist_format([stroke.apply(fine) for stroke in strokes])
    before, *after = reader.predict(np.concatenate([steps.centred[None], with_stroke]))
    best: dict[int, MissingInk] = {}
    for stroke, probabilities in zip(strokes, after, strict=True):
        digit, probability = int(probabilities.argmax()), float(probabilities.max())
        if digit != before.argmax() and (
            digit not in best or probability > best[digit].probability
        ):
            best[digit] = MissingInk(digit, probability, stroke)
    return sorted(best.values(), key=lambda one: -one.probability)


def strokes_to_try(fine: Picture) -> Sequence[Edit]:
    """Return short strokes in and beside a digit, four at each place."""
    width = pen_width(fine)
    paths = [
        segment(middle - LENGTH / 2 * np.array([np.cos(slant), np.sin(slant)]), slant, LENGTH)
        for middle in places(fine)
        for slant in np.deg2rad(SLANTS)
    ]
    return [Edit("bar", path, width) for path in paths if is_on_paper(path, width)]


def places(fine: Picture) -> Points:
    """Return where strokes are tried, float64 (n, 2), in and beside the digit."""
    left, top, width, height = cv2.boundingRect(fine)
    across = np.arange(left, left + width + SPACING / 2, SPACING)
    down = np.arange(top, top + height + SPACING / 2, SPACING)
    return np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2).astype(np.float64)
