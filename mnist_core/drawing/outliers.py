"""Pictures that show no digit: letters, symbols, scribbles, several digits and their pieces.

A network that has only ever seen digits takes everything for one. Shown what is none (outlier
exposure: Hendrycks, Mazeika and Dietterich 2019, arXiv 1812.04606), it learns to tell, and tells
of what it has never seen too.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.drawing.pen_drawings import draw_by_hand
from mnist_core.drawing.pictograms import PICTOGRAMS
from mnist_core.drawing.scribbles import SCRIBBLES, trace
from mnist_core.drawing.symbol_drawings import draw_symbols
from mnist_core.drawing.typefaces import make_letters
from mnist_core.preprocessing import Picture
from mnist_core.sources.pens import Pens
from mnist_core.sources.symbols import Symbols

Points = NDArray[np.float64]
Random = np.random.Generator

SHARES = (0.28, 0.2, 0.22, 0.17, 0.13)  # of scribbles, pictograms, pieces, rows, mirrored digits
STEADY = 1.5  # for what must not be tilted into something else
# What a digit becomes in a mirror or turned by a quarter, where that is no digit.
MIRRORS: Mapping[str, tuple[tuple[int, ...], tuple[tuple[int, int], tuple[int, int]]]] = {
    "mirrored": ((3, 4, 6, 7, 9), ((-1, 0), (0, 1))),
    "turned left": ((2, 3, 4, 5, 6, 9), ((0, 1), (-1, 0))),
    "turned right": ((2, 3, 4, 5, 6, 9), ((0, -1), (1, 0))),
    "upside down": ((3, 4, 7), ((-1, 0), (0, -1))),
}


def make_outliers(
    pens: Pens, fonts: Mapping[str, Path], symbols: Symbols, count: int, rng: Random
) -> Picture:
    """Return pictures that show no digit, in MNIST's format.

    Four in ten are letters, signs and words of typefaces, two in ten drawn symbols; the others
    scribbles, pictograms, pieces of several digits thrown together, several digits, and digits
    mirrored or turned.

    Args:
        pens: the digits that pieces come from.
        fonts: typefaces, as `load_fonts` returns them.
        symbols: drawn signs.
        count: how many; a few less come back.
        rng: decides on everything.

    Returns:
        uint8 (n, 28, 28); n is at most `count`.
    """
    letters = make_letters(fonts, count * 2 // 5, rng)
    signs = draw_symbols(symbols, count // 5, rng)
    makers: tuple[Callable[[], Picture | None], ...] = (
        lambda: draw_by_hand(trace(any_of(SCRIBBLES, rng)), rng),
        lambda: draw_by_hand(trace(any_of(PICTOGRAMS, rng)), rng, STEADY),
        lambda: draw_by_hand(throw_together(pens, rng), rng),
        lambda: draw_by_hand(put_side_by_side(pens, rng), rng, STEADY),
        lambda: draw_by_hand(mirror(pens, rng), rng, STEADY),
    )
    kinds = rng.choice(len(makers), count - count * 2 // 5 - count // 5, p=SHARES)
    drawn = [makers[kind]() for kind in kinds]
    shown = [*letters, *signs, *(picture for picture in drawn if picture is not None)]
    clear = [picture for picture in shown if not is_upright_line(picture)]
    return np.array(clear, np.uint8).reshape(-1, 28, 28)


def any_of(shapes: Sequence[Callable[[Random], list[Points]]], rng: Random) -> list[Points]:
    """Return the strokes of one of the shapes."""
    return shapes[int(rng.integers(len(shapes)))](rng)


def any_digit(pens: Pens, rng: Random) -> list[Points]:
    """Return the strokes of a recorded digit, scaled to fit a square from (0, 0) to (1, 1)."""
    return fit_square(pens.strokes[rng.integers(len(pens))])


def fit_square(strokes: Sequence[NDArray[np.int16]]) -> list[Points]:
    """Return strokes scaled to fit a square from (0, 0) to (1, 1)."""
    low, high = np.vstack(strokes).min(axis=0), np.vstack(strokes).max(axis=0)
    return [(points - low) / max(float((high - low).max()), 1) for points in strokes]


def throw_together(pens: Pens, rng: Random) -> list[Points]:
    """Return pieces of two or three digits, turned and mirrored."""
    pieces = []
    for _ in range(rng.integers(2, 4)):
        strokes = any_digit(pens, rng)
        piece = strokes[rng.integers(len(strokes))]
        if len(piece) > 8:
            first = rng.integers(0, len(piece) // 2)
            piece = piece[first : first + max(4, int(len(piece) * rng.uniform(0.4, 1)))]
        angle = rng.normal(0, 1)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        turned = (piece - piece.mean(axis=0)) @ turn * [rng.choice([-1, 1]), 1]
        pieces.append(turned + rng.uniform(-0.35, 0.35, 2))
    return pieces


def put_side_by_side(pens: Pens, rng: Random) -> list[Points]:
    """Return two or three digits in a row, or in a column."""
    digits, along, in_column = [], 0.0, rng.random() < 0.12
    for _ in range(rng.choice([2, 2, 2, 3])):
        scale = rng.uniform(0.75, 1.1)
        strokes = [points * scale for points in any_digit(pens, rng)]
        aside = rng.uniform(-0.1, 0.1)
        offset = np.array([aside, along] if in_column else [along, aside])
        digits += [points + offset for points in strokes]
        along += float(np.vstack(strokes).max(axis=0)[int(in_column)]) + rng.uniform(-0.02, 0.35)
    return digits


def mirror(pens: Pens, rng: Random) -> list[Points]:
    """Return a digit mirrored or turned so that it is none any more."""
    digits, turn = MIRRORS[str(rng.choice(list(MIRRORS)))]
    chosen = rng.choice(np.flatnonzero(np.isin(pens.labels, digits)))
    return [points @ np.array(turn, float).T for points in fit_square(pens.strokes[chosen])]


def is_upright_line(picture: Picture) -> bool:
    """Return whether a picture shows little but a stroke from top to bottom, which reads as a 1."""
    ink = np.argwhere(picture > 100)
    if len(ink) < 8:
        return True
    spread, directions = np.linalg.eigh(np.cov(ink.T))
    return bool(spread[1] > 14 * max(spread[0], 0.5) and abs(directions[0, 1]) > 0.4)
