"""Pictograms, simple drawings made by code: a house, a cat, a horse. They serve as outliers.

They are what people draw instead of a digit to see what the network says. Every function returns
strokes, float64 (n, 2) each, y down, in any unit.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mnist_core.synthesis.scribbles import on_circle

Points = NDArray[np.float64]
Random = np.random.Generator


def house(rng: Random) -> list[Points]:
    """Return a house, with or without a door and a window."""
    wide, eaves = rng.uniform(0.6, 1.2), rng.uniform(0.25, 0.5)
    walls = line((0, eaves), (0, 1), (wide, 1), (wide, eaves))
    over = rng.uniform(0, 0.15)
    roof = line((-over, eaves), (wide / 2, 0), (wide + over, eaves))
    strokes = [walls, roof] if rng.random() < 0.5 else [np.vstack([walls, roof[::-1], walls[:1]])]
    if rng.random() < 0.4:
        strokes.append(line((0, eaves), (wide, eaves)))
    if rng.random() < 0.5:
        strokes.append(box(wide * rng.uniform(0.2, 0.6), 0.65, 0.2, 0.35))
    if rng.random() < 0.4:
        strokes.append(box(wide * rng.uniform(0.1, 0.6), eaves + 0.08, 0.18, 0.15))
    return strokes


def cat(rng: Random) -> list[Points]:
    """Return an animal's head: a circle with ears and, usually, a face."""
    strokes = [ring(0, 0, 1, rng.uniform(0.75, 1.1))]
    tall, apart = rng.uniform(0.3, 0.8), rng.uniform(0.35, 0.6)
    for side in (-1, 1):
        inner, outer = side * (apart - 0.3), side * (apart + 0.35)
        strokes.append(line((outer, -0.65), (side * (apart + 0.15), -0.8 - tall), (inner, -0.9)))
        if rng.random() < 0.7:
            strokes.append(ring(side * 0.35, -0.15, rng.uniform(0.04, 0.12)))
        if rng.random() < 0.3:
            strokes.append(line((side * 0.3, 0.3), (side * 1.2, rng.uniform(0.1, 0.5))))
    if rng.random() < 0.5:
        strokes.append(line((-0.3, 0.45), (0, 0.6), (0.3, 0.45)))
    return strokes


def person(rng: Random) -> list[Points]:
    """Return a person of five lines and a head."""
    head, hip, wide = rng.uniform(0.12, 0.22), rng.uniform(0.6, 0.75), rng.uniform(0.15, 0.4)
    arms = rng.uniform(-0.2, 0.2)
    return [
        ring(0, head, head),
        line((0, 2 * head), (0, hip)),
        line((-wide, 1), (0, hip), (wide, 1)),
        line((-wide, 0.45 + arms), (0, 0.45), (wide, 0.45 + arms * rng.choice([-1, 1]))),
    ]


def four_legs(rng: Random) -> list[Points]:
    """Return a horse, a dog or a cow: a body, legs, a neck with a head, a tail."""
    deep, legs, long = rng.uniform(0, 0.3), rng.uniform(0.3, 0.6), rng.uniform(0.9, 1.3)
    body = box(0, 0, long, deep) if rng.random() < 0.5 else ring(long / 2, deep / 2, long / 2, deep)
    feet = [0.05, 0.2, 0.8, 0.95] if rng.random() < 0.7 else [0.1, 0.9]
    strokes = [body] + [line((long * x, deep), (long * x, deep + legs)) for x in feet]
    up, front = -rng.uniform(0.1, 0.5), long + rng.uniform(0, 0.25)
    strokes.append(line((long, 0), (front, up), (front + rng.uniform(0.1, 0.3), up + 0.1)))
    strokes.append(line((0, 0), (-rng.uniform(0.1, 0.3), rng.uniform(-0.2, 0.4))))
    return maybe_mirror(strokes, rng)


def fish(rng: Random) -> list[Points]:
    """Return a fish."""
    tall, tail = rng.uniform(0.25, 0.5), rng.uniform(0.2, 0.4)
    strokes = [ring(0, 0, 0.7, tall)]
    strokes.append(line((0.65, 0), (1.1, -tail), (1.1, tail), (0.65, 0)))
    if rng.random() < 0.6:
        strokes.append(ring(-0.4, -0.1, 0.05))
    return maybe_mirror(strokes, rng)


def tree(rng: Random) -> list[Points]:
    """Return a fir of triangles, or a trunk with a crown that is not round."""
    if rng.random() < 0.5:
        tiers = range(rng.integers(2, 4))
        trunk = line((0, len(tiers) * 0.35), (0, len(tiers) * 0.35 + 0.3))
        return [trunk] + [
            line((-0.3 - 0.1 * i, 0.35 * i + 0.35), (0, 0.35 * i), (0.3 + 0.1 * i, 0.35 * i + 0.35))
            for i in tiers
        ]
    lobes = rng.integers(5, 9)
    turns = np.linspace(0, 1, 90)
    crown = on_circle(turns) * (1 + 0.15 * np.abs(np.sin(np.pi * lobes * turns)))[:, None]
    wide = rng.uniform(0.12, 0.25)
    return [crown, line((-wide, 1), (-wide, 2)), line((wide, 1), (wide, 2))]


