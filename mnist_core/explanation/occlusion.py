"""Occlusion: which ink decides, found by taking a little of it away at a time.

The answer's probability is measured again with a soft window of ink taken away, at every other
pixel in turn (Zeiler and Fergus 2014, "Visualizing and understanding convolutional networks").
Whether the map tells the truth is checked by deletion: the ink it names is taken away, and as much
of any other (Petsiuk, Das and Saenko 2018, "RISE").
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.inference.reader import Reader
from mnist_core.pictures import Picture
from mnist_core.preprocessing import FIELD

Map = NDArray[np.float32]

SPREAD = 1.2  # pixels, the deviation of a window: about as wide as a stroke
TOP = 2.0  # a window's height before it is cut off at 1, so that its middle takes everything away
STROKE = 64  # grey level above which a pixel may be the middle of a window
DELETED = 0.1  # of the ink
DRAWS = 10  # random deletions that the named one is compared with
SEED = 0


@dataclass(frozen=True)
class Occlusion:
    """How much each pixel of ink decides.

    Attributes:
        digit: the answer that is explained.
        probability: the answer's, with all ink.
        ink: float32 (28, 28), by how much the probability falls where the ink is taken away; less
            than 0 where it rises, 0 where there is no ink.
    """

    digit: int
    probability: float
    ink: Map


@dataclass(frozen=True)
class Deletion:
    """What becomes of the answer's probability when a tenth of the ink is taken away.

    Attributes:
        named: by how much it falls without the ink that the map names, -1 to 1.
        at_random: by how much without as much ink at random, the mean of ten draws.
        without_named: uint8 (28, 28), what is left without the named ink.
    """

    named: float
    at_random: float
    without_named: Picture


def windows(ink: Picture) -> Map:
    """Return soft windows at every other pixel of the ink, float32 (n, 28, 28) from 0 to 1.

    Args:
        ink: uint8 (28, 28); n is 30 to 150, or 1 where there is next to no ink.
    """
    every_other = np.indices(ink.shape).sum(axis=0) % 2 == 0
    places = np.argwhere(every_other & (ink > STROKE))
    if not len(places):
        places = np.array([np.unravel_index(int(ink.argmax()), ink.shape)])
    squares = (places[:, :, None] - np.arange(FIELD)) ** 2  # of distances: (n, 2, 28)
    away = squares[:, 0, :, None] + squares[:, 1, None, :]
    return np.minimum(TOP * np.exp(-away / (2 * SPREAD**2)), 1).astype(np.float32)


def occlude(reader: Reader, ink: Picture, digit: int | None = None) -> Occlusion:
    """Return how much each pixel of ink decides, from one batch of at most some 150 pictures.

    Args:
        reader: whose answer is explained.
        ink: uint8 (28, 28), in MNIST's format, with ink.
        digit: the answer to explain; without it, the likeliest one.
    """
    each = windows(ink)
    taken = np.round(ink * (1 - each)).astype(np.uint8)
    probabilities = reader.predict(np.concatenate([ink[None], taken]))
    digit = int(probabilities[0].argmax()) if digit is None else digit
    falls = probabilities[0, digit] - probabilities[1:, digit]
    total = np.maximum(each.sum(axis=0), np.finfo(np.float32).tiny)
    decides = np.tensordot(falls, each, 1) / total
    shown = np.where(ink > 0, decides, 0).astype(np.float32)
    return Occlusion(digit, float(probabilities[0, digit]), shown)


def delete(ink: Picture, order: NDArray[np.intp]) -> Picture:
    """Return a picture without its first tenth of ink.

    Args:
        ink: uint8 (28, 28).
        order: the flat indices of all pixels with ink, those to take away first.
    """
    left = ink.astype(np.float64).ravel()
    before = np.cumsum(left[order]) - left[order]
    left[order] -= np.clip(DELETED * left.sum() - before, 0, left[order])
    return np.round(left).astype(np.uint8).reshape(ink.shape)


def prove(reader: Reader, ink: Picture, occlusion: Occlusion) -> Deletion:
    """Return what the tenth of ink that a map names is worth, and what a random tenth is.

    Args:
        reader: whose answer is explained.
        ink: uint8 (28, 28), the picture that the map is of.
        occlusion: the map.
    """
    inked = np.flatnonzero(ink)
    rng = np.random.default_rng(SEED)
    named = delete(ink, inked[np.argsort(-occlusion.ink.ravel()[inked], kind="stable")])
    others = [delete(ink, rng.permutation(inked)) for _ in range(DRAWS)]
    after = reader.predict(np.stack([named, *others]))[:, occlusion.digit]
    falls = occlusion.probability - after
    return Deletion(float(falls[0]), float(falls[1:].mean()), named)
