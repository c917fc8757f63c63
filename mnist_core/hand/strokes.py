"""Draw an example whose strokes are known and whose ink is not."""

from collections.abc import Sequence

import cv2
import numpy as np

from mnist_core.errors import ExampleError
from mnist_core.hand.example import Stroke, check_strokes
from mnist_core.pictures import Picture
from mnist_core.preprocessing import prepare

SIDE = 200  # pixels of the drawing's longer side
PEN = 20  # pixels: a tenth of the drawing, as thick as MNIST's strokes
MARGIN = 2 * PEN


def draw_strokes(strokes: Sequence[Stroke]) -> Picture:
    """Return strokes drawn with a pen, in MNIST format: uint8 (28, 28).

    Args:
        strokes: in any unit, y down.

    Raises:
        ExampleError: there is no stroke, or too much of them.
    """
    check_strokes(strokes)
    if not strokes:
        raise ExampleError("Expected an example with ink or strokes. Received: one with neither")
    paths = [np.array(stroke, float).T for stroke in strokes]
    low, high = np.vstack(paths).min(axis=0), np.vstack(paths).max(axis=0)
    scale = SIDE / max(float((high - low).max()), 1e-6)
    canvas = np.zeros((SIDE + 2 * MARGIN, SIDE + 2 * MARGIN), np.uint8)
    for path in paths:
        points = np.round((path - low) * scale + MARGIN).astype(np.int32)
        cv2.polylines(canvas, [points], len(path) == 1, 255, PEN, cv2.LINE_AA)
    steps = prepare(canvas)
    if steps is None:
        raise ExampleError("Expected strokes with ink. Received: none")
    return steps.centred
