"""Outliers, pictures that are not digits: letters, symbols, scribbles, pieces of digits.

A network that has only seen digits calls everything a digit. Training it on outliers too (outlier
exposure: Hendrycks, Mazeika and Dietterich 2019, arXiv 1812.04606) teaches it to reject them, even
kinds of outliers that it has never seen.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core.data.characters import Characters
from mnist_core.data.pens import Pens
from mnist_core.data.symbols import Symbols
from mnist_core.pictures import Picture
from mnist_core.synthesis.pen_drawings import draw_by_hand
from mnist_core.synthesis.pictograms import PICTOGRAMS
from mnist_core.synthesis.sampling import equally_often
from mnist_core.synthesis.scribbles import SCRIBBLES, densify
from mnist_core.synthesis.symbol_drawings import draw_symbols
from mnist_core.synthesis.typefaces import make_letters

Points = NDArray[np.float64]
Random = np.random.Generator

# Of all outliers: letters and signs drawn with a pen, in typefaces, and drawn symbols.
DRAWN, TYPED, SYMBOLS = 0.4, 0.2, 0.12
# Of the others: scribbles, pictograms, pieces, lone strokes, rows, mirrored digits.
SHARES = (0.25, 0.18, 0.17, 0.12, 0.17, 0.11)
CUT_OFF = 0.3  # share of the rows in which the last digit has only one of its strokes
IN_PARTS = (4, 5)  # digits of which no stroke is a digit by itself, but for an upright line
REDUCED_STRENGTH = 1 / 1.5  # of distortion, for shapes that would become something else
# Mirror images and rotations: for which digits the result is not a digit, and the matrix.
MIRRORS: Mapping[str, tuple[tuple[int, ...], tuple[tuple[int, int], tuple[int, int]]]] = {
    "mirrored": ((3, 4, 6, 7, 9), ((-1, 0), (0, 1))),
    "turned left": ((2, 3, 4, 5, 6, 9), ((0, 1), (-1, 0))),
    "turned right": ((2, 3, 4, 5, 6, 9), ((0, -1), (1, 0))),
    "upside down": ((3, 4, 7), ((-1, 0), (0, -1))),
}


def make_outliers(
    pens: Pens,
    characters: Characters,
    fonts: Mapping[str, Path],
    symbols: Symbols,
    count: int,
    rng: Random,
) -> Picture:
    """Return outliers in MNIST format.

    Four in ten are letters and signs that people drew, two in ten are letters, signs and words in
    typefaces, one in eight is a drawn symbol. The others are scribbles, pictograms, pieces of
    several digits in one picture, single strokes of a digit, several digits side by side, and
    mirrored or rotated digits.

    Args:
        pens: the recorded digits that pieces are taken from.
        characters: the letters and signs; none of them looks like a digit.
        fonts: typefaces, as `load_fonts` returns them.
        symbols: the drawn symbols.
        count: how many to draw; a few of them are unusable and left out.
        rng: the source of randomness.

    Returns:
        uint8 (n, 28, 28); n is at most `count`.
    """
    drawn = draw_characters(characters, round(count * DRAWN), rng)
    typed = make_letters(fonts, round(count * TYPED), rng)
    signs = draw_symbols(symbols, round(count * SYMBOLS), rng)
    strokes = lone_strokes(pens)
    makers: tuple[Callable[[], Picture | None], ...] = (
        lambda: draw_by_hand(densify(choose_shape(SCRIBBLES, rng)), rng),
        lambda: draw_by_hand(densify(choose_shape(PICTOGRAMS, rng)), rng, REDUCED_STRENGTH),
        lambda: draw_by_hand(combine_pieces(pens, rng), rng),
        lambda: draw_by_hand([strokes[rng.integers(len(strokes))]], rng, REDUCED_STRENGTH),
        lambda: draw_by_hand(put_side_by_side(pens, rng), rng, REDUCED_STRENGTH),
        lambda: draw_by_hand(mirror(pens, rng), rng, REDUCED_STRENGTH),
    )
    kinds = rng.choice(len(makers), round(count * (1 - DRAWN - TYPED - SYMBOLS)), p=SHARES)
    made = [makers[kind]() for kind in kinds]
    shown = [*drawn, *typed, *signs, *(picture for picture in made if picture is not None)]
    clear = [picture for picture in shown if not is_upright_line(picture)]
    return np.array(clear, np.uint8).reshape(-1, 28, 28)


def draw_characters(characters: Characters, count: int, rng: Random) -> list[Picture]:
    """Return characters in another, random handwriting, in MNIST format: uint8 (28, 28) each.

    All are drawn equally often, give or take one.
    """
    drawn = [
        draw_by_hand(characters.strokes[i], rng, REDUCED_STRENGTH)
        for i in equally_often(len(characters), count, rng)
    ]
    return [picture for picture in drawn if picture is not None]


def choose_shape(shapes: Sequence[Callable[[Random], list[Points]]], rng: Random) -> list[Points]:
    """Return the strokes of one of the shapes, chosen at random."""
    return shapes[int(rng.integers(len(shapes)))](rng)


def choose_digit(pens: Pens, rng: Random) -> list[Points]:
    """Return the strokes of a random recorded digit, scaled as `fit_square` does."""
    return fit_square(pens.strokes[rng.integers(len(pens))])


def fit_square(strokes: Sequence[NDArray[np.int16]]) -> list[Points]:
    """Return strokes scaled to fit a square from (0, 0) to (1, 1)."""
    low, high = np.vstack(strokes).min(axis=0), np.vstack(strokes).max(axis=0)
    return [(points - low) / max(float((high - low).max()), 1) for points in strokes]


def combine_pieces(pens: Pens, rng: Random) -> list[Points]:
    """Return pieces of two or three digits, rotated and mirrored, in one drawing."""
    pieces = []
    for _ in range(rng.integers(2, 4)):
        strokes = choose_digit(pens, rng)
        piece = strokes[rng.integers(len(strokes))]
        if len(piece) > 8:
            first = rng.integers(0, len(piece) // 2)
            piece = piece[first : first + max(4, int(len(piece) * rng.uniform(0.4, 1)))]
        angle = rng.normal(0, 1)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        turned = (piece - piece.mean(axis=0)) @ turn * [rng.choice([-1, 1]), 1]
        pieces.append(turned + rng.uniform(-0.35, 0.35, 2))
    return pieces


def lone_strokes(pens: Pens) -> list[NDArray[np.int16]]:
    """Return the strokes of digits drawn in several, which are no digits by themselves."""
    return [
        stroke
        for strokes, label in zip(pens.strokes, pens.labels, strict=True)
        if label in IN_PARTS and len(strokes) > 1
        for stroke in strokes
    ]


def put_side_by_side(pens: Pens, rng: Random) -> list[Points]:
    """Return two or three digits in a row or a column; of the last, perhaps only one stroke."""
    digits, along, in_column = [], 0.0, rng.random() < 0.12
    count, is_cut_off = rng.choice([2, 2, 2, 3]), rng.random() < CUT_OFF
    for number in range(count):
        scale = rng.uniform(0.75, 1.1)
        strokes = [points * scale for points in choose_digit(pens, rng)]
        if is_cut_off and number == count - 1:
            strokes = [strokes[rng.integers(len(strokes))]]
        aside = rng.uniform(-0.1, 0.1)
        offset = np.array([aside, along] if in_column else [along, aside])
        digits += [points + offset for points in strokes]
        along += float(np.vstack(strokes).max(axis=0)[int(in_column)]) + rng.uniform(-0.02, 0.35)
    return digits


def mirror(pens: Pens, rng: Random) -> list[Points]:
    """Return a digit mirrored or rotated so that it is no longer a digit."""
    digits, turn = MIRRORS[str(rng.choice(list(MIRRORS)))]
    chosen = rng.choice(np.flatnonzero(np.isin(pens.labels, digits)))
    return [points @ np.array(turn, float).T for points in fit_square(pens.strokes[chosen])]


def is_upright_line(picture: Picture) -> bool:
    """Return whether a picture shows little more than one upright stroke, which could be a 1."""
    mask = np.asarray(picture > 100, np.uint8)
    ink = np.argwhere(mask)
    if len(ink) < 8:
        return True
    spread, directions = np.linalg.eigh(np.cov(ink.T))
    is_upright = spread[1] > 14 * max(spread[0], 0.5) and abs(directions[0, 1]) > 0.4
    return bool(is_upright and cv2.connectedComponents(mask)[0] == 2)  # the ground, and one mark
