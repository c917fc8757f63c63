"""Frames and grounds of another colour around a digit, as screenshots have them."""

import numpy as np

from mnist_core.ink.paper import EVEN_PAPER
from mnist_core.pictures import Picture, edge_of, percentiles

LEAST_FRAME = 40  # pixels, the shorter side of a frame that a digit fits into
COVERED = 0.5  # of a side of a rectangle, for it to be a side of a frame
DEEPEST_FRAME = 0.12  # of a frame's shorter side: how far its corners may be rounded


def is_frame(mask: Picture) -> bool:
    """Return whether a large mask lies along at least half of three of its four sides."""
    if min(mask.shape) < LEAST_FRAME:
        return False
    depth = min(mask.shape) // LEAST_FRAME
    sides = mask[:depth], mask[-depth:], mask[:, :depth].T, mask[:, -depth:].T
    covered = [np.count_nonzero(side.any(axis=0)) >= COVERED * side.shape[1] for side in sides]
    return sum(covered) >= 3


def is_crossed(inside: Picture) -> bool:
    """Return whether ink reaches the middle half of a side: it crosses the frame there.

    What reaches a corner is a frame's round corner.
    """
    height, width = inside.shape
    rows, columns = slice(height // 4, -height // 4), slice(width // 4, -width // 4)
    sides = inside[0, columns], inside[-1, columns], inside[rows, 0], inside[rows, -1]
    return any(side.any() for side in sides)


def inside_of(grey: Picture) -> Picture | None:
    """Return the largest part of a frame or ground, centred, whose edge is even, or None."""
    height, width = grey.shape
    for depth in range(2, 2 + round(DEEPEST_FRAME * min(height, width))):
        inner = grey[depth : height - depth, depth : width - depth]
        low, high = percentiles(edge_of(inner), (10, 90))
        if high - low <= EVEN_PAPER:
            return inner
    return None
