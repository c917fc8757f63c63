"""Real handwritten digits, drawn in the app's ink."""

import numpy as np
from PIL import Image

from mnist_core.pictures import Picture
from ui.components.pictures import PAPER, lay_on_paper, write_in_ink
from ui.components.resources import choose_sample


def draw_sample_on_paper(side: int = 280) -> Picture:
    """Return a real digit at a random place and size on paper: uint8 (side, side, 3)."""
    rng = np.random.default_rng()
    digit = lay_on_paper(write_in_ink(choose_sample(), int(rng.integers(side // 2, side))))
    sheet = Image.new("RGB", (side, side), PAPER)
    left, top = rng.integers(0, side - digit.width, size=2, endpoint=True)
    sheet.paste(digit, (int(left), int(top)))
    return np.asarray(sheet)
