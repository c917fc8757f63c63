"""Drawn signs, written anew by other hands.

What is seen in training says nothing about signs that are not, so the kinds are divided once and
for all: some to train on, and some that nothing is ever chosen on.
"""

import cv2
import numpy as np

from mnist_core.drawing.glyphs import rewrite
from mnist_core.preprocessing import Picture, prepare
from mnist_core.sources.symbols import Symbols

TRAINING_KINDS = (0, 11)
TEST_KINDS = (12, 19)
LARGE = 128  # pixels, to redraw from: at 32 strokes are steps
STEADY = 1.5  # an infinity that is turned becomes an 8
MARGIN = 12  # pixels, so that a wider pen is not cut off


def draw_symbols(symbols: Symbols, count: int, rng: np.random.Generator) -> list[Picture]:
    """Return pictures in MNIST's format, uint8 (28, 28), of signs that were written anew.

    Every sign is drawn as often as every other, but for one; a few less than `count` come back.
    """
    order = rng.permutation(np.resize(np.arange(len(symbols)), count))
    drawn = [rewrite(enlarge(symbols.images[i]), rng, STEADY) for i in order]
    return [picture for picture in drawn if picture is not None]


def as_drawn(symbols: Symbols) -> list[Picture]:
    """Return the signs as they were drawn, in MNIST's format: uint8 (28, 28) each."""
    prepared = [prepare(enlarge(image)) for image in symbols.images]
    return [steps.centred for steps in prepared if steps]


def enlarge(sign: Picture) -> Picture:
    """Return a sign of a few pixels with smooth strokes: uint8 (h, w), light on black."""
    large = cv2.resize(sign, (LARGE, LARGE), interpolation=cv2.INTER_LINEAR)
    smooth = cv2.GaussianBlur(large, (0, 0), LARGE / 64)
    return np.pad(cv2.convertScaleAbs(cv2.subtract(smooth, 64), alpha=2.5), MARGIN)
