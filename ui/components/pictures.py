"""Pictures as the app shows them: in ink on paper, with the pixels of small ones visible."""

import base64
import io

import numpy as np
from PIL import Image

from mnist_core.errors import PictureError
from mnist_core.image_files import ENDINGS, HEIC_ENDINGS, reads_heic
from mnist_core.pictures import Picture

# HEIC is among the types only if it can be read: else Safari converts an iPhone's photographs to
# JPEG by itself.
PICTURE_TYPES = [ending[1:] for ending in (*ENDINGS, *(HEIC_ENDINGS if reads_heic() else ()))]

INK = (27, 32, 54)
PAPER = (255, 253, 248)
INK_TO_PAPER = np.linspace(INK, PAPER, 256).round().astype(np.uint8).tobytes()  # a palette

DAMAGED = "The drawing arrived damaged. Clear it and draw again."

TILE = 140  # a multiple of 28 and 20: all enlarged pixels have the same size


def open_drawing(png: bytes, side: int, widest: int | None = None) -> Picture:
    """Return the picture that a canvas has sent: uint8 (side, side, 3), or (side, widest, 3).

    Raises:
        PictureError: the canvas cannot have sent this. The size is checked before decoding.
    """
    try:
        image = Image.open(io.BytesIO(png), formats=["PNG"])
        if image.size not in ((side, side), (widest or side, side)):
            raise ValueError(f"Expected {side} x {side} pixels. Received: {image.size}")
        return np.asarray(image.convert("RGB"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as problem:
        raise PictureError(DAMAGED) from problem


def hex_colour(colour: tuple[int, int, int]) -> str:
    """Return (255, 0, 0) as "#ff0000"."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def write_in_ink(strength: Picture, side: int) -> Image.Image:
    """Return a small grey picture, ink light, as sharp ink on a transparent square."""
    soft = Image.fromarray(strength).resize((side, side), Image.Resampling.BICUBIC)
    ink = Image.new("RGB", (side, side), INK)
    ink.putalpha(soft.point([min(max(4 * (level - 96), 0), 255) for level in range(256)]))
    return ink


def lay_on_paper(ink: Image.Image) -> Image.Image:
    """Return a transparent picture of ink laid on paper."""
    paper = Image.new("RGB", ink.size, PAPER)
    paper.paste(ink, mask=ink.getchannel("A"))
    return paper


def enlarge(picture: Picture) -> Image.Image:
    """Return a grey picture, ink light, as a square tile in the app's colours.

    Small pictures keep their pixels visible; those under 20 pixels are not scaled to fill the tile.
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
    """Return a placeholder for a tile: slightly darker or lighter than the page."""
    return Image.new("RGBA", (TILE, TILE), (128, 128, 128, 32))


def encode_png(picture: Image.Image) -> bytes:
    """Return a picture as the bytes of a PNG file."""
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)
    return file.getvalue()


def picture_url(picture: Image.Image) -> str:
    """Return a picture as a data URL, which contains the picture itself.

    Otherwise Streamlit would serve it as a file. That is slower, and the file may be gone before
    the browser fetches it, if the next answer has come in the meantime.
    """
    return "data:image/png;base64," + base64.b64encode(encode_png(picture)).decode()


def photograph_url(photograph: Image.Image) -> str:
    """Return a photograph as a data URL of a JPEG, a tenth of the size of a PNG."""
    file = io.BytesIO()
    photograph.convert("RGB").save(file, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode()
