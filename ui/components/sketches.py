"""The drawing on the canvas as strokes and pens, and a sketch put back on the canvas."""

from typing import Any

from PIL import Image

from mnist_core.errors import PictureError
from mnist_core.pictures import Picture
from mnist_core.sketches.link import MAX_PEN
from mnist_core.sketches.raster import draw
from mnist_core.sketches.sketch import PenStroke, Sketch
from ui.components.drawing import UNDO_STEPS, Drawing, Marks, current_drawing
from ui.components.pictures import DAMAGED, INK, INK_TO_PAPER, encode_png, hex_colour
from ui.components.strokes import strokes_of

PATH = {
    "type": "Path",
    "originX": "left",
    "originY": "top",
    "fill": None,
    "stroke": hex_colour(INK),
    "strokeLineCap": "round",
    "strokeLineJoin": "round",
}  # how Fabric.js describes a stroke of its pencil; where it lies follows from its path
PEN = 16  # pixels, of a mark that does not say
A_DOT = 0.01  # pixels: the browser shows no line of length 0


def sketch_on_canvas() -> Sketch | None:
    """Return what is drawn on the canvas, or None where a picture lies on it.

    Raises:
        PictureError: the canvas cannot have sent this.
    """
    drawing = current_drawing()
    paths = strokes_of(drawing.marks)
    if paths is None:
        return None
    try:
        pens = [width_of(mark) for mark in drawing.marks]
    except (ValueError, LookupError, TypeError, OverflowError) as problem:
        raise PictureError(DAMAGED) from problem
    return Sketch(tuple(map(PenStroke, paths, pens)), drawing.width)


def width_of(mark: dict[str, Any]) -> int:
    """Return the width of the pen that drew a mark, in pixels."""
    return min(max(round(float(mark.get("strokeWidth", PEN))), 1), MAX_PEN)


def put_sketch_on_canvas(sketch: Sketch, drawing: Drawing) -> None:
    """Replace the drawing; undo takes the strokes back one by one, and then shows what was there.

    The browser sends nothing until somebody draws, so what is read at first is drawn here.
    """
    marks = marks_of(sketch)
    drawing.widen(sketch.width)
    for n in range(max(1, len(marks) + 1 - UNDO_STEPS), len(marks) + 1):
        drawing.replace(marks[:n], encode_png(picture_of(sketch.first(n))))


def marks_of(sketch: Sketch) -> Marks:
    """Return the strokes as Fabric.js describes them."""
    marks = []
    for stroke in sketch.strokes:
        (x, y), *others = stroke.points.tolist()
        lines = [["L", *point] for point in others or [(x + A_DOT, y)]]
        marks.append({**PATH, "strokeWidth": stroke.pen, "path": [["M", x, y], *lines]})
    return marks


def picture_of(sketch: Sketch) -> Image.Image:
    """Return a sketch in ink on paper, as the canvas shows it."""
    return in_ink(draw(sketch))


def in_ink(strength: Picture) -> Image.Image:
    """Return a grey picture, ink light, in the app's colours."""
    picture = Image.fromarray(255 - strength)
    picture.putpalette(INK_TO_PAPER)
    return picture
