"""Digits and letters in handwriting typefaces, randomly distorted.

They add handwriting from many countries that no data set of digits contains.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from mnist_core.errors import DataError
from mnist_core.pictures import Picture
from mnist_core.synthesis.glyphs import rewrite
from mnist_core.synthesis.pen_drawings import collect
from mnist_core.synthesis.sampling import equally_often

Random = np.random.Generator

SIZE = 110  # pixels, of the text
MAX_WIDTH = 900  # pixels; a wider text is not handwriting
UNASSIGNED = "\U0010ffff"  # a character that no typeface has
LETTERS = "ACDEFGHJKLMNPQRTUVWXYacdefhjkmnprtuvwxy"  # O, I, S, Z, l, i, b, g, q look like digits
SIGNS = '&@#%?$+=*<>{}[]~^"€£¥§éñüßæ'


def split_typefaces(fonts: Mapping[str, Path]) -> tuple[dict[str, Path], dict[str, Path]]:
    """Return the typefaces to train on, and every eighth, which is kept for tests."""
    held_out = sorted(fonts)[::8]
    return (
        {name: fonts[name] for name in fonts if name not in held_out},
        {name: fonts[name] for name in held_out},
    )


def make_typed_digits(
    fonts: Mapping[str, Path], count: int, rng: Random
) -> tuple[Picture, NDArray[np.uint8]]:
    """Return digits in typefaces, each distorted at random.

    Returns:
        Pictures in MNIST format, uint8 (n, 28, 28), and labels, uint8 (n,); n is at most `count`.
    """
    drawn = []
    for path in pick(list(fonts.values()), count, rng):
        digit = int(rng.integers(10))
        drawn.append((write(str(digit), path, rng), digit))
    return collect(drawn)


def make_letters(fonts: Mapping[str, Path], count: int, rng: Random) -> list[Picture]:
    """Return pictures, uint8 (28, 28) each, of texts in typefaces that are not a single digit.

    Seven in ten are single letters that do not look like a digit. The others are signs, random
    words, and numbers of several digits.
    """
    kinds = rng.choice(4, count, p=[0.7, 0.12, 0.09, 0.09])
    paths = pick(list(fonts.values()), count, rng)
    drawn = [
        write(choose_text(kind, rng), path, rng) for kind, path in zip(kinds, paths, strict=True)
    ]
    return [picture for picture in drawn if picture is not None]


def choose_text(kind: int, rng: Random) -> str:
    """Return a random letter, sign, meaningless word, or number of several digits."""
    if kind < 2:
        return str(rng.choice(list((LETTERS, SIGNS)[kind])))
    if kind == 2:
        return "".join(rng.choice(list(LETTERS), rng.integers(2, 5)))
    return str(rng.integers(12, 1000))


def pick(paths: Sequence[Path], count: int, rng: Random) -> list[Path]:
    """Return `count` of the paths in random order, each equally often, give or take one."""
    return [paths[i] for i in equally_often(len(paths), count, rng)]


def write(text: str, path: Path, rng: Random) -> Picture | None:
    """Return a text in a typeface, distorted at random, in MNIST format.

    Returns:
        uint8 (28, 28), or None if the typeface lacks a character or no ink is left.

    Raises:
        DataError: the typeface's file is missing, damaged or no typeface.
    """
    picture = typeset(text, path)
    return None if picture is None else rewrite(picture, rng)


@cache
def open_font(path: Path) -> ImageFont.FreeTypeFont:
    """Return a typeface; each file is opened once.

    Raises:
        DataError: the file is missing, damaged or no typeface.
    """
    with as_data_error(path):
        # Given a path that it cannot open, Pillow searches the system's fonts for the same name.
        return ImageFont.truetype(BytesIO(path.read_bytes()), SIZE)


@contextmanager
def as_data_error(path: Path) -> Iterator[None]:
    """Turn Pillow's errors about a typeface's file into a DataError."""
    try:
        yield
    except OSError as problem:
        raise DataError(
            f"Expected {path} to be a typeface. Received: {problem}. Put an intact copy in its "
            "place, or unset FONT_FILES to have the typefaces downloaded."
        ) from problem


@cache
def has_glyph(character: str, path: Path) -> bool:
    """Return whether a typeface has a glyph for a character.

    Missing glyphs render as the same placeholder, usually a box.
    """
    font = open_font(path)
    glyph, missing = (font.getmask(text) for text in (character, UNASSIGNED))
    return (glyph.size, bytes(glyph)) != (missing.size, bytes(missing))


def typeset(text: str, path: Path) -> Picture | None:
    """Return a text rendered in a typeface, light on black.

    Returns:
        uint8 (height, width), or None if the typeface lacks a character, renders it empty, or the
        text is too wide.

    Raises:
        DataError: the typeface's file is missing, damaged or no typeface.
    """
    with as_data_error(path):
        if not all(has_glyph(character, path) for character in text):
            return None
        return draw_text(text, open_font(path))


def draw_text(text: str, font: ImageFont.FreeTypeFont) -> Picture | None:
    """Return a text, light on black: uint8 (height, width), or None if it is empty or too wide."""
    left, top, right, bottom = (round(side) for side in font.getbbox(text))
    width, height = right - left, bottom - top
    if min(width, height) < 3 or width > MAX_WIDTH:
        return None
    picture = Image.new("L", (width + 40, height + 40))
    ImageDraw.Draw(picture).text((20 - left, 20 - top), text, 255, font=font)
    return np.asarray(picture)
