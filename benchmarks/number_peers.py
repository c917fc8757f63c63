"""How other apps find the digits of a number: contours of a threshold, each box read alone.

This is the way of the public tutorials: a threshold (a fixed one of Otsu's, or an adaptive one),
`cv2.findContours` with the outer contours only, and their boxes read from left to right.
"""

from collections.abc import Callable

import cv2
import numpy as np

from mnist_core import Reader
from mnist_core.pictures import Picture
from mnist_core.preprocessing import prepare

LEAST_AREA = 50  # pixels: the tutorials leave out smaller contours
PADDING = 8  # pixels around a box
BLOCK, OFFSET = 31, 10  # of the adaptive threshold

Binarize = Callable[[Picture], Picture]


def otsu(grey: Picture) -> Picture:
    """Return ink light on black, by one threshold for all of the picture."""
    blurred = cv2.GaussianBlur(grey, (5, 5), 0)
    return cv2.threshold(blurred, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)[1]


def adaptive(grey: Picture) -> Picture:
    """Return ink light on black, by a threshold for each neighbourhood."""
    blurred = cv2.GaussianBlur(grey, (5, 5), 0)
    method = cv2.ADAPTIVE_THRESH_GAUSSIAN_C
    return cv2.adaptiveThreshold(blurred, 255, method, cv2.THRESH_BINARY_INV, BLOCK, OFFSET)


def boxes_by_contours(ink: Picture) -> list[tuple[int, int, int, int]]:
    """Return left, top, width and height of each outer contour, from left to right."""
    contours, _ = cv2.findContours(ink, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    large = [c for c in contours if cv2.contourArea(c) >= LEAST_AREA]
    return sorted((int(x), int(y), int(w), int(h)) for x, y, w, h in map(cv2.boundingRect, large))


def read_by_contours(reader: Reader, grey: Picture, binarize: Binarize) -> str:
    """Return the text that the boxes of a picture, uint8 (H, W), give from left to right."""
    ink = binarize(grey)
    crops = [np.pad(ink[y : y + h, x : x + w], PADDING) for x, y, w, h in boxes_by_contours(ink)]
    steps = [prepare(crop) for crop in crops]
    drawn = [each.centred for each in steps if each]
    if not drawn:
        return ""
    return "".join(map(str, reader.logits(np.stack(drawn)).argmax(axis=1)))
