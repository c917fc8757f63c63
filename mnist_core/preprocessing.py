"""Preprocessing: from any picture of a digit to the format of MNIST.

The last steps are those of the makers of MNIST (LeCun, Cortes and Burges, "The MNIST database of
handwritten digits"): the digit is scaled to fit a 20 x 20 box with its aspect ratio kept, then
placed in a 28 x 28 field by its centre of mass. Before that the ink has to be found. MNIST is the
oracle of the tests: a digit enlarged, moved and inverted comes back almost unchanged.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from mnist_core.ink.ink import find_ink
from mnist_core.ink.marks import DOT, pen_width
from mnist_core.pictures import Picture, crop_to_ink, shrink

FIELD = 28  # side of an MNIST picture
BOX = 20  # MNIST digits were scaled to fit this box, then centred by mass

FINE = 4 * BOX  # longer side at which strokes are thickened
THINNEST_PEN = 1.5  # pixels in the box; MNIST's own strokes are about two to four pixels wide
SMOOTHING = 0.7  # dots, the deviation of the blur that rounds the steps between dots
SMOOTH_EDGE = 60  # grey levels; ink begins here after that blur, and has full strength at twice it


@dataclass(frozen=True)
class Steps:
    """A picture after each step of preprocessing; ink is light on black.

    Attributes:
        ink: uint8 (H, W), the ink that was found; at most 320 pixels on the longer side.
        crop: uint8 (h, w), the same, cropped to the ink.
        box: uint8 (h, w), scaled so that the longer side is 20 pixels.
        centred: uint8 (28, 28), placed by its centre of mass: what the network sees.
        is_dot: whether the ink is a mere dot, which no digit is.
        contrast: grey levels between the ink and the paper, 1 to 255.
    """

    ink: Picture
    crop: Picture
    box: Picture
    centred: Picture
    is_dot: bool
    contrast: int = 255


def prepare(image: Picture) -> Steps | None:
    """Bring a picture of a digit into MNIST's format.

    Args:
        image: uint8 (H, W), (H, W, 3) or (H, W, 4); ink darker or lighter than the paper.

    Returns:
        Every step, or None if there is no ink.

    Raises:
        ValueError: `image` has another shape or dtype.
    """
    ink = find_ink(image)
    if ink is None:
        return None
    crop = crop_to_ink(ink.picture)
    box = fit_box(smooth(crop) if is_two_level(crop) else thicken(crop))
    return Steps(ink.picture, crop, box, center_by_mass(box), is_dot(box), ink.contrast)


def is_dot(box: Picture) -> bool:
    """Return whether the ink is as wide as it is long, and solid: a dot, not a stroke."""
    solid = crop_to_ink(cv2.threshold(box, 127, 255, cv2.THRESH_BINARY)[1])
    return max(solid.shape) < DOT * pen_width(solid)


def thicken(crop: Picture) -> Picture:
    """Return the crop with thin strokes made wide enough to survive scaling to the box.

    A stroke that ends up thinner than a pixel would fade to grey.
    """
    if max(crop.shape) <= FINE:
        return crop
    missing = round(FINE * (THINNEST_PEN / BOX - pen_width(crop) / max(crop.shape)))
    if missing < 1:
        return crop
    small = shrink(crop, FINE)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (1 + missing,) * 2)
    small = cv2.copyMakeBorder(small, *(missing,) * 4, cv2.BORDER_CONSTANT)
    return crop_to_ink(cv2.dilate(small, kernel))


def is_two_level(crop: Picture) -> bool:
    """Return whether a small crop has no grey levels, as when it was drawn dot by dot."""
    return max(crop.shape) < FINE and cv2.countNonZero(cv2.inRange(crop, 1, 254)) == 0


def smooth(crop: Picture) -> Picture:
    """Return a crop of two levels with smooth strokes, wide enough to survive scaling."""
    scale = FINE / max(crop.shape)
    margin = round(2 * scale)
    size = tuple(max(1, round(side * scale)) for side in crop.shape[::-1])
    large = cv2.resize(crop, size, interpolation=cv2.INTER_NEAREST)
    large = cv2.copyMakeBorder(large, *(margin,) * 4, cv2.BORDER_CONSTANT)
    large = cv2.GaussianBlur(large, (0, 0), SMOOTHING * scale)
    large = cv2.convertScaleAbs(cv2.subtract(large, SMOOTH_EDGE), alpha=255 / SMOOTH_EDGE)
    return thicken(crop_to_ink(large))


def fit_box(crop: Picture) -> Picture:
    """Return the crop scaled so that its longer side is 20 pixels and its ink at full strength."""
    height, width = crop.shape
    scale = BOX / max(height, width)
    if scale != 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        crop = cv2.resize(
            crop, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        )
    return cv2.convertScaleAbs(crop, alpha=255 / max(int(crop.max()), 1))


def center_by_mass(box: Picture) -> Picture:
    """Return a 28 x 28 picture with the box's centre of mass as close to the middle as fits."""
    height, width = box.shape
    mass = cv2.moments(box)
    top = round(FIELD / 2 - mass["m01"] / mass["m00"])
    left = round(FIELD / 2 - mass["m10"] / mass["m00"])
    top = min(max(top, 0), FIELD - height)
    left = min(max(left, 0), FIELD - width)
    field = np.zeros((FIELD, FIELD), np.uint8)
    field[top : top + height, left : left + width] = box
    return field
