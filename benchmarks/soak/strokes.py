"""What the canvas sends while somebody draws: after each stroke, all strokes and a picture."""

import base64
import json
import math
import random
from functools import cache
from typing import Any

from PIL import Image, ImageDraw

from ui.components.pictures import INK, PAPER, encode_png, hex_colour

SIDE = 280  # of the canvas, in pixels
WIDTH = 16  # of the pen
POINTS = 40  # of a stroke; a browser sends this many for half a second of drawing
STROKES = 3  # of a digit, before the next one starts
DIGITS = 20

Point = tuple[float, float]
Stroke = list[Point]


@cache
def states() -> list[str]:
    """Return the canvas's states, stroke by stroke, while `DIGITS` digits are drawn."""
    rng = random.Random(0)
    digits = [[draw_stroke(rng) for _ in range(STROKES)] for _ in range(DIGITS)]
    return [state(digit[:n]) for digit in digits for n in range(1, STROKES + 1)]


def draw_stroke(rng: random.Random) -> Stroke:
    """Return the points of an arc, somewhere on the canvas."""
    x, y = rng.uniform(90, 190), rng.uniform(90, 190)
    radius, start, turn = rng.uniform(30, 80), rng.uniform(0, 6), rng.uniform(1, 5)
    angles = [start + turn * i / POINTS for i in range(POINTS)]
    return [(x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles]


def state(strokes: list[Stroke]) -> str:
    """Return the canvas's state with some strokes, as the component sends it."""
    sheet = Image.new("RGBA", (SIDE, SIDE), PAPER)
    pen = ImageDraw.Draw(sheet)
    for stroke in strokes:
        pen.line(stroke, INK, WIDTH, joint="curve")
    picture = "data:image/png;base64," + base64.b64encode(encode_png(sheet)).decode()
    raw = {
        "version": "7.4.0",
        "objects": [as_fabric(stroke) for stroke in strokes],
        "background": hex_colour(PAPER),
    }
    return json.dumps({"drawing": {"raw": raw, "data": picture}, "backgroundFit": None})


def as_fabric(stroke: Stroke) -> dict[str, Any]:
    """Return a stroke as Fabric.js describes it, with all its attributes."""
    first, *rest = stroke
    curve: list[list[Any]] = [["M", *first]]
    for (x, y), (next_x, next_y) in zip(stroke, rest, strict=False):
        curve.append(["Q", x, y, (x + next_x) / 2, (y + next_y) / 2])
    return FABRIC | {"left": first[0], "top": first[1], "path": curve}


FABRIC = {
    **dict.fromkeys(
        [f"lock{what}" for what in ("MovementX", "MovementY", "Rotation", "ScalingX", "ScalingY")],
        False,
    ),
    **{"type": "Path", "version": "7.4.0", "originX": "center", "originY": "center"},
    **{"width": 116.8, "height": 168.0, "fill": None, "stroke": hex_colour(INK)},
    **{"strokeWidth": WIDTH, "strokeDashArray": None, "strokeLineCap": "round"},
    **{"strokeDashOffset": 0, "strokeLineJoin": "round", "strokeUniform": False},
    **{"strokeMiterLimit": 10, "scaleX": 1, "scaleY": 1, "angle": 0, "flipX": False},
    **{"flipY": False, "opacity": 1, "shadow": None, "visible": True, "backgroundColor": ""},
    **{"fillRule": "nonzero", "paintFirst": "fill", "globalCompositeOperation": "source-over"},
    **{"skewX": 0, "skewY": 0},
}
