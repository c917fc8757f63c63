"""Numbers and words put together from one writer's characters, at set distances.

The characters are UNIPEN's and UCI's pens, each number by one writer. Nothing is fitted on the
writers that figures are reported on: UNIPEN's collection `ced`, and the pens' test writers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core.data.characters import DIGITS, Characters, load_characters
from mnist_core.data.pens import load_pens, local_pens
from mnist_core.files import named_file
from mnist_core.pictures import Picture
from mnist_core.synthesis.pen_drawings import CALIBRATION_WRITERS, TEST_WRITERS

REPORTED = "ced"  # the collection that nothing is fitted on
CALIBRATION_PART = 6  # of the other collections' writers, one in so many is not trained on
LEAST_DIGITS = 4  # of a writer, else too many numbers would repeat one digit
CLEAR_LETTERS = "AEFHKMNRTWXadefhkmnrtwx"  # letters that nobody takes for a digit
HEIGHT = 100  # pixels
PEN = 10  # pixels
MARGIN = 30  # pixels

Random = np.random.Generator
Points = NDArray[np.float64]
Glyph = list[Points]  # one character's strokes, 100 pixels tall, from (0, 0)


@dataclass(frozen=True)
class Written:
    """A number or a word, written by one person.

    Attributes:
        text: what it says.
        strokes: float64 (n, 2) each, in pixels, in the order drawn.
        owners: of each stroke, the place in the text of the character that it belongs to.
    """

    text: str
    strokes: list[Points]
    owners: list[int]


Hands = list[dict[str, list[Glyph]]]  # of each writer, all ways to write each character


def load_hands(*, reported: bool, labels: str = DIGITS, pens: bool = True) -> Hands:
    """Return the characters of writers to report on, or of those to fit on.

    Args:
        reported: whether to report or to fit on them.
        labels: the characters.
        pens: whether UCI's pens, which are digits only, are added.
    """
    characters = load_characters().labelled(list(labels))
    is_reported = characters.collections == REPORTED
    is_kept = np.array([crc32(w.encode()) % CALIBRATION_PART == 0 for w in characters.writers])
    hands = hands_of(characters.where(is_reported if reported else ~is_reported & is_kept))
    if pens and local_pens():
        hands += pen_hands(TEST_WRITERS if reported else CALIBRATION_WRITERS)
    return [hand for hand in hands if sum(map(len, hand.values())) >= LEAST_DIGITS]


def is_available() -> bool:
    """Return whether UNIPEN's characters are on this machine."""
    return named_file("UNIPEN") is not None


def hands_of(characters: Characters) -> Hands:
    """Return each writer's characters; dots and lone dashes called a digit are left out."""
    by_writer: dict[str, dict[str, list[Glyph]]] = {}
    for strokes, label, writer in zip(
        characters.strokes, characters.labels, characters.writers, strict=True
    ):
        if is_whole(strokes, str(label), str(writer)):
            hand = by_writer.setdefault(str(writer), {})
            hand.setdefault(str(label), []).append(scaled(strokes))
    return [by_writer[writer] for writer in sorted(by_writer)]


def is_whole(strokes: Sequence[NDArray[np.int16]], label: str, writer: str) -> bool:
    """Return whether a character has lost no stroke: `ibm` has fours of one dash."""
    return not (writer.startswith("ibm") and label in "04" and len(strokes) == 1 and label == "4")


def pen_hands(writers: tuple[int, int]) -> Hands:
    """Return the digits of some of UCI's writers."""
    pens = load_pens().of_writers(*writers)
    hands: dict[int, dict[str, list[Glyph]]] = {}
    for strokes, label, writer in zip(pens.strokes, pens.labels, pens.writers, strict=True):
        hands.setdefault(int(writer), {}).setdefault(str(label), []).append(scaled(strokes))
    return [hands[writer] for writer in sorted(hands)]


def scaled(strokes: Sequence[NDArray[np.int16]]) -> Glyph:
    """Return a character 100 pixels tall, or as wide as that if it is wider than tall."""
    points = np.vstack(strokes).astype(float)
    low, size = points.min(axis=0), np.ptp(points, axis=0)
    scale = HEIGHT / max(size.max() * 0.8, size[1], 1)
    return [(stroke.astype(float) - low) * scale for stroke in strokes]


def write(hand: dict[str, list[Glyph]], length: int, distance: float, rng: Random) -> Written:
    """Return a number or word by one writer.

    Args:
        hand: the writer's characters.
        length: of the text.
        distance: pixels between the ink of neighbours; 0 touches, negative overlaps.
        rng: the source of randomness.
    """
    names = [name for name, glyphs in hand.items() for _ in glyphs]
    text = [names[int(i)] for i in rng.integers(len(names), size=length)]
    strokes: list[Points] = []
    owners: list[int] = []
    right = 0.0
    for place, name in enumerate(text):
        size, rise = rng.uniform(0.9, 1.1), rng.uniform(-6, 6)
        glyph = [stroke * size for stroke in hand[name][int(rng.integers(len(hand[name])))]]
        drop = HEIGHT - max(float(np.vstack(glyph)[:, 1].max()), HEIGHT * 0.6) + rise
        strokes += [stroke + [right, drop] for stroke in glyph]
        owners += [place] * len(glyph)
        right += float(np.vstack(glyph)[:, 0].max()) + PEN + distance
    return Written("".join(text), strokes, owners)


def bars_last(written: Written) -> Written:
    """Return the same with the second and later strokes of all characters drawn last."""
    is_late = [
        i > 0 and written.owners[i] == written.owners[i - 1] for i in range(len(written.owners))
    ]
    order = sorted(range(len(is_late)), key=lambda i: is_late[i])
    return Written(
        written.text, [written.strokes[i] for i in order], [written.owners[i] for i in order]
    )


def without_lifting(written: Written) -> Written:
    """Return the same drawn in one stroke; the pen moves straight on to the next character.

    Characters of several strokes would not be drawn like that: give single strokes.
    """
    path = [written.strokes[0]]
    for before, after in zip(written.strokes[:-1], written.strokes[1:], strict=True):
        steps = max(int(np.hypot(*(after[0] - before[-1])) / 4), 2)
        path += [np.linspace(before[-1], after[0], steps)[1:-1], after]
    return Written(written.text, [np.vstack(path)], [0])


def with_single_strokes(hand: dict[str, list[Glyph]]) -> dict[str, list[Glyph]]:
    """Return the characters that somebody writes in one stroke."""
    single = {name: [g for g in glyphs if len(g) == 1] for name, glyphs in hand.items()}
    return {name: glyphs for name, glyphs in single.items() if glyphs}


def draw(strokes: Sequence[Points], pen: int = PEN) -> Picture:
    """Return strokes as a picture, dark on white: uint8 (h, w)."""
    points = np.vstack(strokes)
    low, high = points.min(axis=0) - MARGIN, points.max(axis=0) + MARGIN
    across, down = np.ceil(high - low).astype(int)
    canvas = np.full((down, across), 255, np.uint8)
    for stroke in strokes:
        path = np.round((stroke - low) * 8).astype(np.int32)
        cv2.polylines(canvas, [path], len(path) == 1, 30, pen, cv2.LINE_AA, shift=3)
    return canvas
