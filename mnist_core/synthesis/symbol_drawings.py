"""Symbols that people drew, in other handwriting.

How well a network rejects symbols from its training set says nothing about other symbols. So the
kinds are divided once and for all: some to train on, and some for reports only, on which no choice
is ever based.
"""

import cv2
import numpy as np

from mnist_core.data.symbols import Symbols
from mnist_core.pictures import Picture
from mnist_core.preprocessing import prepare
from mnist_core.synthesis.glyphs import rewrite
from mnist_core.synthesis.sampling import equally_often

TRAINING_KINDS = (0, 11)
TEST_KINDS = (12, 19)
LARGE = 128  # pixels, the size to redraw from: at 32 pixels strokes are jagged
REDUCED_STRENGTH = 1 / 1.5  # strength of distortion: an infinity sign, rotated, becomes an 8
MARGIN = 12  # pixels, so that a wider pen is not cut off


def draw_symbols(symbols: Symbols, count: int, rng: np.random.Generator) -> list[Picture]:
    """Return symbols in another, random handwriting, in MNIST format: uint8 (28, 28) each.

    All symbols are drawn equally often, give or take one. Drawings without ink are left out, so
    that a few less than `count` come back.
    """
    drawn = [
        rewrite(enlarge(symbols.images[i]), rng, REDUCED_STRENGTH)
        for i in equally_often(len(symbols), count, rng)
    ]
    return [picture for picture in drawn if picture is not None]


def as_drawn(symbols: Symbols) -> list[Picture]:
    """Return the symbols as people drew them, in MNIST format: uint8 (28, 28) each."""
    prepared = [prepare(enlarge(image)) for image in symbols.images]
    return [steps.centred for steps in prepared if steps]


def enlarge(symbol: Picture) -> Picture:
    """Return a small symbol enlarged, with smooth strokes: uint8 (152, 152), light on black."""
    large = cv2.resize(symbol, (LARGE, LARGE), interpolation=cv2.INTER_LINEAR)
    smooth = cv2.GaussianBlur(large, (0, 0), LARGE / 64)
    return np.pad(cv2.convertScaleAbs(cv2.subtract(smooth, 64), alpha=2.5), MARGIN)
