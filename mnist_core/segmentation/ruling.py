"""Ruled and squared paper: its lines taken out, the digits that cross them left whole.

A line is what runs through strip after strip of the paper: along it most pixels are dark, which no
digit achieves. How strong it is there is measured and subtracted; the ink of a pen is stronger and
remains. Opening with a long element would find the lines as well, and eat 1s and the bars of 7s.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core.pictures import Picture

STRIPS = 40  # across the picture: a line is nearly level within one
COVERED = 0.25  # quantile of a strip's row: a line covers at least three quarters of the strip
NEIGHBOURS = 21  # strips that a line must run through, most of them
DRIFT = 5  # pixels by which a line may rise or fall among them
LEAST_LINE = 16  # grey levels: weaker is no line
CLEAN = 1.25  # lines are subtracted a little stronger than measured, for they vary
LEAST_LINES = 4  # in one direction: fewer are strokes, or a margin, which is no mark of a digit
REGULAR = 0.25  # of the period: how far the distance of two lines may be from it
REGULAR_SHARE = 0.5  # of the distances that must be near the period
GAP = 5  # pixels, the height of what is closed where a dark line crossed a digit


def remove_lines(ink: Picture) -> Picture:
    """Return ink without ruled lines, level ones and upright ones: uint8 (H, W).

    Args:
        ink: uint8 (H, W), light on black; the sheet must be straightened.
    """
    level = line_strength(ink)
    upright = np.ascontiguousarray(line_strength(np.ascontiguousarray(ink.T)).T)
    lines = cv2.max(level, upright)
    if int(lines.max(initial=0)) == 0:
        return ink
    clean = cv2.subtract(ink, cv2.convertScaleAbs(lines, alpha=CLEAN))
    closed = cv2.morphologyEx(clean, cv2.MORPH_CLOSE, np.ones((GAP, GAP), np.uint8))
    return np.where(lines > 0, closed, clean)


def line_strength(ink: Picture) -> Picture:
    """Return how strong the level lines are at each pixel: uint8 (H, W), 0 where there is none."""
    height, width = ink.shape
    edges = np.linspace(0, width, STRIPS + 1).round().astype(int)
    strips = np.stack(
        [
            np.quantile(ink[:, a : max(b, a + 1)], COVERED, axis=1, method="nearest")
            # Strips of a narrow picture share columns, and none is beyond its last.
            for a, b in zip(np.minimum(edges[:-1], width - 1), edges[1:], strict=True)
        ],
        axis=1,
    ).astype(np.uint8)
    lasting = running_median(cv2.dilate(strips, np.ones((DRIFT, 1), np.uint8)))
    if not is_periodic(lasting >= LEAST_LINE):
        return np.zeros_like(ink)
    strips = np.where(lasting >= LEAST_LINE, strips, np.uint8(0))
    strips = cv2.dilate(strips, np.ones((3, 1), np.uint8))
    return np.asarray(cv2.resize(strips, (width, height), interpolation=cv2.INTER_LINEAR))


def is_periodic(lines: NDArray[np.bool_]) -> bool:
    """Return whether lines, bool (H, strips), stand at even distances in most strips."""
    regular = [is_regular(strip) for strip in lines.T]
    return 2 * sum(regular) > len(regular)


def is_regular(strip: NDArray[np.bool_]) -> bool:
    """Return whether a strip has several lines, most of them a period apart."""
    edges = np.flatnonzero(np.diff(strip.astype(np.int8)) > 0)
    if len(edges) < LEAST_LINES:
        return False
    apart = np.diff(edges)
    period = np.median(apart)
    return bool((np.abs(apart - period) <= REGULAR * period).mean() > REGULAR_SHARE)


def running_median(strips: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the median of each strip and its neighbours, row by row."""
    half = NEIGHBOURS // 2
    padded = np.pad(strips, ((0, 0), (half, half)), mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, NEIGHBOURS, axis=1)
    return np.median(windows, axis=2).astype(np.uint8)
