"""Synthetic digits in styles that MNIST hardly has, drawn by code.

MNIST was written by Americans in the 1990s. Elsewhere people write a 1 with a flag and a foot, put
a bar through the 7 or a slash through the 0, leave the 4 open, or curl the leg of the 9. A network
that never saw such digits reads the flagged 1 as a 7. Nothing here is traced from real handwriting.

A stroke is a list of points in a box from (0, 0), top left, to (1, 1). A point given twice is a
corner; the stroke curves smoothly through all others.
"""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core.data.digits import Digits
from mnist_core.pictures import Picture
from mnist_core.preprocessing import prepare

Points = NDArray[np.float64]
Random = np.random.Generator

SIDE = 120  # pixels, of the canvas they are drawn on
JITTER = 0.025  # standard deviation of the random displacement of points, in the units of the box


def stroke(*points: tuple[float, float]) -> Points:
    """Return the points of one stroke."""
    return np.array(points, float)


def flagged_one(rng: Random) -> list[Points]:
    """Return a 1 with a flag and, half of the time, a foot."""
    lean, length, drop = rng.uniform(-0.1, 0.45), rng.uniform(0.12, 0.55), rng.uniform(0.1, 0.65)
    top, bottom = (0.5 + lean / 2, 0.0), (0.5 - lean / 2, 1.0)
    bulge = rng.uniform(-0.05, 0.05)
    flag = stroke(
        (top[0] - length, drop), (top[0] - length * 0.45 + bulge, drop * 0.45), top, top, bottom
    )
    width = rng.uniform(0.15, 0.4)
    foot = stroke((bottom[0] - width, 1.0), (bottom[0] + width, 1.0))
    return [flag, foot] if rng.random() < 0.5 else [flag]


def barred_seven(rng: Random) -> list[Points]:
    """Return a 7 with a bar through its stem, sometimes with a serif."""
    left, right, foot = rng.uniform(0.1, 0.3), rng.uniform(0.7, 0.95), rng.uniform(0.25, 0.5)
    tilt, bow = rng.uniform(-0.08, 0.12), rng.uniform(-0.02, 0.18)
    corner = (right, -tilt)
    middle = ((right + foot) / 2 - bow, 0.5)
    body = [(left, 0.0), ((left + right) / 2, rng.uniform(-0.05, 0.06)), corner]
    if rng.random() < 0.5:
        body.append(corner)
    if rng.random() < 0.4:
        body = [(left - 0.03, rng.uniform(0.1, 0.25)), *body]
    height, width, rise = rng.uniform(0.38, 0.7), rng.uniform(0.15, 0.4), rng.uniform(-0.15, 0.15)
    bar = stroke((middle[0] - width, height + rise / 2), (middle[0] + width, height - rise / 2))
    return [stroke(*body, middle, (foot, 1.0)), bar]


def slashed_zero(rng: Random) -> list[Points]:
    """Return a 0 with a slash at any angle, within the ring or beyond it."""
    width, start = rng.uniform(0.25, 0.48), rng.uniform(0, 2 * np.pi)
    turn = start + np.linspace(0, 2 * np.pi * rng.uniform(0.97, 1.06), 14)
    ring = np.column_stack([0.5 + width * np.cos(turn), 0.5 + 0.5 * np.sin(turn)])
    slant = rng.uniform(np.radians(20), np.radians(80)) * (1 if rng.random() < 0.8 else -1)
    reach = rng.uniform(0.75, 1.3) / np.hypot(np.cos(slant) / width, np.sin(slant) / 0.5)
    end = reach * np.array([np.cos(slant), -np.sin(slant)])
    return [ring, np.array([0.5 - end, 0.5 + end])]


