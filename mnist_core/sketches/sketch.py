"""A drawing as pen strokes: where the pen went, how wide it was, and on how large a paper."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HEIGHT = 280  # pixels of the paper
WIDTHS = (HEIGHT, 2 * HEIGHT)  # of a paper for digits, and of one for long numbers

Points = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PenStroke:
    """The way of a pen from where it touched the paper to where it was lifted.

    Attributes:
        points: float64 (n, 2) with n of at least 1, in pixels of the paper, y down. One is a dot.
        pen: its width in pixels.
    """

    points: Points
    pen: int

    @property
    def length(self) -> float:
        """How far the pen went, in pixels."""
        return float(np.hypot(*np.diff(self.points, axis=0).T).sum())

    def until(self, length: float) -> "PenStroke":
        """Return the stroke when the pen had gone so far, in pixels, or all of it."""
        gone = np.concatenate(([0.0], np.hypot(*np.diff(self.points, axis=0).T).cumsum()))
        if length >= gone[-1]:
            return self
        end = [np.interp(length, gone, axis) for axis in self.points.T]
        return PenStroke(np.vstack([self.points[gone <= length], end]), self.pen)


@dataclass(frozen=True)
class Sketch:
    """A drawing as pen strokes.

    Attributes:
        strokes: in the order drawn.
        width: of the paper in pixels: 280, or 560. Its height is 280.
    """

    strokes: tuple[PenStroke, ...]
    width: int = HEIGHT

    @property
    def length(self) -> float:
        """How far the pens went on the paper, in pixels."""
        return sum(stroke.length for stroke in self.strokes)

    def until(self, length: float) -> "Sketch":
        """Return the drawing when the pens had gone so far on the paper, in pixels."""
        drawn = []
        for stroke in self.strokes:
            if length < 0:
                break
            drawn.append(stroke.until(length))
            length -= stroke.length
        return Sketch(tuple(drawn), self.width)

    def first(self, n: int) -> "Sketch":
        """Return the drawing when it had `n` strokes."""
        return Sketch(self.strokes[:n], self.width)
