"""Ink on paper: a photograph's light and shadow taken out, its grey levels kept.

The paper's brightness is what remains when dark strokes are closed; dividing by it makes the paper
even. What is ink is then decided by Otsu's threshold. The strength of the ink is kept, because the
network reads grey levels better than a mask.
"""

import cv2
import numpy as np

from mnist_core.ink.paper import EVEN_PAPER, LEAST_CONTRAST, ink_on_even_paper
from mnist_core.pictures import Picture, shrink, to_grey

COARSE = 320  # pixels, the longer side at which the paper's brightness is found
REACH = 17  # pixels of these: a pen is narrower
MIDDLE = 128  # grey level
LEAST_INK = 0.14  # of the paper's brightness: fainter marks are grain and folds
STRONGEST = 0.95  # quantile of the ink that counts as full strength


def find_row_ink(image: Picture, longest: int) -> Picture | None:
    """Return the ink of a picture with one or more rows, light on black, or None if it is blank.

    Args:
        image: uint8 (H, W), (H, W, 3) or (H, W, 4); ink darker or lighter than the paper.
        longest: pixels, the longer side of what is returned at most.

    Raises:
        ValueError: `image` has another shape or dtype.
    """
    grey = shrink(to_grey(image), longest)
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    low, paper, high = np.percentile(edge, (10, 50, 90))
    if high - low > EVEN_PAPER:
        return even_ink(grey)
    ink = ink_on_even_paper(grey, float(paper))
    strongest = int(ink.max())
    return cv2.convertScaleAbs(ink, alpha=255 / strongest) if strongest >= LEAST_CONTRAST else None


def even_ink(grey: Picture) -> Picture | None:
    """Return the ink of a photograph, light on black, or None if there is none.

    Args:
        grey: uint8 (H, W), dark ink on light paper, or light ink on dark paper.
    """
    if is_dark_paper(grey):
        grey = cv2.bitwise_not(grey)
    ratio = cv2.divide(grey, np.maximum(paper_brightness(grey), 1), scale=255)
    ink = cv2.subtract(np.full_like(ratio, 255), cv2.medianBlur(ratio, 3))
    level, mask = cv2.threshold(ink, 0, 255, cv2.THRESH_OTSU)
    level = max(level, LEAST_INK * 255)
    strong = ink[ink > level]
    if not len(strong):
        return None
    full = float(np.quantile(strong, STRONGEST))
    floor = level / 2
    soft = (ink.astype(np.float32) - floor) * (255 / max(full - floor, 1))
    return np.clip(soft, 0, 255).astype(np.uint8)


def is_dark_paper(grey: Picture) -> bool:
    """Return whether a picture is mainly dark, and its few extreme pixels are the light ones.

    On an empty sheet that is half in shadow, the light half would be taken for them.
    """
    small = shrink(grey, COARSE)
    local = small - cv2.blur(small, (max(small.shape) // 2 | 1,) * 2).astype(np.float32)
    return float(np.median(small)) < MIDDLE and float((local**3).sum()) > 0


def paper_brightness(grey: Picture) -> Picture:
    """Return how bright the paper is at each pixel, without the ink on it: uint8 (H, W)."""
    small = cv2.medianBlur(shrink(grey, COARSE), 3)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((REACH, REACH), np.uint8))
    smooth = cv2.blur(closed, (REACH, REACH))
    return np.asarray(cv2.resize(smooth, grey.shape[::-1], interpolation=cv2.INTER_LINEAR))
