"""A drawing as an animation: it is drawn again while the answer changes."""

import io
from collections.abc import Iterator

import numpy as np
from PIL import Image

from mnist_core import Number, Reader, Reading
from mnist_core.sketches.sketch import Sketch
from ui.components.several_digits import find_number
from ui.components.sketches import in_ink, picture_of
from ui.draw.share_answer import Answer, answer_in_words
from ui.draw.share_picture import lay_out

FRAMES = 24  # while it is drawn
EACH = 80  # milliseconds
LAST = 2_500  # milliseconds: the answer stays so long
LEVELS = 17  # of ink are told apart, so many of 256: the file becomes smaller


def animate(sketch: Sketch, reader: Reader, reading: Reading, number: Number | None) -> bytes:
    """Return a GIF of a drawing being drawn and read.

    Args:
        sketch: the drawing.
        reader: reads it as far as it is drawn.
        reading: what it reads in the end.
        number: the number that it reads in the end, if it is one.
    """
    parts = [sketch.until(sketch.length * i / FRAMES) for i in range(1, FRAMES)]
    answers = [*read_while_drawn(parts, reader, number), answer_in_words(reading, number)]
    frames = [
        in_few_shades(lay_out(part, answer, 1))
        for part, answer in zip([*parts, sketch], answers, strict=True)
    ]
    file = io.BytesIO()
    frames[0].save(
        file,
        "GIF",
        save_all=True,
        append_images=frames[1:],
        duration=[EACH] * (FRAMES - 1) + [LAST],
        loop=0,
        optimize=False,
    )
    return file.getvalue()


def read_while_drawn(
    parts: list[Sketch], reader: Reader, number: Number | None
) -> Iterator[Answer]:
    """Yield the answer to each part of a drawing.

    Whether it is a number is asked once for each stroke, as on the page, when the pen is lifted.
    """
    pictures = [np.asarray(picture_of(part).convert("RGB")) for part in parts]
    strokes, part_number = 0, None
    for part, picture, reading in zip(parts, pictures, reader.read_batch(pictures), strict=True):
        if number and len(part.strokes) > strokes:
            strokes = len(part.strokes)
            before = [stroke.points for stroke in part.strokes[:-1]]
            part_number = find_number(reader, reading, picture, before)
        yield answer_in_words(reading, part_number)


def in_few_shades(picture: Image.Image) -> Image.Image:
    """Return a grey picture, ink light, in ink on paper and few shades."""
    shades = np.asarray(picture) // LEVELS * LEVELS
    return in_ink(shades)
