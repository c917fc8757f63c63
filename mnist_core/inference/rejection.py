"""Why a picture that does not look like a digit was rejected, where that can be told cheaply."""

from collections.abc import Callable
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core.ink.frames import is_frame
from mnist_core.ink.paper import LEAST_CONTRAST
from mnist_core.pictures import Picture, crop_to_ink
from mnist_core.preprocessing import Steps

Reason = Literal["dot", "frame", "several", "mirrored", "cut", "faint"]
Accepts = Callable[[Picture], NDArray[np.bool_]]  # uint8 (n, 28, 28) -> which are surely digits

INK = 127  # grey level above which a pixel is surely ink
LEAST_SIDE = 0.5  # of the tallest shape: smaller shapes are strokes of a digit, not digits
SHARED = 0.2  # of the narrower shape: how far shapes side by side may overlap


def rejection_reason(steps: Steps, accepts: Accepts) -> Reason | None:
    """Return why a picture was rejected, or None where nothing simple explains it.

    Args:
        steps: the picture after each step of preprocessing.
        accepts: returns which pictures in MNIST's format the model confidently calls a digit.

    Returns:
        "dot" for a mere dot, "frame" where lines around the ink were taken for ink, "faint" where
        there is hardly any contrast, "several" for shapes side by side, "cut" where ink runs along
        the picture's edge, "mirrored" where the picture would be a digit if it were mirrored or
        turned.
    """
    if steps.is_dot:
        return "dot"
    if has_frame(steps.crop):
        return "frame"
    if steps.contrast < LEAST_CONTRAST:
        return "faint"
    if has_several_shapes(steps.ink):
        return "several"
    if is_cut(steps.ink):
        return "cut"
    if accepts(np.stack(mirrored_and_turned(steps.centred))).any():
        return "mirrored"
    return None


def has_frame(crop: Picture) -> bool:
    """Return whether lines run along most of three sides of the ink, with more ink inside."""
    mask = cv2.threshold(crop, INK, 255, cv2.THRESH_BINARY)[1]
    height, width = mask.shape
    inside = mask[height // 4 : height - height // 4, width // 4 : width - width // 4]
    return is_frame(crop_to_ink(mask)) and bool(inside.any())


def has_several_shapes(ink: Picture) -> bool:
    """Return whether two shapes as tall as digits stand side by side."""
    mask = cv2.threshold(ink, INK, 255, cv2.THRESH_BINARY)[1]
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    shapes = stats[1:, : cv2.CC_STAT_AREA]  # without the paper: left, top, width, height
    if len(shapes) < 2:
        return False
    tall = shapes[shapes[:, 3] >= LEAST_SIDE * shapes[:, 3].max()]
    left, width = tall[:, 0], tall[:, 2]
    order = np.argsort(left)
    gap = left[order][1:] - (left + width)[order][:-1]
    narrower = np.minimum(width[order][1:], width[order][:-1])
    return bool((gap > -SHARED * narrower).any())


def is_cut(ink: Picture) -> bool:
    """Return whether ink touches the picture's edge, so that a part of it may be missing."""
    return any(int(edge.max()) > INK for edge in (ink[0], ink[-1], ink[:, 0], ink[:, -1]))


def mirrored_and_turned(centred: Picture) -> list[Picture]:
    """Return a picture, uint8 (28, 28), mirrored, turned by a quarter either way, and by a half."""
    turned = [np.rot90(centred, quarters) for quarters in (1, 2, 3)]
    return [np.ascontiguousarray(picture) for picture in (np.fliplr(centred), *turned)]
