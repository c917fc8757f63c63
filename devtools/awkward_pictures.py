"""Awkward pictures of digits, as people have them: cut tight, squeezed, drawn dot by dot, framed.

For tests and benchmarks of preprocessing: the digit is known, and the picture is what goes wrong.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core.pictures import Picture, crop_to_ink

Random = np.random.Generator
Strokes = Sequence[NDArray[np.int16]]

FINE = 8  # cv2 draws at fractions of a pixel: 2 ** 3 steps


def draw(
    strokes: Strokes,
    size: tuple[int, int],
    longest: float,
    pen: int,
    rng: Random,
    line: int = cv2.LINE_AA,
) -> Picture:
    """Return strokes drawn at a random place, light on black: uint8 (height, width).

    Args:
        strokes: int16 (n, 2) each, y down, in any unit.
        size: height and width of the picture in pixels.
        longest: length of the drawing's longer side in pixels, between the centres of strokes.
        pen: width in pixels.
        rng: the source of randomness.
        line: how OpenCV draws edges; `cv2.LINE_8` gives two levels.
    """
    points = np.vstack(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = longest / max(float((high - low).max()), 1)
    room = np.maximum(np.array(size[::-1]) - pen - 1 - (high - low) * scale, 0)
    offset = rng.uniform(0, 1, 2) * room + pen / 2
    picture = np.zeros(size, np.uint8)
    for stroke in strokes:
        path = np.round(((stroke - low) * scale + offset) * FINE).astype(np.int32)
        cv2.polylines(picture, [path], len(path) == 1, 255, max(pen, 1), line, shift=3)
    return picture


def in_colours(ink: Picture, pen: float, paper: float) -> Picture:
    """Return ink, light on black, as grey levels between a paper's and a pen's."""
    return np.round(paper + (pen - paper) * (ink / 255.0)).astype(np.uint8)


def cut_tight(digit: Picture, longest: int, dark: bool) -> Picture:
    """Return a digit cropped to its ink, its longer side `longest` pixels.

    Args:
        digit: uint8 (H, W), ink light on black.
        longest: 12 pixels or more.
        dark: whether the ink shall be dark on light.
    """
    crop = crop_to_ink(np.where(digit > 60, digit, np.uint8(0)))
    scale = longest / max(crop.shape)
    size = tuple(max(3, round(side * scale)) for side in crop.shape[::-1])
    shape = cv2.resize(crop, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    return 255 - shape if dark else shape


def postal(digit: Picture, dark: bool, rng: Random) -> Picture:
    """Return a digit as in USPS: 16 x 16 grey pixels, cut at the top and bottom or at the sides."""
    crop = cut_tight(digit, 16, False)
    height, width = crop.shape
    if min(height, width) > 8 and rng.random() < 0.5:  # many of them fill the whole square
        crop = cv2.resize(crop, (16, 16), interpolation=cv2.INTER_LINEAR)
    field = np.zeros((16, 16), np.uint8)
    height, width = crop.shape
    top, left = (16 - height) // 2, (16 - width) // 2
    field[top : top + height, left : left + width] = crop
    soft = cv2.GaussianBlur(field, (0, 0), rng.uniform(0.3, 0.7))
    return 255 - soft if dark else soft


def squeezed_photograph(strokes: Strokes, side: int, rng: Random) -> Picture:
    """Return a photograph of thin strokes on uneven paper, squeezed to a few pixels.

    Args:
        strokes: int16 (n, 2) each, y down, in any unit.
        side: 28 pixels or so.
        rng: the source of randomness.
    """
    large = 336
    pen = int(rng.integers(6, 15))
    ink = draw(strokes, (large, large), rng.uniform(0.5, 0.85) * large, pen, rng)
    ink = cv2.GaussianBlur(ink, (0, 0), rng.uniform(1, 3)) / 255.0
    down, across = np.mgrid[0 : 1 : large * 1j, 0 : 1 : large * 1j]
    angle = rng.uniform(0, 2 * np.pi)
    slope = np.cos(angle) * across + np.sin(angle) * down
    light = rng.uniform(140, 220) + rng.uniform(5, 50) * (slope - slope.mean())
    if rng.random() < 0.4:  # the shadow of a hand or of the camera
        shadow = 1 / (1 + np.exp(-(slope - np.quantile(slope, rng.uniform(0.6, 0.9))) * 12))
        light = light - rng.uniform(10, 45) * shadow
    photo = light * (1 - rng.uniform(0.3, 0.75) * ink) + rng.normal(0, rng.uniform(1, 8), ink.shape)
    small = cv2.resize(photo, (side, side), interpolation=cv2.INTER_AREA)
    small += rng.normal(0, rng.uniform(0, 2), small.shape)
    return small.clip(0, 255).astype(np.uint8)


def dot_by_dot(strokes: Strokes, side: int, pen: int, dark: bool, rng: Random) -> Picture:
    """Return strokes drawn in two levels, as in Paint: uint8 (side, side)."""
    longest = max(rng.uniform(0.55, 0.95) * (side - pen - 2), 5 * pen, 12)
    ink = draw(strokes, (side, side), longest, pen, rng, cv2.LINE_8)
    return 255 - ink if dark else ink


FRAMES = ("thin", "thick", "rounded", "broken", "open")


def in_a_frame(strokes: Strokes, kind: str, dark: bool, rng: Random) -> Picture:
    """Return strokes inside a drawn frame, which may have round corners, gaps or a side missing."""
    height, width = (int(side) for side in rng.integers(180, 400, 2))
    room = min(height, width)
    picture = np.zeros((height, width), np.uint8)
    line = int(rng.integers(8, 20) if kind == "thick" else rng.integers(1, 7))
    left, top, right, bottom = (int(rng.integers(line + 2, room // 8)) for _ in range(4))
    corners = ((left, top), (width - right, height - bottom))
    draw_frame(picture, corners, line, kind, rng)
    inside = (height - bottom - top - 2 * line, width - right - left - 2 * line)
    pen = int(rng.integers(4, max(6, room // 14)))
    gap = int(rng.uniform(0.05, 0.15) * room)
    field = (inside[0] - 2 * gap, inside[1] - 2 * gap)
    ink = draw(strokes, field, rng.uniform(0.55, 0.95) * (min(field) - pen - 2), pen, rng)
    y, x = top + line + gap, left + line + gap
    picture[y : y + field[0], x : x + field[1]] = ink
    return 255 - picture if dark else picture


def draw_frame(
    picture: Picture,
    corners: tuple[tuple[int, int], tuple[int, int]],
    line: int,
    kind: str,
    rng: Random,
) -> None:
    """Draw a frame on a picture, in place."""
    (x0, y0), (x1, y1) = corners
    if kind == "rounded":
        radius = int(rng.uniform(0.08, 0.22) * min(x1 - x0, y1 - y0))
        for cx, cy, start in (
            (x0 + radius, y0 + radius, 180),
            (x1 - radius, y0 + radius, 270),
            (x1 - radius, y1 - radius, 0),
            (x0 + radius, y1 - radius, 90),
        ):
            axes = (radius, radius)
            cv2.ellipse(picture, (cx, cy), axes, 0, start, start + 90, 255, line, cv2.LINE_AA)
        for a, b in (
            ((x0 + radius, y0), (x1 - radius, y0)),
            ((x0 + radius, y1), (x1 - radius, y1)),
            ((x0, y0 + radius), (x0, y1 - radius)),
            ((x1, y0 + radius), (x1, y1 - radius)),
        ):
            cv2.line(picture, a, b, 255, line, cv2.LINE_AA)
    elif kind == "open":
        square = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
        path = np.roll(np.array(square, np.int32), int(rng.integers(4)), axis=0)
        cv2.polylines(picture, [path], False, 255, line, cv2.LINE_AA)
    else:
        cv2.rectangle(picture, (x0, y0), (x1, y1), 255, line)
    if kind == "broken":
        across = int(rng.uniform(x0 + 0.2 * (x1 - x0), x0 + 0.7 * (x1 - x0)))
        gap = int(rng.uniform(0.05, 0.2) * (x1 - x0))
        picture[y0 - line : y0 + line + 1, across : across + gap] = 0


def on_second_ground(strokes: Strokes, rng: Random, colours: bool = False) -> Picture:
    """Return strokes on a rectangle of another grey, or colour, that lies on the page."""
    height, width = (int(side) for side in rng.integers(180, 400, 2))
    room = min(height, width)
    left, top, right, bottom = (int(rng.integers(4, room // 6)) for _ in range(4))
    page, ground, pen_level = far_apart(rng)
    thick = int(rng.integers(4, max(6, room // 14)))
    size = (height - top - bottom, width - left - right)
    gap = int(rng.uniform(0.03, 0.12) * room)
    field = (size[0] - 2 * gap, size[1] - 2 * gap)
    ink = draw(strokes, field, rng.uniform(0.55, 0.95) * (min(field) - thick - 2), thick, rng)
    inner = np.pad(ink, gap)
    layers = []
    for channel in range(3 if colours else 1):
        change = rng.integers(-30, 31, 3) if colours and channel else np.zeros(3)
        levels = np.clip(np.array([page, ground, pen_level]) + change, 0, 255)
        layer = np.full((height, width), levels[0], np.uint8)
        layer[top : top + size[0], left : left + size[1]] = in_colours(inner, levels[2], levels[1])
        layers.append(layer)
    return np.dstack(layers) if colours else layers[0]


def far_apart(rng: Random) -> tuple[int, int, int]:
    """Return the grey levels of a page, of a ground and of a pen that can be told apart."""
    while True:
        page, ground, pen = (int(level) for level in rng.integers(0, 256, 3))
        if rng.random() < 0.3:
            pen = page
        if abs(page - ground) >= 50 and abs(ground - pen) >= 80:
            return page, ground, pen
