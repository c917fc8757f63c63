"""A drawing and its answer as one picture, all in the app's ink."""

import io
from functools import cache

import cv2
import numpy as np
import segno
from PIL import Image, ImageDraw, ImageFont

from mnist_core.pictures import Picture
from mnist_core.sketches.raster import draw
from mnist_core.sketches.sketch import HEIGHT, Sketch
from ui.components.sketches import in_ink
from ui.draw.share_answer import Answer

# Pixels of the paper, on which the picture is laid out.
MARGIN = 20
PANEL = 250
BIG, TEXT, SMALL = 92, 19, 13  # sizes of letters
BARS_TOP, BARS_HEIGHT = 168, 90
LINE = 17
LETTER = 0.62  # of its size, the width of a letter of an address, about
CODE = 120
QUIET = 4  # parts of a QR code that stay empty around it, as its standard asks
MASKS = (None, *range(8))
SCAN = "Scan the code to open this drawing."
PALE, FAINT = 90, 36  # strengths of ink, of 255

SCALE = 2


def picture_with_answer(sketch: Sketch, answer: Answer, address: str | None) -> bytes:
    """Return a PNG of a drawing, its answer, and the address where it is shown, if there is one."""
    picture = lay_out(sketch, answer, SCALE)
    if address:
        picture = with_address(picture, address, SCALE)
    file = io.BytesIO()
    in_ink(np.asarray(picture)).save(file, "PNG")
    return file.getvalue()


def lay_out(sketch: Sketch, answer: Answer, scale: int) -> Image.Image:
    """Return a drawing with its answer beside it: grey, ink light."""
    width, height = sketch.width + PANEL + 3 * MARGIN, HEIGHT + 2 * MARGIN
    picture = Image.new("L", (width * scale, height * scale))
    picture.paste(Image.fromarray(draw(sketch, scale)), (MARGIN * scale, MARGIN * scale))
    pen = ImageDraw.Draw(picture)
    edges = [MARGIN, MARGIN, MARGIN + sketch.width, MARGIN + HEIGHT]
    pen.rectangle([edge * scale for edge in edges], outline=FAINT, width=scale)
    left = sketch.width + 2 * MARGIN
    write(pen, (left, MARGIN + 4), answer.digits, BIG, scale)
    write(pen, (left, MARGIN + 104), answer.text, TEXT, scale)
    write(pen, (left, MARGIN + 134), answer.line, SMALL, scale)
    draw_bars(pen, left, answer, scale)
    return picture


def write(
    pen: ImageDraw.ImageDraw, place: tuple[float, float], text: str, size: int, scale: int
) -> None:
    """Write a line, smaller where it would be too long for the panel."""
    length = font(size * scale).getlength(text)
    fitting = min(1, PANEL * scale / max(length, 1))
    x, y = place
    y += size * (1 - fitting) / 2
    pen.text((x * scale, y * scale), text, 255, font(int(size * scale * fitting)))


def draw_bars(pen: ImageDraw.ImageDraw, left: int, answer: Answer, scale: int) -> None:
    """Draw a bar for each digit, with its digit below."""
    step = PANEL / max(len(answer.bars), 10)
    bottom = MARGIN + BARS_TOP + BARS_HEIGHT
    for i, bar in enumerate(answer.bars):
        x = left + i * step
        top = bottom - BARS_HEIGHT * bar.probability
        bars = ((bottom - BARS_HEIGHT, FAINT), (top, 255 if bar.is_named else PALE))
        for start, strength in bars:
            edges = [x, start, x + 0.75 * step, bottom]
            pen.rectangle([round(edge * scale) for edge in edges], strength)
        middle = (round((x + 0.375 * step) * scale), round((bottom + 4) * scale))
        pen.text(middle, f"{bar.digit}", 255, font(SMALL * scale), "ma")


def with_address(picture: Image.Image, address: str, scale: int) -> Image.Image:
    """Return a picture with an address below it, as text and as a QR code."""
    code = code_of(address, CODE * scale)
    margin = MARGIN * scale
    whole = Image.new("L", (picture.width, picture.height + code.height + margin))
    whole.paste(picture)
    whole.paste(code, (whole.width - code.width - margin, picture.height))
    columns = int((whole.width - code.width - 3 * margin) / (LETTER * SMALL * scale))
    lines = [address[i : i + columns] for i in range(0, len(address), max(columns, 1))]
    text = "\n".join(lines) if len(lines) * LINE * scale <= code.height else SCAN
    pen = ImageDraw.Draw(whole)
    pen.text((margin, picture.height), text, 255, font(SMALL * scale), spacing=4 * scale)
    return whole


def code_of(address: str, side: int) -> Image.Image:
    """Return a QR code, ink light, with the margin that it needs.

    A code can be drawn with eight masks. OpenCV reads one in fifty not, although nothing is wrong
    with it: then another mask is taken, since other readers may stumble too.

    Args:
        address: what it says.
        side: in pixels, about; a code of many parts is larger, so that each has three pixels.
    """
    codes = (draw_code(address, side, mask) for mask in MASKS)
    reader = cv2.QRCodeDetector()
    for code in codes:
        if reader.detectAndDecode(255 - code)[0] == address:
            return Image.fromarray(code)
    return Image.fromarray(draw_code(address, side))


def draw_code(address: str, side: int, mask: int | None = None) -> Picture:
    """Return a QR code, uint8 (n, n), ink light; without a mask, the standard's rule chooses it."""
    code = segno.make(address, error="l", micro=False, mask=mask)
    parts = np.pad(np.array(code.matrix, np.uint8), QUIET)
    each = max(side // len(parts), 3)
    return (parts * np.uint8(255)).repeat(each, 0).repeat(each, 1)


@cache
def font(size: int) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    """Return the font that comes with Pillow, in this size in pixels."""
    return ImageFont.load_default(size)
