"""Pictures as the app shows them: in ink on paper, with every pixel of a small one visible."""

import base64
import io

import numpy as np
from PIL import Image

from mnist_core.errors import PictureError
from mnist_core.preprocessing import Picture

INK = (27, 32, 54)
PAPER = (255, 253, 248)
INK_TO_PAPER = np.linspace(INK, PAPER, 256).round().astype(np.uint8).tobytes()  # a palette

DAMAGED = "The drawing arrived damaged. Clear it, and draw anew."

TILE = 140  # a multiple of 28 and of 20, so that all pixels of the network's picture are as large


def open_drawing(png: bytes, side: int) -> Picture:
    """Return the picture that a canvas has sent: uint8 (side, side, 3).

    Raises:
        PictureError: it is not one that this canvas could have sent; no more of it is opened.
    """
    try:
        image = Image.open(io.BytesIO(png), formats=["PNG"])
        if image.size != (side, side):
            raise ValueError(f"Expected {side} x {side} pixels. Received: {image.size}")
        return np.asarray(image.convert("RGB"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as problem:
        raise PictureError(DAMAGED) from problem


def hex_colour(colour: tuple[int, int, int]) -> str:
    """Return (255, 0, 0) as "#ff0000"."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def write_in_ink(strength: Picture, side: int) -> Image.Image:
    """Return a small grey picture, ink light, as a transparent square of ink with sharp edges."""
    soft = Image.fromarray(strength).resize((side, side), Image.Resampling.BICUBIC)
    ink = Image.new("RGB", (side, side), INK)
    ink.putalpha(soft.point([min(max(4 * (level - 96), 0), 255) for level in range(256)]))
    return ink


def lay_on_paper(ink: Image.Image) -> Image.Image:
    """Return transparent `ink` as a picture of a sheet of paper."""
    paper = Image.new("RGB", ink.size, PAPER)
    paper.paste(ink, mask=ink.getchannel("A"))
    return paper


def enlarge(picture: Picture) -> Image.Image:
    """Return a grey picture, ink light, as a square tile in the app's colours.

    Small pictures keep their pixels visible. Under 20 pixels they keep their size, too.
    """
    height, width = picture.shape
    side = max(height, width, 20)
    square = Image.new("L", (side, side))
    square.paste(Image.fromarray(picture), ((side - width) // 2, (side - height) // 2))
    method = Image.Resampling.NEAREST if side <= TILE else Image.Resampling.BOX
    tile = square.resize((TILE, TILE), method)
    tile.putpalette(INK_TO_PAPER)
    return tile


def empty_tile() -> Image.Image:
    """Return the place of a tile: a shade of the page, in either theme."""
    return Image.new("RGBA", (TILE, TILE), (128, 128, 128, 32))


def encode_png(picture: Image.Image) -> bytes:
    """Return `picture` as the bytes of a PNG file."""
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)
    return file.getvalue()


def picture_url(picture: Image.Image) -> str:
    """Return `picture` as a URL that holds the picture itself.

    Streamlit would else keep it as a file for the browser to fetch, which is slower, and in vain
    when the next answer has come in the meantime.
    """
    return "data:image/png;base64," + base64.b64encode(encode_png(picture)).decode()
