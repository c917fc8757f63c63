"""A sheet of paper in a photograph: its corners found, and the sheet straightened."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core.pictures import Picture, shrink

COARSE = 400  # pixels, the longer side at which the corners are searched
LEAST_SHARE = 0.2  # of the photograph: a smaller bright shape is not the sheet
MOST_SHARE = 0.97  # a larger one is the photograph itself
LEVELS = (0.35, 0.5, 0.65)  # between dark and bright, besides Otsu's threshold
SOLID = 0.93  # share of a quadrangle that a sheet fills at least
BLEED = 0.006  # of the sheet's side: the shadow of its edge, which is cut off

Corners = NDArray[np.float32]


@dataclass(frozen=True)
class Sheet:
    """A straightened sheet.

    Attributes:
        picture: uint8 (H, W) or (H, W, 3).
        transform: float64 (3, 3), leads from points of the photograph to points of the picture.
    """

    picture: Picture
    transform: NDArray[np.float64]


def straighten(photograph: Picture) -> Sheet:
    """Return the sheet in a photograph, or all of the photograph where no corners are seen.

    Args:
        photograph: uint8 (H, W) or (H, W, 3).
    """
    corners = find_corners(photograph)
    if corners is None:
        return Sheet(photograph, np.eye(3))
    top, right, bottom, left = (
        float(np.hypot(*(corners[a] - corners[b]))) for a, b in ((0, 1), (1, 2), (2, 3), (3, 0))
    )
    width, height = round(max(top, bottom)), round(max(left, right))
    x, y = BLEED * width, BLEED * height
    target = np.array([[-x, -y], [width + x, -y], [width + x, height + y], [-x, height + y]])
    transform = cv2.getPerspectiveTransform(corners, target.astype(np.float32))
    picture = cv2.warpPerspective(
        photograph, transform, (width, height), borderMode=cv2.BORDER_REPLICATE
    )
    return Sheet(np.asarray(picture, np.uint8), np.asarray(transform, np.float64))


def find_corners(photograph: Picture) -> Corners | None:
    """Return the corners of the sheet, float32 (4, 2), clockwise from the top left, or None.

    The sheet is bright on something darker. Several thresholds are tried, because a shadow may lie
    across it; the largest quadrangle that is filled wins.
    """
    small = shrink_colour(photograph, COARSE)
    grey = cv2.medianBlur(small if small.ndim == 2 else small.max(axis=2), 5)
    best, largest = None, LEAST_SHARE * grey.size
    for level in thresholds(grey):
        bright = cv2.threshold(grey, level, 255, cv2.THRESH_BINARY)[1]
        bright = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
        bright = cv2.morphologyEx(bright, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
        contours, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        for contour in contours:
            area = cv2.contourArea(contour)
            if largest < area < MOST_SHARE * grey.size:
                corners = quadrangle(contour)
                if corners is not None and area >= SOLID * cv2.contourArea(corners):
                    best, largest = corners, area
    if best is None:
        return None
    scale = np.array(photograph.shape[1::-1]) / np.array(grey.shape[::-1])
    return np.asarray(clockwise(best) * scale, np.float32)


def shrink_colour(picture: Picture, longest: int) -> Picture:
    """Return a picture of one or more channels with its longer side at most `longest` pixels."""
    scale = longest / max(picture.shape[:2])
    if picture.ndim == 2 or scale >= 1:
        return shrink(picture, longest) if picture.ndim == 2 else picture
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def thresholds(grey: Picture) -> list[float]:
    """Return the grey levels above which the sheet may lie."""
    low, high = np.percentile(grey, (5, 95))
    otsu = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[0]
    return [otsu, *(float(low + share * (high - low)) for share in LEVELS)]


def quadrangle(contour: NDArray[np.int32]) -> Corners | None:
    """Return the four corners of an outline, or None where it has another number of them."""
    hull = cv2.convexHull(contour)
    for tolerance in (0.02, 0.03, 0.05):
        corners = cv2.approxPolyDP(hull, tolerance * cv2.arcLength(hull, True), True)
        if len(corners) == 4:
            return np.asarray(corners.reshape(4, 2), np.float32)
    return None


def clockwise(corners: Corners) -> Corners:
    """Return corners clockwise from the top left."""
    middle = corners.mean(axis=0)
    around = np.argsort(np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0]))
    ordered = corners[around]
    return np.roll(ordered, -int(ordered.sum(axis=1).argmin()), axis=0)
