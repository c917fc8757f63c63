"""Explanations as pictures, in two colours that the colour-blind tell apart as well.

They are the vermilion and the blue of Okabe and Ito's palette ("Color universal design", 2008).
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from mnist_core.explanation.counterfactuals import Counterfactual
from mnist_core.explanation.explanation import Explanation
from mnist_core.explanation.fine_ink import fine_ink
from mnist_core.explanation.occlusion import Map
from mnist_core.inference.calibration import percent
from mnist_core.pictures import Picture
from mnist_core.preprocessing import FIELD

FOR = (213, 94, 0)  # vermilion: ink that speaks for the answer; ink that is added
AGAINST = (0, 114, 178)  # blue: ink that speaks against it; ink that is taken away
PAPER = (255, 253, 248)
INK = (27, 32, 54)
PALE_INK = (196, 194, 190)  # ink that decides nothing

SCALE = 12  # pixels of the file per pixel of MNIST's
TILE = 168  # pixels, a changed drawing
COLUMNS = 3
MARGIN = 24
LINE = 26  # pixels, a line of text
TEXT = 15  # pixels, the letters' size

READ_AS = {"not a digit": "Not a digit; the closest is", "unsure": "Perhaps"}  # else "Read as"

Colour = tuple[int, int, int]
Shares = NDArray[np.floating]


def mix(picture: NDArray[np.floating], colour: Colour, share: Shares) -> NDArray[np.floating]:
    """Return a picture, float (H, W, 3), mixed with a colour; share is (H, W) from 0 to 1."""
    return picture + (np.array(colour) - picture) * share[..., None]


def paper(shape: tuple[int, ...]) -> NDArray[np.floating]:
    """Return blank paper, float (H, W, 3)."""
    return np.full((*shape, 3), PAPER, np.float64)


def colour_ink(ink: Picture, decides: Map) -> Picture:
    """Return ink coloured by how much it decides: uint8 (28, 28, 3).

    The strongest pixel has its full colour; ink that decides nothing is grey.

    Args:
        ink: uint8 (28, 28).
        decides: float32 (28, 28), as `Occlusion.ink`.
    """
    strongest = float(np.abs(decides).max())
    strength = decides / (strongest or 1.0)
    picture = mix(paper(ink.shape), PALE_INK, ink / 255)
    picture = mix(picture, FOR, np.clip(strength, 0, 1))
    picture = mix(picture, AGAINST, np.clip(-strength, 0, 1))
    return picture.round().astype(np.uint8)


def colour_change(before: Picture, after: Picture) -> Picture:
    """Return a drawing with what was added and what was taken away coloured: uint8 (H, W, 3).

    Args:
        before: uint8 (H, W), ink light.
        after: uint8 (H, W).
    """
    old, new = before / 255, after / 255
    picture = mix(paper(before.shape), INK, np.minimum(old, new))
    picture = mix(picture, AGAINST, np.clip(old - new, 0, 1))
    picture = mix(picture, FOR, np.clip(new - old, 0, 1))
    return picture.round().astype(np.uint8)


def why_picture(explanation: Explanation) -> Image.Image:
    """Return an explanation as one picture: the ink that decides, and what would change it."""
    changes = explanation.counterfactuals
    rows = -(-len(changes) // COLUMNS)
    height = max(FIELD * SCALE + 4 * LINE, rows * (TILE + 2 * LINE) + LINE)
    width = FIELD * SCALE + (COLUMNS if changes else 0) * (TILE + MARGIN)
    sheet = Image.new("RGB", (width + 2 * MARGIN, height + 2 * MARGIN), "white")
    draw_ink(sheet, explanation)
    draw_changes(sheet, fine_ink(explanation.steps), changes)
    return sheet


def draw_ink(sheet: Image.Image, explanation: Explanation) -> None:
    """Draw the coloured ink, and in words what it shows."""
    occlusion, deletion = explanation.occlusion, explanation.deletion
    sure = occlusion.probability
    read = READ_AS.get(explanation.reading.verdict, "Read as")
    write(sheet, (MARGIN, MARGIN), f"{read} {occlusion.digit}, {percent(sure)}")
    ink = Image.fromarray(colour_ink(explanation.reading.ink, occlusion.ink))
    place = MARGIN, MARGIN + LINE
    sheet.paste(ink.resize((FIELD * SCALE,) * 2, Image.Resampling.NEAREST), place)
    lines = (
        ("Orange speaks for it, blue against it", INK),
        (f"Without the tenth that decides most: {percent(sure - deletion.named)}", FOR),
        (f"Without a random tenth: {percent(sure - deletion.at_random)}", INK),
    )
    below = MARGIN + LINE + FIELD * SCALE + 6
    for n, (line, colour) in enumerate(lines):
        write(sheet, (MARGIN, below + n * LINE), line, colour)


def draw_changes(sheet: Image.Image, fine: Picture, changes: Iterable[Counterfactual]) -> None:
    """Draw what would turn the answer into other digits, in rows."""
    left = 2 * MARGIN + FIELD * SCALE
    write(sheet, (left, MARGIN), "It would be read as" if changes else "")
    for n, change in enumerate(changes):
        x = left + n % COLUMNS * (TILE + MARGIN)
        y = MARGIN + LINE + n // COLUMNS * (TILE + 2 * LINE)
        tile = Image.fromarray(colour_change(fine, change.fine))
        sheet.paste(tile.resize((TILE, TILE), Image.Resampling.BICUBIC), (x, y))
        write(sheet, (x, y + TILE + 2), f"{change.digit}, {change.changed:.0%} of the ink changed")


def write(sheet: Image.Image, place: tuple[int, int], text: str, colour: Colour = INK) -> None:
    """Write a line of text."""
    ImageDraw.Draw(sheet).text(place, text, colour, ImageFont.load_default(TEXT))
