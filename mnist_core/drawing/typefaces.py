"""Digits and letters of handwriting typefaces, written anew: many hands that no data set holds."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from mnist_core.drawing.glyphs import rewrite
from mnist_core.drawing.pen_drawings import collect
from mnist_core.errors import DataError
from mnist_core.preprocessing import Picture

Random = np.random.Generator

SIZE = 110  # pixels, of the typeface
WIDEST = 900  # pixels; what is wider is no writing
UNASSIGNED = "\U0010ffff"  # no typeface has it
LETTERS = "ACDEFGHJKLMNPQRTUVWXYacdefhjkmnprtuvwxy"  # O, I, S, Z, l, i, b, g, q look like digits
SIGNS = '&@#%?$+=*<>{}[]~^"€£¥§éñüßæ'


def divide(fonts: Mapping[str, Path]) -> tuple[dict[str, Path], dict[str, Path]]:
    """Return the typefaces to train on, and every eighth, which training never sees."""
    kept_aside = sorted(fonts)[::8]
    return (
        {name: fonts[name] for name in fonts if name not in kept_aside},
        {name: fonts[name] for name in kept_aside},
    )


def make_typed_digits(
    fonts: Mapping[str, Path], count: int, rng: Random
) -> tuple[Picture, NDArray[np.uint8]]:
    """Return digits of typefaces, each written anew: uint8 (n, 28, 28), and labels uint8 (n,)."""
    drawn = []
    for path in pick(list(fonts.values()), count, rng):
        digit = int(rng.integers(10))
        drawn.append((write(str(digit), path, rng), digit))
    return collect(drawn)


def make_letters(fonts: Mapping[str, Path], count: int, rng: Random) -> list[Picture]:
    """Return pictures, uint8 (28, 28), of what typefaces hold that is no digit.

    Seven in ten are single letters that do not look like a digit, the others signs, words and
    numbers of several digits.
    """
    kinds = rng.choice(4, count, p=[0.7, 0.12, 0.09, 0.09])
    paths = pick(list(fonts.values()), count, rng)
    written = [
        write(choose_text(kind, rng), path, rng) for kind, path in zip(kinds, paths, strict=True)
    ]
    return [picture for picture in written if picture is not None]


def choose_text(kind: int, rng: Random) -> str:
    """Return a letter, a sign, a word without meaning, or a number."""
    if kind < 2:
        return str(rng.choice(list((LETTERS, SIGNS)[kind])))
    if kind == 2:
        return "".join(rng.choice(list(LETTERS), rng.integers(2, 5)))
    return str(rng.integers(12, 1000))


def pick(paths: Sequence[Path], count: int, rng: Random) -> list[Path]:
    """Return that many of the paths, each as often as every other, but for one."""
    return [paths[i] for i in rng.permutation(np.resize(np.arange(len(paths)), count))]


def write(text: str, path: Path, rng: Random) -> Picture | None:
    """Return a text in a typeface, written anew by a random hand and pen, in MNIST's format.

    Returns:
        uint8 (28, 28), or None where the typeface cannot write it, or nothing is left to see.

    Raises:
        DataError: the typeface's file is missing, damaged or no typeface.
    """
    picture = typeset(text, path)
    return None if picture is None else rewrite(picture, rng)


@cache
def open_font(path: Path) -> ImageFont.FreeTypeFont:
    """Return a typeface, opened once.

    Raises:
        DataError: the file is missing, damaged or no typeface.
    """
    with damage_told(path):
        # Of a path that it cannot open, Pillow looks for a namesake in the system's folders.
        return ImageFont.truetype(BytesIO(path.read_bytes()), SIZE)


@contextmanager
def damage_told(path: Path) -> Iterator[None]:
    """Turn what Pillow says of a typeface's file into a DataError."""
    try:
        yield
    except OSError as problem:
        raise DataError(
            f"Expected {path} to be a typeface. Received: {problem}. Put a whole copy in its "
            "place, or unset FONT_FILES to have the typefaces downloaded."
        ) from problem


@cache
def can_write(sign: str, path: Path) -> bool:
    """Tell whether a typeface has a sign; those it lacks all look the same, like a box mostly."""
    font = open_font(path)
    glyph, missing = (font.getmask(text) for text in (sign, UNASSIGNED))
    return (glyph.size, bytes(glyph)) != (missing.size, bytes(missing))


def typeset(text: str, path: Path) -> Picture | None:
    """Return a text as the typeface has it, light on black.

    Returns:
        uint8 (height, width), or None where the typeface lacks a sign, has nothing to show for it,
        or is too wide.

    Raises:
        DataError: the typeface's file is missing, damaged or no typeface.
    """
    with damage_told(path):
        if not all(can_write(sign, path) for sign in text):
            return None
        return draw_text(text, open_font(path))


def draw_text(text: str, font: ImageFont.FreeTypeFont) -> Picture | None:
    """Return a text, light on black: uint8 (height, width), or None if it cannot be shown."""
    left, top, right, bottom = (round(side) for side in font.getbbox(text))
    width, height = right - left, bottom - top
    if min(width, height) < 3 or width > WIDEST:
        return None
    picture = Image.new("L", (width + 40, height + 40))
    ImageDraw.Draw(picture).text((20 - left, 20 - top), text, 255, font=font)
    return np.asarray(picture)
