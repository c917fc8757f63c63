"""Opening untrusted picture files: every common format, and no other."""

import io
import math
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

from mnist_core.errors import PictureError
from mnist_core.extras import is_installed, require
from mnist_core.pictures import Picture

# Pillow opens more, among them PostScript, for which it would run another program.
FORMATS = {  # and the endings that their files have
    "PNG": (".png", ".apng"),
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif", ".jif"),
    "GIF": (".gif",),
    "WEBP": (".webp",),
    "BMP": (".bmp", ".dib"),
    "TIFF": (".tif", ".tiff"),
    "PPM": (".ppm", ".pgm", ".pbm", ".pnm"),
    "AVIF": (".avif",),
}
ENDINGS = tuple(ending for endings in FORMATS.values() for ending in endings)
HEIC_ENDINGS = (".heic", ".heif")  # which need the extra "formats"

MAX_PIXELS = 25_000_000  # that are decoded
MAX_PIXELS_EACH = 4_000_000  # the same where there may be thousands; one digit needs far fewer
MAX_COEFFICIENTS = 75_000_000  # that a progressive JPEG is kept as until its last byte
MAX_JPEG_PIXELS = 250_000_000  # in the file; reading them at an eighth takes seconds at most
MIN_SIDE = 8
WHITES = (255, 1_023, 4_095, 16_383, 65_535)  # of pictures with 8, 10, 12, 14 and 16 bits
WORKING_SIDE = 1280  # pixels; a larger picture shows no more of the digit

# Pillow refuses twice as many by itself. Our own limits are on what is decoded: `check_cost`.
Image.MAX_IMAGE_PIXELS = MAX_JPEG_PIXELS // 2


def open_picture(
    source: bytes | Path, longest: int = WORKING_SIDE, most: int = MAX_PIXELS
) -> Picture:
    """Return the picture in a file.

    An animation gives its first frame, a photograph is rotated as its EXIF says, 16 bits per
    channel become 8, and large pictures are shrunk.

    Args:
        source: the file's bytes, or its path.
        longest: pixels, the longer side to which larger pictures are shrunk.
        most: pixels that may be decoded; of a JPEG that is shrunk they are fewer than it has.

    Returns:
        uint8 (H, W), (H, W, 3) or, where parts are transparent, (H, W, 4).

    Raises:
        PictureError: the file is missing, empty, damaged, not a picture, or too large or small.
    """
    content = source if isinstance(source, bytes) else read_file(source)
    if not content:
        raise PictureError("The file is empty. Choose a picture: PNG, JPEG, GIF, WebP or BMP.")
    Image.init()  # otherwise Pillow would not know the formats that it loads lazily
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about sizes and tags; our own checks follow
            image = open_image(content)
        size = image.size
        check_size(*size)
        image.draft(None, (longest, longest))  # lets JPEG skip detail that is not needed
        check_cost(image, size, most)
        return to_array(image, longest)
    except PictureError:
        raise
    except Image.DecompressionBombError as problem:
        raise PictureError(too_large(most)) from problem
    except UnidentifiedImageError as problem:
        raise PictureError(DAMAGED_HEIC if is_heic(content) else UNKNOWN) from problem
    except Exception as problem:  # damaged bytes make decoders raise anything
        raise PictureError(DAMAGED_HEIC if is_heic(content) else DAMAGED) from problem


def open_image(content: bytes) -> Image.Image:
    """Return a picture whose pixels are not decoded yet.

    Raises:
        PictureError: it is a HEIC picture, and the library that reads these is not installed.
    """
    if not is_heic(content):
        return Image.open(io.BytesIO(content), formats=[*FORMATS])
    if not reads_heic():
        raise PictureError(HEIC)
    require("formats", "pillow_heif")
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False)
    return Image.open(io.BytesIO(content), formats=["AVIF", "HEIF"])


def reads_heic() -> bool:
    """Return whether the library that reads HEIC pictures is installed."""
    return is_installed("pillow_heif")


