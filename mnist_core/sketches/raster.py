"""Drawing strokes as a browser's canvas does: with a round pen."""

import cv2
import numpy as np

from mnist_core.pictures import Picture
from mnist_core.sketches.sketch import HEIGHT, Sketch

SHIFT = 4  # bits of a pixel's fraction
FINER = 2  # each pixel is the mean of so many in each direction: edges as smooth as a browser's


def draw(sketch: Sketch, scale: int = 1) -> Picture:
    """Return a drawing as a picture: uint8 (280, width), or so many times larger; ink is light."""
    finer = FINER * scale
    paper = np.zeros((HEIGHT * finer, sketch.width * finer), np.uint8)
    for stroke in sketch.strokes:
        # The middle of a pixel has whole coordinates here, and its corner in a browser.
        path = np.round((stroke.points * finer - 0.5) * 2**SHIFT).astype(np.int32)
        is_dot = len(path) == 1
        cv2.polylines(paper, [path], is_dot, 255, stroke.pen * finer, cv2.LINE_AA, SHIFT)
    size = sketch.width * scale, HEIGHT * scale
    return cv2.resize(paper, size, interpolation=cv2.INTER_AREA)
