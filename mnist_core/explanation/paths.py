"""Paths of the pen, found in ink whose strokes are not known.

The ink is thinned to a line of one pixel (Zhang and Suen 1984, "A fast parallel algorithm for
thinning digital patterns"), which is followed from each end or crossing to the next.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core.explanation.fine_ink import Points
from mnist_core.pictures import Picture

Pixel = tuple[int, int]
Mask = NDArray[np.bool_]

SOLID = 127  # grey level above which a pixel is ink
SHORTEST = 5  # pixels; shorter spurs come from the pen's round ends
AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))  # clockwise


def trace(ink: Picture) -> list[Points]:
    """Return the paths that a pen took: float64 (n, 2) each, x and y, n at least 2.

    A path ends where the ink ends or where paths meet; a ring starts and ends anywhere on it.

    Args:
        ink: uint8 (H, W), ink light.
    """
    left = {(int(y), int(x)) for y, x in np.argwhere(thin(ink > SOLID))}
    joints = {pixel for pixel in left if len(neighbours(pixel, left)) != 2}
    paths: list[list[Pixel]] = []
    for start in sorted(joints):
        for second in neighbours(start, left):
            if second not in joints:
                paths.append(follow(start, second, left, joints))
                left -= set(paths[-1][1:-1])
    while rings := left - joints:
        start = min(rings)
        beside = neighbours(start, left)
        paths.append(follow(start, beside[0], left, joints | {start}) if beside else [start])
        left -= set(paths[-1])
    return [smoothed(path) for path in paths if len(path) >= SHORTEST]


def follow(start: Pixel, second: Pixel, line: set[Pixel], joints: set[Pixel]) -> list[Pixel]:
    """Return the pixels of a line from a joint, through the second pixel, to the next joint."""
    path = [start, second]
    while path[-1] not in joints:
        ahead = [one for one in neighbours(path[-1], line) if one not in path[-3:]]
        if not ahead:
            break
        path.append(next((one for one in ahead if one in joints), ahead[0]))
    return path


def neighbours(pixel: Pixel, line: set[Pixel]) -> list[Pixel]:
    """Return the pixels of a line beside one, without those reached by a shorter step."""
    y, x = pixel
    straight = [(y + a, x + b) for a, b in AROUND[::2] if (y + a, x + b) in line]
    slanted = [
        (y + a, x + b)
        for a, b in AROUND[1::2]
        if (y + a, x + b) in line and (y + a, x) not in line and (y, x + b) not in line
    ]
    return straight + slanted


def smoothed(path: list[Pixel]) -> Points:
    """Return a path's pixels as points, without the stairs of slanted lines."""
    points = np.array(path, np.float64)[:, ::-1]
    middle = (points[:-2] + points[1:-1] + points[2:]) / 3
    return np.concatenate([points[:1], middle, points[-1:]])


def thin(mask: Mask) -> Mask:
    """Return a shape thinned to a line of one pixel, bool (H, W)."""
    padded = np.pad(mask, 1).astype(np.uint8)
    rows, columns = (slice(*ends) for ends in bounds(padded))
    part = padded[rows, columns]
    while True:
        before = int(part.sum())
        for first in (True, False):
            part[removable(part, first)] = 0
        if int(part.sum()) == before:
            return np.asarray(padded[1:-1, 1:-1] > 0)


def bounds(padded: Picture) -> tuple[Pixel, Pixel]:
    """Return the rows and the columns that hold a shape, with a margin of a pixel."""
    x, y, width, height = cv2.boundingRect(padded)
    return (max(y - 1, 0), y + height + 1), (max(x - 1, 0), x + width + 1)


def removable(part: Picture, first: bool) -> Mask:
    """Return which pixels of a shape one of the two halves of a step takes away."""
    around = np.stack([np.roll(part, (-a, -b), (0, 1)) for a, b in AROUND])
    north, _, east, _, south, _, west, _ = around
    count = around.sum(axis=0)
    turns = ((around == 0) & (np.roll(around, -1, axis=0) == 1)).sum(axis=0)
    sides = (
        (north & east & south, east & south & west)
        if first
        else (north & east & west, north & south & west)
    )
    edge = (count >= 2) & (count <= 6) & (turns == 1)
    return np.asarray((part > 0) & edge & (sides[0] == 0) & (sides[1] == 0))
