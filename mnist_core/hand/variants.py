"""Variants of an example: the same drawing as its writer might draw it the next time."""

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core.pictures import Picture
from mnist_core.preprocessing import FIELD

TURN = np.deg2rad(9)
SLANT = 0.18  # sideways, for each pixel up


def turned(angle: float) -> NDArray[np.float64]:
    """Return the matrix that turns by an angle in radians."""
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


SHAPES = (
    turned(TURN),
    turned(-TURN),
    np.array([[1, SLANT], [0, 1]]),
    np.array([[1, -SLANT], [0, 1]]),
)


def variants_of(ink: Picture) -> Picture:
    """Return a drawing turned a little either way, and slanted either way.

    The changes are fixed, not random: learning an example again gives the same result.

    Args:
        ink: uint8 (28, 28), in MNIST format.

    Returns:
        uint8 (4, 28, 28).
    """
    middle = np.full(2, (FIELD - 1) / 2)
    moves = [np.column_stack([shape, middle - shape @ middle]) for shape in SHAPES]
    return np.stack([cv2.warpAffine(ink, move, (FIELD, FIELD)) for move in moves]).astype(np.uint8)
