"""Marks of ink, as connected components: which are strokes and which specks and shadows."""

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core.pictures import Box, Picture

POINT = 0.6  # of the pen's width: a smaller mark is a speck, not the point of a sign
APART = 0.5  # of the pen's width: how far a point stands from its stroke at least
DOT = 1.9  # a mark shorter than this many pen widths is a dot or a speck, not a stroke


def remove_margins(ink: Picture) -> Picture:
    """Return the ink without marks that touch the picture's edge, if enough for a digit remains.

    In a photograph these are shadows and the edge of the sheet.
    """
    height, width = ink.shape
    _, parts, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    left, top, wide, high = stats[:, : cv2.CC_STAT_AREA].T
    inside = (left > 0) & (top > 0) & (left + wide < width) & (top + high < height)
    if not (inside & (np.maximum(wide, high) >= max(ink.shape) / 10)).any():
        return ink
    return np.where(inside[parts], ink, np.uint8(0))


def remove_specks(crop: Picture) -> tuple[Picture, Box]:
    """Return the ink without marks that are mere dots, and the rectangle around the widest mark.

    The mark with the most pixels always stays, and so does the point of an exclamation mark.
    """
    if cv2.connectedComponents(crop, ltype=cv2.CV_16U)[0] == 2:  # the paper and one mark
        left, top, wide, high = cv2.boundingRect(crop)
        return crop, (left, top, wide, high)
    _, parts, stats, _ = cv2.connectedComponentsWithStats(crop, ltype=cv2.CV_16U)  # takes longer
    marks = stats[1:, : cv2.CC_STAT_AREA]
    left, top, wide, high = (int(n) for n in marks[(marks[:, 2] * marks[:, 3]).argmax()])
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    x, y, width, height, _ = stats[largest]
    mark = np.where(parts[y : y + height, x : x + width] == largest, np.uint8(255), np.uint8(0))
    pen = pen_width(mark)
    is_stroke = stats[:, [2, 3]].max(axis=1) >= DOT * pen
    is_point = are_points(stats, stats[largest], pen)
    is_stroke[largest] = True
    return np.where((is_stroke | is_point)[parts], crop, np.uint8(0)), (left, top, wide, high)


def are_points(
    marks: NDArray[np.int32], stroke: NDArray[np.int32], pen: float
) -> NDArray[np.bool_]:
    """Return which marks are dots as wide as the pen, right above or below the stroke: bool (n,).

    As in "!", "?", "i" and ";": without its point, an exclamation mark would be a 1.

    Args:
        marks: int32 (n, 5), as OpenCV describes connected components.
        stroke: int32 (5,), the largest of them.
        pen: width of the stroke in pixels.
    """
    left, top, wide, high, _ = stroke
    middle = marks[:, 0] + marks[:, 2] / 2
    gap = np.maximum(marks[:, 1] - (top + high), top - (marks[:, 1] + marks[:, 3]))
    is_in_line = (middle >= left - pen) & (middle <= left + wide + pen)
    return (
        is_in_line
        & (gap >= APART * pen)
        & (gap <= high)
        & (marks[:, [2, 3]].min(axis=1) >= POINT * pen)
    )


def pen_width(ink: Picture) -> float:
    """Return the mean width of the strokes in pixels.

    Distances to the edge of a stroke grow evenly from 0 to half its width, so their mean is a
    quarter of the width. (OpenCV measures to the next pixel outside, half a pixel beyond the edge.)
    """
    padded = cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    inside = cv2.threshold(padded, 127, 255, cv2.THRESH_BINARY)[1]
    distance = cv2.distanceTransform(inside, cv2.DIST_L2, 3)
    return max(1.0, 4 * (cv2.mean(distance, mask=inside)[0] - 0.5))
