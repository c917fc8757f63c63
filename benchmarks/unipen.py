"""Writers for the benchmark of hands: UNIPEN's characters, and the recorded pens."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from mnist_core.data.characters import DIGITS, Characters, load_characters
from mnist_core.data.pens import load_pens
from mnist_core.pictures import Picture
from mnist_core.preprocessing import prepare
from mnist_core.synthesis.pen_drawings import CANVAS, PENS, TEST_WRITERS, draw_on_canvas
from mnist_core.synthesis.strangers import clear_letters, is_broken

LETTERS = 2_000
SEED = 1


@dataclass(frozen=True)
class Writing:
    """Characters by several writers, as pen strokes.

    Attributes:
        name: whose they are.
        strokes: for each character, its strokes, int16 (n, 2) each, y down.
        labels: uint8 (n,), the digit; 0 for letters.
        writers: str (n,).
    """

    name: str
    strokes: list[list[np.ndarray]]
    labels: np.ndarray
    writers: np.ndarray

    def draw(self, rng: np.random.Generator) -> Picture:
        """Return every character on a canvas with a random pen, in MNIST format."""
        drawn = []
        for strokes in self.strokes:
            steps = prepare(draw_on_canvas(strokes, int(rng.choice(PENS)), rng))
            if steps is None:
                raise ValueError("Expected a drawing to have ink. Received: a blank one")
            drawn.append(steps.centred)
        return np.stack(drawn)


def unipen_digits(collections: Sequence[str]) -> Writing:
    """Return the digits of some collections, without those that lost strokes in recording."""
    digits = characters_of(collections).labelled(DIGITS)
    digits = digits.where(~is_broken(digits))
    labels = digits.labels.astype(np.uint8)
    return Writing(name_of(collections), digits.strokes, labels, digits.writers)


def unipen_letters(collections: Sequence[str]) -> Writing:
    """Return some clear letters of some collections."""
    letters = clear_letters(characters_of(collections))
    order = np.random.default_rng(SEED).permutation(len(letters))[:LETTERS]
    strokes = [letters.strokes[i] for i in order]
    labels = np.zeros(len(order), np.uint8)
    return Writing(name_of(collections), strokes, labels, letters.writers[order])


def characters_of(collections: Sequence[str]) -> Characters:
    """Return the characters of some collections."""
    characters = load_characters()
    return characters.where(np.isin(characters.collections, list(collections)))


def name_of(collections: Sequence[str]) -> str:
    """Return what some collections are called in a report."""
    return f"UNIPEN's {', '.join(collections)}"


def recorded_pens() -> Writing:
    """Return the recorded pens by the writers for reports."""
    pens = load_pens().of_writers(*TEST_WRITERS)
    return Writing("the recorded pens", pens.strokes, pens.labels, pens.writers.astype(str))


def scribble(rng: np.random.Generator) -> Picture:
    """Return a random curve on a canvas: uint8 (280, 280)."""
    canvas = np.zeros((CANVAS, CANVAS), np.uint8)
    points = rng.integers(40, CANVAS - 40, (6, 2)).astype(np.int32)
    return np.asarray(cv2.polylines(canvas, [points], False, 255, 16, cv2.LINE_AA), np.uint8)
