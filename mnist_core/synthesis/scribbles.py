"""Scribbles and simple shapes made by code, as outliers.

Every function of `SCRIBBLES` returns strokes, float64 (n, 2) each, y down, in any unit.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mnist_core.synthesis.made_digits import curve

Points = NDArray[np.float64]
Random = np.random.Generator


def scribble(rng: Random) -> list[Points]:
    """Return a line that wanders about."""
    return [curve(rng.uniform(0, 1, (rng.integers(5, 16), 2)))]


def zigzag(rng: Random) -> list[Points]:
    """Return a line with many corners."""
    corners = rng.integers(6, 13)
    height = rng.uniform(0.35, 0.9)
    return [np.column_stack([np.linspace(0, 1, corners), np.arange(corners) % 2 * height])]


def wave(rng: Random) -> list[Points]:
    """Return a flat wave."""
    x = np.linspace(0, 1, 60)
    return [np.column_stack([x, 0.12 * np.sin(2 * np.pi * rng.uniform(2, 5) * x)])]


def triangle(rng: Random) -> list[Points]:
    """Return a triangle or a square; with more corners it would look like a 0."""
    corners = int(rng.integers(3, 5))
    return [on_circle(np.arange(corners + 1) / corners + rng.uniform())]


def star(rng: Random) -> list[Points]:
    """Return a star made of rays, or drawn in one stroke."""
    points = int(rng.integers(5, 9))
    start = rng.uniform()
    if points % 2 and rng.random() < 0.5:
        return [on_circle(start + np.arange(points + 1) * 2 / points)]
    return [np.vstack([[0, 0], tip]) for tip in on_circle(start + np.arange(points) / points)]


def cross(rng: Random) -> list[Points]:
    """Return a cross, upright or not."""
    arms = on_circle(np.arange(4) / 4 + rng.choice([0, 0.125]))
    return [arms[::2], arms[1::2]]


def tick(rng: Random) -> list[Points]:
    """Return a tick."""
    return [np.array([[0, rng.uniform(0.4, 0.7)], [0.35, 1], [1, 0]])]


def arrow(rng: Random) -> list[Points]:
    """Return an arrow up, down, left or right."""
    turn = np.linalg.matrix_power(np.array([[0, 1], [-1, 0]]), int(rng.integers(4)))
    shaft = np.array([[-0.5, 0], [0.5, 0]])
    head = np.array([[0.15, -0.3], [0.5, 0], [0.15, 0.3]])
    return [shaft @ turn, head @ turn]


def spiral(rng: Random) -> list[Points]:
    """Return a spiral."""
    along = np.linspace(0, 1, 80)
    return [on_circle(along * rng.uniform(2, 4)) * (0.15 + along[:, None])]


def face(rng: Random) -> list[Points]:
    """Return circles within a circle and a few lines, like a face, a wheel or an animal."""
    circle = np.linspace(0, 1.02, 40)
    inside = [
        rng.uniform(-0.6, 0.6, 2) + rng.uniform(0.05, 0.4) * on_circle(circle)
        for _ in range(rng.integers(1, 4))
    ]
    lines = [rng.uniform(-1.4, 1.4, (2, 2)) for _ in range(rng.integers(1, 5))]
    return [on_circle(circle), *inside, *lines]


def heart(rng: Random) -> list[Points]:
    """Return a heart."""
    a = np.linspace(0, 2 * np.pi, 60)
    y = 13 * np.cos(a) - 5 * np.cos(2 * a) - 2 * np.cos(3 * a) - np.cos(4 * a)
    return [np.column_stack([16 * np.sin(a) ** 3, -y])]


def bars(rng: Random) -> list[Points]:
    """Return parallel lines, or a grid."""
    lines = int(rng.integers(2, 5))
    tilt = rng.uniform(-0.05, 0.05)
    across = [np.array([[0, i / 3], [1, i / 3 + tilt]]) for i in range(lines)]
    return across + [line[:, ::-1] for line in across] if rng.random() < 0.4 else across


def tangle(rng: Random) -> list[Points]:
    """Return random straight lines."""
    return [rng.uniform(0, 1, (rng.integers(2, 4), 2)) for _ in range(rng.integers(3, 9))]


def densify(strokes: list[Points]) -> list[Points]:
    """Return the same strokes with more points, so that leaving points out keeps every corner.

    Points are at most a twentieth of the drawing's size apart.
    """
    low, high = np.vstack(strokes).min(axis=0), np.vstack(strokes).max(axis=0)
    step = max(float((high - low).max()), 1e-6) / 20
    dense = []
    for points in strokes:
        lengths = np.hypot(*np.diff(points, axis=0).T)
        pieces = [
            np.linspace(start, end, int(np.ceil(length / step)), endpoint=False)
            for start, end, length in zip(points[:-1], points[1:], lengths, strict=True)
        ]
        dense.append(np.vstack([*pieces, points[-1:]]))
    return dense


def on_circle(turns: NDArray[np.float64]) -> Points:
    """Return points on the unit circle, (n, 2), from fractions of a full turn, (n,)."""
    angle = 2 * np.pi * turns
    return np.column_stack([np.cos(angle), np.sin(angle)])


SCRIBBLES: tuple[Callable[[Random], list[Points]], ...] = (
    scribble,
    scribble,
    zigzag,
    wave,
    triangle,
    star,
    cross,
    tick,
    arrow,
    spiral,
    face,
    heart,
    bars,
    tangle,
)
