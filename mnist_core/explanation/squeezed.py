"""The usual shortcut: a whole picture squeezed to 28 x 28 pixels, as most demonstrations do it."""

import cv2
import numpy as np

from mnist_core.pictures import Picture, to_grey
from mnist_core.preprocessing import FIELD


def squeeze(image: Picture) -> Picture:
    """Return a whole picture scaled to 28 x 28 pixels, ink light: uint8 (28, 28).

    Args:
        image: uint8 (H, W), (H, W, 3) or (H, W, 4).

    Raises:
        ValueError: `image` has another shape or dtype.
    """
    grey = to_grey(image)
    small = np.asarray(cv2.resize(grey, (FIELD, FIELD), interpolation=cv2.INTER_AREA), np.uint8)
    paper_is_light = float(np.median(grey)) > 127
    return np.asarray(cv2.bitwise_not(small), np.uint8) if paper_is_light else small
