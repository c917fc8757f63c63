"""Boxes around ink."""

from collections.abc import Iterable
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle, in the unit of the drawing or in pixels; y down.

    Attributes:
        left, top, right, bottom: its sides; a box of a dot has no width and no height.
    """

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """The distance from left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """The distance from top to bottom."""
        return self.bottom - self.top

    @property
    def size(self) -> float:
        """The longer of width and height."""
        return max(self.width, self.height)

    @property
    def middle(self) -> tuple[float, float]:
        """The centre, x and y."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def shared_width(self, other: "Box") -> float:
        """Return over which width two boxes lie above each other; negative is a gap."""
        return min(self.right, other.right) - max(self.left, other.left)

    def scaled(self, scale: float, left: float = 0, top: float = 0) -> "Box":
        """Return the box enlarged by `scale`, then moved right and down."""
        x, y = (left, top)
        return Box(*(side * scale + by for side, by in zip(self, (x, y, x, y), strict=True)))


def around(boxes: Iterable[Box]) -> Box:
    """Return the smallest box that holds all boxes; there must be one at least."""
    left, top, right, bottom = zip(*boxes, strict=True)
    return Box(min(left), min(top), max(right), max(bottom))
