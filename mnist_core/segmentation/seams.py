"""Seams: where a mark of several digits that touch can be cut.

A seam runs from the top to the bottom of a mark and crosses as little ink as it can, as in seam
carving (Avidan and Shamir 2007). It finds thin necks, the minima of the profile, and the slanted
ways on which a drop would fall between two digits, all in one pass of dynamic programming.
"""

import numpy as np
from numpy.typing import NDArray

APART = 0.1  # of the row's height: seams closer than this are one
MOST_INK = 0.55  # of the row's height: a seam along a stroke cuts nothing apart
ASIDE = 0.15  # cost of a step aside, where a pixel of ink costs 1
MAX_SEAMS = 24

Mask = NDArray[np.bool_]


def cut_mark(mask: Mask, height: float) -> NDArray[np.int32]:
    """Return the pieces of a mark between its seams: int32 (h, w), from 1; 0 is paper.

    Args:
        mask: bool (h, w), where the mark is.
        height: of the row's digits, in pixels.
    """
    seams = find_seams(mask, height)
    columns = np.arange(mask.shape[1])
    left_of = np.zeros(mask.shape, np.int32)
    for seam in seams:
        left_of += columns[None, :] >= seam[:, None]
    return np.where(mask, left_of + 1, 0).astype(np.int32)


def find_seams(mask: Mask, height: float) -> list[NDArray[np.int64]]:
    """Return the column of each seam at each row, int (h,), from left to right."""
    costs, steps = cheapest_ways(mask)
    reach = max(int(APART * height), 1)
    ends = costs[-1]
    found: list[NDArray[np.int64]] = []
    for end in np.argsort(ends, kind="stable"):
        if ends[end] > MOST_INK * height or len(found) == MAX_SEAMS:
            break
        if not reach <= end < mask.shape[1] - reach:
            continue
        seam = follow(steps, int(end))
        if all(np.abs(seam - other).mean() >= reach for other in found):
            found.append(seam)
    return sorted(found, key=lambda seam: float(seam.mean()))


def cheapest_ways(mask: Mask) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    """Return what the cheapest way from the top to each pixel costs, and its last step aside."""
    rows, columns = mask.shape
    costs = np.empty((rows, columns), np.float32)
    steps = np.zeros((rows, columns), np.int8)
    ink = mask.astype(np.float32)
    costs[0] = ink[0]
    for row in range(1, rows):
        above = np.pad(costs[row - 1], 1, constant_values=np.inf)
        ways = np.stack([above[1:-1], above[:-2] + ASIDE, above[2:] + ASIDE])
        best = ways.argmin(axis=0)
        costs[row] = ways[best, np.arange(columns)] + ink[row]
        steps[row] = np.array([0, -1, 1], np.int8)[best]
    return costs, steps


def follow(steps: NDArray[np.int8], end: int) -> NDArray[np.int64]:
    """Return the column at each row of the way that ends at a column of the last row."""
    seam = np.empty(len(steps), np.int64)
    column = end
    for row in range(len(steps) - 1, -1, -1):
        seam[row] = column
        column += int(steps[row, column])
    return seam