def read_file(path: Path) -> bytes:
    """Return a file's content.

    Raises:
        PictureError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as problem:
        raise PictureError(f"Cannot read {path}: {problem.strerror}.") from problem


def is_heic(content: bytes) -> bool:
    """Return whether a file is a photograph in the HEIC format, judging by its first bytes."""
    return content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS


HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
HEIC = (
    "This picture has the format HEIC, in which iPhones store photographs, and Inkling cannot read "
    "it. Save it as JPEG and choose that: open it in Photos or Preview, then File, Export. To take "
    "JPEG photographs from now on: Settings, Camera, Formats, Most Compatible."
)
DAMAGED = "This picture is damaged or incomplete. Save or send it again and retry."
DAMAGED_HEIC = "This HEIC picture is damaged or incomplete. Save it as JPEG and choose that."
UNKNOWN = (
    "This file is not a picture we can read. "
    f"Choose a file of one of these kinds: {', '.join(FORMATS)}."
)


def too_large(most: int) -> str:
    """Return the message for a picture of more pixels."""
    return (
        f"This picture is larger than {most // 1_000_000} megapixels. Make it smaller or crop it "
        "to the digit, and try again."
    )


def check_size(width: int, height: int) -> None:
    """Raise a PictureError if a picture has too few pixels to show a digit."""
    if min(width, height) < MIN_SIDE:
        raise PictureError(
            f"This picture has {width} x {height} pixels; a digit needs at least "
            f"{MIN_SIDE} x {MIN_SIDE}. Choose a larger one."
        )


def check_cost(image: Image.Image, size: tuple[int, int], most: int) -> None:
    """Check what decoding a picture will cost, before it is decoded.

    A JPEG can be decoded at a half to an eighth of its size, which takes as little memory as a
    small picture does. But a progressive one is kept whole until its last byte is read.

    Args:
        image: a picture as it will be decoded.
        size: width and height of the whole picture.
        most: pixels that may be decoded.

    Raises:
        PictureError: it costs too much memory or time.
    """
    width, height = image.size
    if width * height > most:
        raise PictureError(too_large(most))
    is_progressive = isinstance(image, JpegImageFile) and image.info.get("progressive")
    if is_progressive and size[0] * size[1] * components_of(image) > MAX_COEFFICIENTS:
        raise PictureError(too_large(most))


def components_of(image: Image.Image) -> float:
    """Return how many coefficients a JPEG has for each pixel; colours mostly have fewer than 1."""
    sampling = [(across, down) for _, across, down, _ in image.layer]  # type: ignore[attr-defined]
    most_across, most_down = (max(factors) for factors in zip(*sampling, strict=True))
    return sum(across * down for across, down in sampling) / (most_across * most_down)


def to_array(image: Image.Image, longest: int = WORKING_SIDE) -> Picture:
    """Return a picture of any mode as an array with 8 bits per channel."""
    ImageOps.exif_transpose(image, in_place=True)  # here and below: a copy may take 100 MB
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        deep = mean_of_blocks(np.asarray(image), longest)
        image = Image.fromarray(to_eight_bits(deep, (1, *WHITES) if image.mode == "F" else WHITES))
    if image.mode in (
        "RGB",
        "RGBA",
        "L",
        "LA",
        "CMYK",
        "YCbCr",
    ):  # others have to be converted first
        image.thumbnail((longest, longest), Image.Resampling.BOX)
    if image.mode != "L":
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((longest, longest), Image.Resampling.BOX)
    return np.asarray(image, np.uint8)


def mean_of_blocks(deep: np.ndarray, longest: int) -> np.ndarray:
    """Return a large grey picture shrunk: each pixel is the mean of a block.

    Pillow does this only with 8 bits, and converting 25 megapixels to these takes 600 MB.
    """
    block = -(-max(deep.shape) // longest)
    if block == 1:
        return deep
    down, across = (min(block, side) for side in deep.shape)
    height, width = deep.shape[0] // down, deep.shape[1] // across
    blocks = deep[: height * down, : width * across].reshape(height, down, width, across)
    return blocks.mean(axis=(1, 3), dtype=np.float32)


def to_eight_bits(deep: np.ndarray, whites: Sequence[int]) -> Picture:
    """Return grey levels scaled to 0 to 255.

    Scaled by their own range, the grain of blank paper would become ink. So white is the least of
    `whites` that no level exceeds, or else the greatest level; black is 0, or a lower least level.

    Raises:
        PictureError: a level is infinite or no number.
    """
    low, high = float(deep.min()), float(deep.max())  # either is no number if any level is none
    if not (math.isfinite(low) and math.isfinite(high)):
        raise PictureError(DAMAGED)
    white, black = next((white for white in whites if white >= high), high), min(low, 0)
    return np.round((deep - black) * (255 / max(white - black, 1e-9))).astype(np.uint8)
