"""Cuts within a stroke: several digits may have been drawn without lifting the pen."""

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

STEP = 0.05  # of the row's height, between two points of a stroke that is to be cut
WINDOW = 3  # steps before and behind a point, between which the direction turns
SHARP = 0.7  # radians by which a stroke turns at least at a corner
APART = 4  # steps between two cuts, at least
MAX_CUTS = 60  # a stroke that turns more often is a scribble, and is not cut further


def cut_stroke(stroke: Points, height: float) -> list[Points]:
    """Return a stroke in pieces, cut at corners and where it stops going up, down, left or right.

    Where one digit is joined to the next, the pen turns. Neighbouring pieces share a point.

    Args:
        stroke: float64 (n, 2).
        height: of the row's digits, in the same unit.
    """
    path = resample(stroke, STEP * height)
    if len(path) < 2 * APART:
        return [stroke]
    cuts = turning_points(path)[:MAX_CUTS]
    ends = [0, *cuts, len(path) - 1]
    return [path[a : b + 1] for a, b in zip(ends[:-1], ends[1:], strict=True)]


def resample(stroke: Points, step: float) -> Points:
    """Return points along a stroke at even distances of about `step`."""
    lengths = np.hypot(*np.diff(stroke, axis=0).T)
    along = np.concatenate([[0], np.cumsum(lengths)])
    if along[-1] <= 0:
        return stroke
    places = np.linspace(0, along[-1], max(2, min(round(along[-1] / step), 4_000)))
    return np.column_stack([np.interp(places, along, stroke[:, axis]) for axis in (0, 1)])


def turning_points(path: Points) -> list[int]:
    """Return the indices at which a path turns sharply, or turns back along x or y."""
    turn = turning_angles(path)
    found = {i for i in range(1, len(path) - 1) if turn[i] >= SHARP and is_peak(turn, i)}
    for axis in (0, 1):
        sign = np.sign(np.convolve(np.diff(path[:, axis]), np.ones(3) / 3, "same"))
        found |= {int(i) + 1 for i in np.flatnonzero(sign[1:] * sign[:-1] < 0)}
    cuts: list[int] = []
    for i in sorted(found, key=lambda i: -turn[i]):
        if APART <= i < len(path) - APART and all(abs(i - j) >= APART for j in cuts):
            cuts.append(i)
    return sorted(cuts)


def turning_angles(path: Points) -> Points:
    """Return by how many radians a path turns around each of its points, 0 to pi."""
    before = path - path[np.maximum(np.arange(len(path)) - WINDOW, 0)]
    behind = path[np.minimum(np.arange(len(path)) + WINDOW, len(path) - 1)] - path
    cross = before[:, 0] * behind[:, 1] - before[:, 1] * behind[:, 0]
    return np.asarray(np.abs(np.arctan2(cross, (before * behind).sum(axis=1))))


def is_peak(turn: Points, i: int) -> bool:
    """Return whether a path turns nowhere more sharply in the neighbourhood of a point."""
    return bool(turn[i] >= turn[max(i - WINDOW, 0) : i + WINDOW + 1].max())
