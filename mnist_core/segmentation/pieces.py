"""Pieces of ink, in order: runs of them are taken for digits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mnist_core.pictures import Picture
from mnist_core.segmentation.boxes import Box

MAX_GAP = 0.13  # of the row's height: no digit has more paper between its left and right parts


@dataclass(frozen=True)
class Pieces:
    """The ink of one row, in pieces.

    Attributes:
        boxes: of each piece, in the unit of the input, in the order drawn or from left to right.
        marks: of each piece, the stroke or the connected mark that it is, or was cut from.
        height: of the row's digits, in the same unit.
        draw: returns a picture of the chosen pieces, uint8 (h, w), ink light on black with a
            margin around it.
        most_gap: the widest gap from left to right that a digit may have, in the same unit.
        orders: ways to put the pieces in sequence; the likeliest is found.
    """

    boxes: Sequence[Box]
    marks: Sequence[int]
    height: float
    draw: Callable[[Sequence[int]], Picture]
    most_gap: float
    orders: Sequence[Sequence[int]]
