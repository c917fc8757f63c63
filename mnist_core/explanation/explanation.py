"""Explaining one answer: which ink decides, and what would have changed it."""

from collections.abc import Sequence
from dataclasses import dataclass

from numpy.typing import ArrayLike

from mnist_core.errors import PictureError
from mnist_core.explanation.counterfactuals import Counterfactual, find_counterfactuals
from mnist_core.explanation.fine_ink import strokes_in
from mnist_core.explanation.missing_ink import MissingInk, find_missing_ink
from mnist_core.explanation.occlusion import Deletion, Occlusion, occlude, prove
from mnist_core.inference.reader import Reader, Reading
from mnist_core.pictures import Picture
from mnist_core.preprocessing import Steps
from mnist_core.segmentation.strokes import check_strokes


@dataclass(frozen=True, eq=False)
class Explanation:
    """Why a drawing is read as it is.

    Attributes:
        reading: the answer.
        steps: the drawing after each step of preprocessing.
        occlusion: how much each pixel of ink decides.
        deletion: what the ink that it names is worth.
        missing: strokes that would change the answer, the surest first.
        counterfactuals: the smallest changes that would; those that still look like a digit first,
            then the smallest.
    """

    reading: Reading
    steps: Steps
    occlusion: Occlusion
    deletion: Deletion
    missing: list[MissingInk]
    counterfactuals: list[Counterfactual]


def explain(reader: Reader, image: Picture, strokes: Sequence[ArrayLike] = ()) -> Explanation:
    """Explain how one picture of a digit is read.

    What is rejected or unsure is explained by its best guess.

    Args:
        reader: whose answer is explained.
        image: uint8 (H, W), (H, W, 3) or (H, W, 4).
        strokes: float (n, 2) each, x and y in the picture's pixels, if they are known.

    Raises:
        PictureError: there is no ink.
        ValueError: `image` or a stroke has another shape or dtype.
        DrawingSizeError: there are more than 400 strokes or 20,000 points.
    """
    reading = reader.read(image)
    if reading.steps is None:
        raise PictureError("There is no ink to explain. Expected a picture of a digit.")
    steps, ink = reading.steps, reading.ink
    occlusion = occlude(reader, ink)
    fine_strokes = strokes_in(steps, check_strokes(strokes), image.shape[:2])
    return Explanation(
        reading,
        steps,
        occlusion,
        prove(reader, ink, occlusion),
        find_missing_ink(reader, steps),
        find_counterfactuals(reader, steps, fine_strokes),
    )
