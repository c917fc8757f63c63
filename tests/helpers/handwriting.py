"""Digits as strokes, 100 units tall, for tests."""

import numpy as np

PATHS = {
    "0": [[(40, 0), (12, 15), (0, 50), (10, 88), (38, 100), (62, 85), (72, 48), (62, 14), (40, 0)]],
    "1": [[(20, 0), (18, 50), (16, 100)]],
    "2": [[(4, 24), (14, 6), (36, 0), (58, 10), (60, 30), (42, 56), (4, 98), (34, 96), (70, 98)]],
    "3": [[(6, 10), (30, 0), (54, 10), (54, 30), (28, 46), (56, 60), (60, 80), (36, 100), (4, 92)]],
    "4": [[(34, 0), (20, 36), (2, 62), (34, 62), (76, 58)], [(54, 28), (52, 62), (50, 100)]],
    "7": [[(2, 4), (34, 4), (64, 2), (48, 34), (32, 70), (24, 100)]],
}


def digit(name: str) -> list[np.ndarray]:
    """Return a digit's strokes, float (n, 2) each, with points close together."""
    return [smooth(np.array(path, float)) for path in PATHS[name]]


def smooth(path: np.ndarray) -> np.ndarray:
    """Return points every few units along a path."""
    lengths = np.hypot(*np.diff(path, axis=0).T)
    along = np.concatenate([[0], np.cumsum(lengths)])
    places = np.linspace(0, along[-1], int(along[-1] / 4) + 2)
    return np.column_stack([np.interp(places, along, path[:, axis]) for axis in (0, 1)])


def bar(start: tuple[float, float], end: tuple[float, float]) -> np.ndarray:
    """Return a straight stroke."""
    return smooth(np.array([start, end], float))


def side_by_side(text: str, gap: float = 30) -> list[np.ndarray]:
    """Return a number's strokes, its digits `gap` units apart."""
    strokes, right = [], 0.0
    for name in text:
        mine = [stroke + [right - np.vstack(digit(name))[:, 0].min(), 0] for stroke in digit(name)]
        strokes += mine
        right = float(np.vstack(mine)[:, 0].max()) + gap
    return strokes