def unclosed_zero(rng: Random) -> list[Points]:
    """Return a 0 whose ends do not meet: they leave a gap near the top, or overlap."""
    width, start = rng.uniform(0.25, 0.45), -np.pi / 2 + rng.uniform(-0.7, 0.7)
    share = rng.uniform(0.87, 0.96) if rng.random() < 0.5 else rng.uniform(1.08, 1.25)
    turn = np.linspace(0, 2 * np.pi * share, 15) * rng.choice([-1, 1], p=[0.8, 0.2])
    radius = np.linspace(1, rng.uniform(0.8, 1.1), 15)
    x, y = width * np.cos(start + turn), 0.5 * np.sin(start + turn)
    return [np.column_stack([0.5 + radius * x, 0.5 + radius * y])]


def hooked_seven(rng: Random) -> list[Points]:
    """Return a 7 that begins with a hook; its corner may be round, and it may have a foot."""
    left, right, foot = rng.uniform(0.0, 0.2), rng.uniform(0.75, 0.95), rng.uniform(0.25, 0.5)
    drop = rng.uniform(0.15, 0.35)
    hook = [(left + 0.03, drop), (left, drop * 0.5), (left + 0.15, 0.0)]
    if rng.random() < 0.5:  # curled inwards
        hook = [(left + rng.uniform(0.08, 0.2), drop + rng.uniform(-0.03, 0.05)), *hook]
    corner = (right, rng.uniform(0.0, 0.12))
    corners = [corner] * int(rng.integers(1, 3))
    middle = ((right + foot) / 2 + rng.uniform(-0.05, 0.1), 0.5)
    body = [*hook, ((left + right) / 2, rng.uniform(-0.04, 0.06)), *corners, middle, (foot, 1.0)]
    if rng.random() < 0.7:
        return [stroke(*body)]
    width = rng.uniform(0.08, 0.2)
    return [stroke(*body), stroke((foot - width, 1.0), (foot + width, 1.0))]


def lightning_four(rng: Random) -> list[Points]:
    """Return a 4 drawn in one stroke, like lightning: its stem hangs from the end of its bar."""
    top, left = rng.uniform(0.4, 0.75), rng.uniform(0.0, 0.15)
    bar, right = rng.uniform(0.4, 0.65), rng.uniform(0.75, 0.95)
    ends = [(left, bar), (right, bar + rng.uniform(-0.1, 0.06))]
    sharp = rng.random() < 0.7
    corners = [end for end in ends for _ in range(1 + sharp)]
    return [stroke((top, 0.0), *corners, (right - rng.uniform(0.0, 0.35), 1.0))]


def open_four(rng: Random) -> list[Points]:
    """Return a 4 of two strokes that do not meet at the top."""
    left, bar = rng.uniform(0.05, 0.35), rng.uniform(0.45, 0.8)
    start = left + rng.uniform(0.0, 0.3)
    right, stem = rng.uniform(0.7, 0.95), rng.uniform(0.5, 0.75)
    hook = stroke((start, 0.0), (left, bar), (left, bar), (right, bar + rng.uniform(-0.08, 0.05)))
    top = rng.uniform(0.05, bar - 0.1)
    return [hook, stroke((stem + rng.uniform(-0.02, 0.12), top), (stem - 0.05, 1.0))]


def closed_four(rng: Random) -> list[Points]:
    """Return a 4 whose two strokes meet at the top."""
    top, left = (rng.uniform(0.5, 0.75), 0.0), rng.uniform(0.0, 0.15)
    bar, right = rng.uniform(0.5, 0.75), rng.uniform(0.75, 1.0)
    corner = (left, bar)
    slope = stroke(top, corner, corner, (right, bar + rng.uniform(-0.06, 0.06)))
    return [slope, stroke(top, (top[0] + rng.uniform(-0.1, 0.05), 1.0))]


