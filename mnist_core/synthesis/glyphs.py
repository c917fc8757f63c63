"""Random changes of handwriting for pictures of glyphs: letters, digits and symbols."""

import cv2
import numpy as np

from mnist_core.pictures import Picture
from mnist_core.preprocessing import prepare
from mnist_core.synthesis.augmentation import disk, random_shape

Random = np.random.Generator

SIDE = 140  # pixels, of the picture in which a glyph is redrawn
LONGER_SIDE = 100  # pixels, its longer side there
BEND = 2.5  # pixels, the greatest displacement of a stroke
GRID = np.dstack(np.meshgrid(np.arange(SIDE), np.arange(SIDE))).astype(np.float32)


def rewrite(glyph: Picture, rng: Random, strength: float = 1.0) -> Picture | None:
    """Return a glyph in another, random handwriting and with a random pen, in MNIST format.

    Args:
        glyph: uint8 (height, width), light on black.
        rng: the source of randomness.
        strength: how strongly it is rotated, slanted and stretched; 0 is not at all.

    Returns:
        uint8 (28, 28), or None if no ink is left.
    """
    linear = random_shape(rng, strength) * LONGER_SIDE / max(glyph.shape)
    middle = np.array(glyph.shape[::-1]) / 2
    affine = np.column_stack([linear, SIDE / 2 - linear @ middle]).astype(np.float32)
    picture = cv2.warpAffine(glyph, affine, (SIDE, SIDE), flags=cv2.INTER_LINEAR)
    bend = rng.standard_normal((4, 4, 2), np.float32) * np.float32(rng.uniform(0, BEND))
    moved = GRID + cv2.resize(bend, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    picture = cv2.remap(picture, moved, None, cv2.INTER_LINEAR)
    steps = prepare(change_pen(picture, int(rng.integers(-2, 8))))
    return steps.centred if steps else None


def change_pen(picture: Picture, wider: int) -> Picture:
    """Return the picture redrawn with a wider pen, or with a narrower one if enough ink is left."""
    if wider > 0:
        return np.asarray(cv2.dilate(picture, disk(wider + 1)), np.uint8)
    if wider < 0:
        thinner = np.asarray(cv2.erode(picture, disk(1 - wider)), np.uint8)
        if np.count_nonzero(thinner > 127) > 0.3 * np.count_nonzero(picture > 127):
            return thinner
    return picture
