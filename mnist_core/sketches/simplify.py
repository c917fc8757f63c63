"""Fewer points for the same line: the method of Ramer, Douglas and Peucker (1972, 1973)."""

import numpy as np
from numpy.typing import NDArray

Steps = NDArray[np.int64]


def simplify(points: Steps, tolerance: float) -> Steps:
    """Return those points without which the line would be off by more than the tolerance.

    The result simplified again is the same: a link that is opened and passed on stays as it is.

    Args:
        points: int64 (n, 2) with n of at least 1; its first and last are kept.
        tolerance: in the points' unit.
    """
    kept = np.zeros(len(points), bool)
    kept[[0, -1]] = True
    parts = [(0, len(points) - 1)]
    while parts:
        start, end = parts.pop()
        if end - start < 2:
            continue
        distances = distances_to(points[start + 1 : end], points[start], points[end])
        farthest = int(distances.argmax())
        if distances[farthest] > tolerance:
            middle = start + 1 + farthest
            kept[middle] = True
            parts += [(start, middle), (middle, end)]
    return points[kept]


def distances_to(points: Steps, start: Steps, end: Steps) -> NDArray[np.float64]:
    """Return how far points, (n, 2), are from the straight line between two others."""
    way = (end - start).astype(float)
    squared = float(way @ way)
    along = np.clip((points - start) @ way / squared, 0, 1) if squared else np.zeros(len(points))
    return np.hypot(*(points - start - along[:, None] * way).T)
