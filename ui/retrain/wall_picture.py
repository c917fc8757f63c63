"""The learning wall as one picture: ten rows of small digits, the wrong ones marked.

No Streamlit here.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from mnist_core.preprocessing import FIELD
from mnist_core.runs.learning_wall import Wall
from ui.components.colours import WHITE, Colour
from ui.components.pictures import INK, PAPER

COLUMNS = 10
SCALE = 2  # each pixel of a digit is so many wide
SIDE = SCALE * FIELD  # pixels of a tile
GAP = 8  # pixels between tiles
FRAME = 4  # pixels
BADGE = 20  # pixels, the side of the square with the wrong answer
RED_PAPER: Colour = (250, 209, 199)
RED: Colour = (176, 32, 32)
GREEN: Colour = (46, 125, 80)
FADED: Colour = (128, 128, 128)
FONT = ImageFont.load_default(17)


def draw_wall(wall: Wall, look: int) -> Image.Image:
    """Return a look at the wall, on a transparent ground.

    A wrong digit is on red paper, in a frame, with what it was read as in a corner. One that was
    wrong at the look before is in a green frame.
    """
    right = wall.right(look)
    turned = right & ~wall.right(look - 1) if look else np.zeros_like(right)
    picture = empty_grid(len(right))
    draw = ImageDraw.Draw(picture)
    for place, image in enumerate(wall.digits.images):
        left, top = corner_of(place)
        paper = PAPER if right[place] else RED_PAPER
        picture.paste(tile(image, paper), (left, top))
        box = (left - 2, top - 2, left + SIDE + 1, top + SIDE + 1)
        if not right[place]:
            draw.rectangle(box, outline=RED, width=FRAME)
            draw_badge(draw, left, top, str(wall.read[look, place]))
        elif turned[place]:
            draw.rectangle(box, outline=GREEN, width=FRAME)
    return picture


def draw_empty_wall() -> Image.Image:
    """Return the wall before the first look: a hundred faint squares."""
    picture = empty_grid(COLUMNS**2)
    draw = ImageDraw.Draw(picture)
    for place in range(COLUMNS**2):
        left, top = corner_of(place)
        draw.rectangle((left, top, left + SIDE - 1, top + SIDE - 1), fill=(*FADED, 40))
    return picture


def empty_grid(n: int) -> Image.Image:
    """Return a transparent picture with room for tiles, at least a hundred: nothing moves later."""
    rows = max(-(-n // COLUMNS), COLUMNS)
    return Image.new("RGBA", (GAP + COLUMNS * (SIDE + GAP), GAP + rows * (SIDE + GAP)))


def corner_of(place: int) -> tuple[int, int]:
    """Return the left upper corner of a tile, in pixels."""
    row, column = divmod(place, COLUMNS)
    return GAP + column * (SIDE + GAP), GAP + row * (SIDE + GAP)


def tile(image: NDArray[np.uint8], paper: Colour) -> Image.Image:
    """Return a digit, uint8 (28, 28), in ink on paper."""
    shown = Image.fromarray(image).resize((SIDE, SIDE), Image.Resampling.NEAREST)
    shown.putpalette(np.linspace(paper, INK, 256).round().astype(np.uint8).tobytes())
    return shown.convert("RGB")


def draw_badge(draw: ImageDraw.ImageDraw, left: int, top: int, read: str) -> None:
    """Write what was read into the lower right corner of a tile."""
    right, bottom = left + SIDE + 1, top + SIDE + 1
    draw.rectangle((right - BADGE, bottom - BADGE, right, bottom), fill=RED)
    middle = (right - BADGE / 2, bottom - BADGE / 2)
    draw.text(middle, read, fill=WHITE, font=FONT, anchor="mm")