def nine(rng: Random) -> list[Points]:
    """Return a 9 with a straight leg or one that curls to the left."""
    width, height = rng.uniform(0.18, 0.32), rng.uniform(0.18, 0.28)
    turn = -0.4 - np.linspace(0, 2 * np.pi * rng.uniform(0.72, 1.0), 10)
    bowl = np.column_stack([0.45 + width * np.cos(turn), height + height * np.sin(turn)])
    side = 0.45 + width
    if rng.random() < 0.4:
        leg = stroke((side, 0.12), (side, 0.12), (side - rng.uniform(-0.05, 0.2), 1.0))
    else:
        curl = rng.uniform(0.25, 0.6)
        leg = stroke(
            (side, 0.15),
            (side + 0.03, 0.55),
            (side - 0.08, 0.9),
            (side - curl * 0.6, 1.0),
            (side - curl, rng.uniform(0.8, 0.95)),
        )
    return [np.vstack([bowl, leg])]


def looped_two(rng: Random) -> list[Points]:
    """Return a 2 with a loop at its foot."""
    loop, tail = rng.uniform(0.08, 0.18), rng.uniform(0.8, 1.0)
    return [
        stroke(
            (0.15, 0.22),
            (0.4, 0.0),
            (0.75, 0.18),
            (0.6, 0.5),
            (0.2, 0.92),
            (0.08, 1.0 - loop * 0.3),
            (0.15, 1.0 - loop * 2),
            (0.4, 0.92),
            (tail, rng.uniform(0.85, 1.0)),
        )
    ]


STYLES: tuple[tuple[int, Callable[[Random], list[Points]]], ...] = (
    (1, flagged_one),
    (7, barred_seven),
    (7, hooked_seven),
    (0, slashed_zero),
    (0, unclosed_zero),
    (4, lightning_four),
    (4, open_four),
    (4, closed_four),
    (9, nine),
    (2, looped_two),
)


def make_digits(count: int, rng: Random) -> Digits:
    """Return `count` synthetic digits in MNIST format, equally many in each style.

    A digit that ends up without ink is left out.
    """
    images, labels = [], []
    for i in range(count):
        label, style = STYLES[i % len(STYLES)]
        steps = prepare(draw(style(rng), rng))
        if steps:
            images.append(steps.centred)
            labels.append(label)
    return Digits(np.array(images, np.uint8).reshape(-1, 28, 28), np.array(labels, np.uint8))


def draw(strokes: list[Points], rng: Random) -> Picture:
    """Return strokes drawn with an unsteady hand and a random pen: uint8 (120, 120), light ink."""
    pen = int(rng.integers(4, 15))
    size = np.array([rng.uniform(0.55, 1.05), 1.0]) * rng.uniform(60, 95)
    canvas = np.zeros((SIDE, SIDE), np.uint8)
    for points in strokes:
        jittered = points + rng.normal(0, JITTER, points.shape)
        jittered[1:][(points[1:] == points[:-1]).all(axis=1)] = np.nan  # corners stay corners
        repeated = np.isnan(jittered[:, 0]).nonzero()[0]
        jittered[repeated] = jittered[repeated - 1]
        path = curve(jittered) * size + (SIDE - size) / 2
        fixed_point = np.round(path * 8).astype(np.int32)
        cv2.polylines(canvas, [fixed_point], False, 255, pen, cv2.LINE_AA, shift=3)
    return canvas


def curve(points: Points, steps: int = 6) -> Points:
    """Return points on a Catmull-Rom spline through `points`, `steps` from each to the next."""
    before, after = np.vstack([points[:1], points]), np.vstack([points, points[-1:]])
    p0, p1, p2, p3 = before[:-1][: len(points) - 1], points[:-1], points[1:], after[2:]
    t = np.linspace(0, 1, steps, endpoint=False)[:, None, None]
    spline = 0.5 * (
        2 * p1
        + (p2 - p0) * t
        + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2
        + (3 * p1 - p0 - 3 * p2 + p3) * t**3
    )
    return np.vstack([spline.swapaxes(0, 1).reshape(-1, 2), points[-1:]])
