"""Opening picture files that strangers send: every ordinary kind, and nothing else."""

import io
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from mnist_core.errors import PictureError
from mnist_core.preprocessing import Picture

# Pillow knows more, among them PostScript, which it would have another program execute.
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "PPM", "AVIF")
MOST_PIXELS = 25_000_000
LEAST_SIDE = 8
WORKING_SIDE = 1280  # a digit loses nothing by being shrunk to this before it is looked at


def open_picture(source: bytes | Path) -> Picture:
    """Return the picture in a file.

    Of an animation it is the first frame; a photograph is turned as its EXIF says; 16 bits a
    channel become 8; large pictures come back smaller.

    Args:
        source: the file's bytes, or its path.

    Returns:
        uint8 (H, W), (H, W, 3) or, where parts are transparent, (H, W, 4).

    Raises:
        PictureError: the file is missing, empty, no picture, damaged, or of a size we refuse.
    """
    content = source if isinstance(source, bytes) else read_file(source)
    if not content:
        raise PictureError("The file is empty. Choose a picture: PNG, JPEG, GIF, WebP or BMP.")
    Image.init()  # or Pillow would not find the formats that it loads late
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's doubts about sizes and tags; ours follow
            image = Image.open(io.BytesIO(content), formats=FORMATS)
        check_size(*image.size)
        return to_array(image)
    except PictureError:
        raise
    except Image.DecompressionBombError as problem:
        raise PictureError(TOO_LARGE) from problem
    except UnidentifiedImageError as problem:
        raise PictureError(
            "This file is not a picture we can read. Choose a PNG, JPEG, GIF, WebP, BMP, TIFF or "
            "AVIF file."
        ) from problem
    except Exception as problem:  # decoders raise whatever damaged bytes lead them to
        raise PictureError(
            "This picture is damaged or cut off. Save or send it anew, and try again."
        ) from problem


def read_file(path: Path) -> bytes:
    """Return a file's content.

    Raises:
        PictureError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as problem:
        raise PictureError(f"Cannot read {path}: {problem.strerror}.") from problem


TOO_LARGE = (
    f"This picture is larger than {MOST_PIXELS // 1_000_000} megapixels. Make it smaller, or cut "
    "it to the digit, and try again."
)


def check_size(width: int, height: int) -> None:
    """Refuse a picture by the size its header claims, before anything is decoded.

    Raises:
        PictureError: there are too many pixels, or too few to hold a digit.
    """
    if width * height > MOST_PIXELS:
        raise PictureError(TOO_LARGE)
    if min(width, height) < LEAST_SIDE:
        raise PictureError(
            f"This picture has {width} x {height} pixels; a digit needs at least "
            f"{LEAST_SIDE} x {LEAST_SIDE}. Choose a larger one."
        )


def to_array(image: Image.Image) -> Picture:
    """Return a picture of any mode as an array of 8 bits a channel."""
    image.draft(None, (WORKING_SIDE, WORKING_SIDE))  # lets JPEG skip what nobody will see
    ImageOps.exif_transpose(image, in_place=True)  # a copy may take 100 MB, here and below
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        image = Image.fromarray(to_eight_bits(thin_out(np.asarray(image))))
    if image.mode in ("RGB", "RGBA", "L", "LA", "CMYK", "YCbCr"):  # the others cannot be shrunk yet
        image.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BOX)
    if image.mode != "L":
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BOX)
    return np.asarray(image, np.uint8)


def thin_out(deep: np.ndarray) -> np.ndarray:
    """Return a large grey picture smaller, each pixel the mean of a block of them.

    Pillow does this to 8 bits only, and 25 megapixels stretched to 8 bits take 600 MB on the way.
    """
    block = -(-max(deep.shape) // WORKING_SIDE)
    if block == 1:
        return deep
    down, across = (min(block, side) for side in deep.shape)
    height, width = deep.shape[0] // down, deep.shape[1] // across
    blocks = deep[: height * down, : width * across].reshape(height, down, width, across)
    return blocks.mean(axis=(1, 3), dtype=np.float32)


def to_eight_bits(deep: np.ndarray) -> Picture:
    """Return levels of any depth stretched over 0 to 255; an even picture becomes black."""
    low, high = float(deep.min()), float(deep.max())
    return np.round((deep - low) * (255 / max(high - low, 1e-9))).astype(np.uint8)
