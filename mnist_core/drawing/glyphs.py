"""Signs that are there as pictures, written anew by other hands."""

import cv2
import numpy as np

from mnist_core.drawing.augmentation import disk, random_shape
from mnist_core.preprocessing import Picture, prepare

Random = np.random.Generator

SIDE = 140  # pixels, of the field in which a sign is written anew
TALL = 100  # pixels, how tall or wide it is there
BEND = 2.5  # pixels, how far a stroke may be bent
GRID = np.dstack(np.meshgrid(np.arange(SIDE), np.arange(SIDE))).astype(np.float32)


def rewrite(sign: Picture, rng: Random, steadiness: float = 1.0) -> Picture | None:
    """Return a sign written anew by a random hand and pen, in MNIST's format.

    Args:
        sign: uint8 (height, width), light on black.
        rng: decides on hand and pen.
        steadiness: the larger, the less is tilted, slanted and stretched.

    Returns:
        uint8 (28, 28), or None where nothing is left to see.
    """
    linear = random_shape(rng, steadiness) * TALL / max(sign.shape)
    middle = np.array(sign.shape[::-1]) / 2
    turned = np.column_stack([linear, SIDE / 2 - linear @ middle]).astype(np.float32)
    field = cv2.warpAffine(sign, turned, (SIDE, SIDE), flags=cv2.INTER_LINEAR)
    bend = rng.standard_normal((4, 4, 2), np.float32) * np.float32(rng.uniform(0, BEND))
    moved = GRID + cv2.resize(bend, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    field = cv2.remap(field, moved, None, cv2.INTER_LINEAR)
    steps = prepare(change_pen(field, int(rng.integers(-2, 8))))
    return steps.centred if steps else None


def change_pen(field: Picture, wider: int) -> Picture:
    """Return the field drawn with a wider or, if that leaves enough of it, a narrower pen."""
    if wider > 0:
        return np.asarray(cv2.dilate(field, disk(wider + 1)), np.uint8)
    if wider < 0:
        thinner = np.asarray(cv2.erode(field, disk(1 - wider)), np.uint8)
        if np.count_nonzero(thinner > 127) > 0.3 * np.count_nonzero(field > 127):
            return thinner
    return field