def flower(rng: Random) -> list[Points]:
    """Return petals around a centre, with or without a stem."""
    petals, far = int(rng.integers(4, 9)), rng.uniform(0.6, 0.9)
    middles = on_circle(np.arange(petals) / petals + rng.uniform()) * far
    size = far * np.sin(np.pi / petals)
    strokes = [ring(0, 0, max(far - size, 0.1))] + [ring(x, y, size) for x, y in middles]
    return [*strokes, line((0, far + size), (0, 2.4))] if rng.random() < 0.4 else strokes


def sun(rng: Random) -> list[Points]:
    """Return a circle with rays."""
    rays = int(rng.integers(6, 13))
    inner, outer = rng.uniform(1.05, 1.3), rng.uniform(1.5, 2.2)
    ends = on_circle(np.arange(rays) / rays + rng.uniform())
    return [ring(0, 0, 1)] + [np.vstack([end * inner, end * outer]) for end in ends]


def car(rng: Random) -> list[Points]:
    """Return a car, or a cart."""
    roof = line((0.3, 0.35), (0.5, 0), (1.1, 0), (1.4, 0.35))
    body, wheel = box(0, 0.35, 1.7, 0.4), rng.uniform(0.12, 0.22)
    wheels = [ring(x, 0.8, wheel) for x in (0.4, 1.3)]
    return maybe_mirror([body, *wheels] + ([roof] if rng.random() < 0.8 else []), rng)


def boat(rng: Random) -> list[Points]:
    """Return a hull with a mast and a sail."""
    hull = line((-1, 0), (-0.6, 0.5), (0.6, 0.5), (1, 0), (-1, 0))
    mast = rng.uniform(0.9, 1.6)
    sail = line((0, -mast), (rng.uniform(0.4, 0.9), -0.15), (0, -0.15))
    return maybe_mirror([hull, line((0, 0), (0, -mast)), sail], rng)


def bird(rng: Random) -> list[Points]:
    """Return one to three birds in the distance."""
    strokes = []
    for _ in range(rng.integers(1, 4)):
        wing = on_circle(np.linspace(0.5, 1, 20)) * [0.5, rng.uniform(0.3, 0.6)]
        strokes.append(np.vstack([wing - [0.5, 0], wing + [0.5, 0]]) + rng.uniform(-1, 1, 2))
    return strokes


def cup(rng: Random) -> list[Points]:
    """Return a cup with its handle."""
    narrow = rng.uniform(0, 0.2)
    sides = line((0, 0), (narrow, 1), (0.9 - narrow, 1), (0.9, 0), (0, 0))
    handle = on_circle(np.linspace(-0.25, 0.25, 20)) * [0.3, 0.3] + [0.88 - narrow / 2, 0.4]
    return maybe_mirror([sides, handle], rng)


def envelope(rng: Random) -> list[Points]:
    """Return a rectangle with lines across: a letter, a window, a box."""
    wide, tall = rng.uniform(0.7, 1.4), rng.uniform(0.6, 1)
    across = [
        [line((0, 0), (wide / 2, tall * 0.6), (wide, 0))],
        [line((0, 0), (wide, tall)), line((wide, 0), (0, tall))],
        [line((wide / 2, 0), (wide / 2, tall)), line((0, tall / 2), (wide, tall / 2))],
    ]
    return [box(0, 0, wide, tall), *across[rng.integers(len(across))]]


def line(*corners: tuple[float, float]) -> Points:
    """Return straight lines from corner to corner."""
    return np.array(corners, float)


def box(left: float, top: float, wide: float, tall: float) -> Points:
    """Return a rectangle."""
    right, bottom = left + wide, top + tall
    return line((left, top), (right, top), (right, bottom), (left, bottom), (left, top))


def ring(x: float, y: float, wide: float, tall: float | None = None) -> Points:
    """Return an ellipse around a centre, or a circle if only one radius is given."""
    return on_circle(np.linspace(0, 1.02, 40)) * [wide, tall or wide] + [x, y]


def maybe_mirror(strokes: list[Points], rng: Random) -> list[Points]:
    """Return the strokes, mirrored half of the time, so that animals face either way."""
    return [stroke * [-1, 1] for stroke in strokes] if rng.random() < 0.5 else strokes


PICTOGRAMS: tuple[Callable[[Random], list[Points]], ...] = (
    house,
    house,
    cat,
    person,
    four_legs,
    fish,
    tree,
    flower,
    sun,
    car,
    boat,
    bird,
    cup,
    envelope,
)
