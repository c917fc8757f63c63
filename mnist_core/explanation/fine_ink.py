"""Fine ink: a drawing at four times MNIST's resolution, in which strokes can be changed.

What is changed is brought into MNIST's format again, so that a longer stroke makes the whole digit
smaller, as it would on the canvas.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core.ink.marks import pen_width
from mnist_core.pictures import Picture, crop_to_ink
from mnist_core.preprocessing import BOX, FIELD, FINE, THINNEST_PEN, Steps, center_by_mass, fit_box

MARGIN = 16  # pixels around the digit: room for longer strokes
SIDE = FINE + 2 * MARGIN  # 112 pixels
SHIFT = 3  # binary places of the coordinates that OpenCV draws with

Points = NDArray[np.float64]


def fine_ink(steps: Steps) -> Picture:
    """Return a drawing's ink with its longer side at 80 pixels, centred: uint8 (112, 112).

    Strokes are made as wide as `prepare` makes them, so that none fades when it is scaled.
    """
    height, width = scaled(steps)
    small = cv2.resize(steps.crop, (width, height), interpolation=method(steps))
    fine = np.zeros((SIDE, SIDE), np.uint8)
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    fine[top : top + height, left : left + width] = small
    missing = round(FINE * THINNEST_PEN / BOX - pen_width(small))
    if missing >= 1:
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (1 + missing,) * 2)
        fine = np.asarray(cv2.dilate(fine, kernel), np.uint8)
    return fine


def scaled(steps: Steps) -> tuple[int, int]:
    """Return the height and width of the crop in fine ink."""
    scale = FINE / max(steps.crop.shape)
    height, width = (max(1, round(side * scale)) for side in steps.crop.shape)
    return height, width


def method(steps: Steps) -> int:
    """Return how OpenCV is to scale the crop."""
    shrinks = max(steps.crop.shape) > FINE
    return int(cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)


def strokes_in(steps: Steps, strokes: Sequence[Points], size: tuple[int, int]) -> list[Points]:
    """Return a drawing's strokes in fine ink's pixels.

    Points far outside, which a browser could send, are moved to a margin around the picture.

    Args:
        steps: the drawing.
        strokes: float (n, 2) each, x and y in pixels of the picture that was drawn.
        size: that picture's height and width.
    """
    left, top, _, _ = cv2.boundingRect(steps.ink)
    shrunk = max(steps.ink.shape) / max(size)
    scale = FINE / max(steps.crop.shape)
    height, width = scaled(steps)
    corner = np.array([(SIDE - width) // 2, (SIDE - height) // 2])
    moved = [(stroke * shrunk - (left, top)) * scale + corner for stroke in strokes]
    return [stroke.clip(-MARGIN, SIDE + MARGIN) for stroke in moved]


def draw_path(path: Points, width: float) -> Picture:
    """Return a path drawn with a round pen: uint8 (112, 112).

    Args:
        path: float (n, 2), x and y, n at least 1.
        width: the pen's, in pixels.
    """
    drawn = np.zeros((SIDE, SIDE), np.uint8)
    points = np.round(path * (1 << SHIFT)).astype(np.int32)
    cv2.polylines(drawn, [points], False, 255, max(1, round(width)), cv2.LINE_AA, shift=SHIFT)
    return drawn


def in_mnist_format(fine: Sequence[Picture]) -> Picture:
    """Return pictures of fine ink in MNIST's format: uint8 (n, 28, 28); a blank one stays blank."""
    blank = np.zeros((FIELD, FIELD), np.uint8)
    return np.stack(
        [center_by_mass(fit_box(crop_to_ink(one))) if one.any() else blank for one in fine]
    )
