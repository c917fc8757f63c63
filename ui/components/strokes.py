"""The strokes on the canvas, as points: a number is read from them and not from the picture."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.errors import PictureError
from ui.components.drawing import Marks
from ui.components.pictures import DAMAGED

FARTHEST = 1e6  # pixels of a point from the canvas's corner: no screen is as large
CURVE_STEPS = 3  # points on each of the short curves that Fabric.js rounds a stroke with

Points = NDArray[np.float64]


def strokes_of(marks: Marks) -> list[Points] | None:
    """Return each stroke as float64 (n, 2), in pixels of the canvas and in the order drawn.

    None where something else is on the canvas, such as the picture of a digit.

    Raises:
        PictureError: the canvas cannot have sent these marks.
    """
    strokes = strokes_among(marks)
    return strokes if len(strokes) == len(marks) else None


def strokes_among(marks: Marks) -> list[Points]:
    """Return the strokes as `strokes_of` does, whatever else is on the canvas.

    Raises:
        PictureError: the canvas cannot have sent these marks.
    """
    try:
        return [points_of(mark["path"]) for mark in marks if str(mark["type"]).lower() == "path"]
    except (ValueError, LookupError, TypeError, OverflowError) as problem:
        raise PictureError(DAMAGED) from problem


def points_of(path: Sequence[Sequence[Any]]) -> Points:
    """Return the points of a path of moves, lines and quadratic curves.

    Raises:
        ValueError: there is none, or one is not on any screen, as NaN and infinity are not.
    """
    points: list[tuple[float, float]] = []
    for _, *numbers in path:
        end = float(numbers[-2]), float(numbers[-1])
        if len(numbers) == 4 and points:
            points += curve(points[-1], (float(numbers[0]), float(numbers[1])), end)
        points.append(end)
    found = np.array(points)
    if not len(found) or not (np.abs(found) < FARTHEST).all():
        raise ValueError(f"Expected points within {FARTHEST:g} pixels. Received: {points}")
    return found


def curve(
    start: tuple[float, float], towards: tuple[float, float], end: tuple[float, float]
) -> list[tuple[float, float]]:
    """Return points on a quadratic Bezier curve, without its ends."""
    found = []
    for t in np.linspace(0, 1, CURVE_STEPS + 1)[1:-1]:
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
        x, y = (a * s + b * m + c * e for s, m, e in zip(start, towards, end, strict=True))
        found.append((float(x), float(y)))
    return found
