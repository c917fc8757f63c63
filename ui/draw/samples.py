"""Real digits, written by other people, in the app's ink."""

import numpy as np
from PIL import Image

from mnist_core.preprocessing import Picture
from ui.pictures import PAPER, lay_on_paper, write_in_ink
from ui.resources import load_sample_digits


def choose_sample() -> Picture:
    """Return one of the real digits by chance, uint8 (28, 28), ink light on black."""
    digits = load_sample_digits().images
    return digits[np.random.default_rng().integers(len(digits))]


def draw_sample_on_paper(side: int = 280) -> Picture:
    """Return a picture of a real digit, small and anywhere on a sheet: uint8 (side, side, 3)."""
    chance = np.random.default_rng()
    digit = lay_on_paper(write_in_ink(choose_sample(), int(chance.integers(side // 2, side))))
    sheet = Image.new("RGB", (side, side), PAPER)
    left, top = chance.integers(0, side - digit.width, size=2, endpoint=True)
    sheet.paste(digit, (int(left), int(top)))
    return np.asarray(sheet)
