import io
import struct
import zlib
from functools import cache

import numpy as np
import pytest
from helpers.drawings import likeness
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mnist_core import image_files
from mnist_core.errors import PictureError
from mnist_core.image_files import ENDINGS, open_picture
from mnist_core.preprocessing import prepare


def saved(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@pytest.fixture
def drawing(seven) -> Image.Image:
    """Dark on light, as on paper."""
    return Image.fromarray(255 - seven)


def same_digit(content: bytes, drawing: Image.Image) -> bool:
    """Tell whether a file shows the drawing, up to what its format loses."""
    read = prepare(open_picture(content)).centred
    return likeness(read, prepare(np.asarray(drawing)).centred) > 0.93


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "PPM", "AVIF"])
def test_every_ordinary_kind_is_read(drawing, kind):
    assert same_digit(saved(drawing, kind), drawing)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "I;16", "I", "F"])
@pytest.mark.parametrize("dark", [True, False], ids=["dark on light", "light on dark"])
def test_every_mode_is_read(drawing, mode, dark):
    grey = drawing if dark else Image.fromarray(255 - np.asarray(drawing))
    if mode == "I;16":
        image = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    else:
        image = grey.convert("RGB") if mode == "CMYK" else grey
        image = image.convert(mode, dither=Image.Dither.NONE)
    assert same_digit(saved(image, "TIFF"), drawing)


@pytest.mark.filterwarnings("ignore")  # as in the app, where NumPy only warns of such levels
@pytest.mark.parametrize("level", [np.nan, np.inf, -np.inf])
def test_a_level_that_is_no_number_is_damage(drawing, level):
    levels = np.asarray(drawing, np.float32).copy()
    levels[0, 0] = level
    with pytest.raises(PictureError, match="damaged"):
        open_picture(saved(Image.fromarray(levels), "TIFF"))


def test_a_16_bit_png_is_read(drawing):
    deep = Image.fromarray(np.asarray(drawing).astype(np.uint16) * 257)
    assert same_digit(saved(deep), drawing)


@pytest.mark.parametrize("kind", ["uint16", "float32"])
def test_the_grain_of_blank_paper_does_not_become_ink(kind, drawing):
    white = 65_535 if kind == "uint16" else 1.0
    grain = np.random.default_rng(0).normal(0.9, 0.001, (200, 200)) * white
    assert np.ptp(open_picture(saved(Image.fromarray(grain.astype(kind)), "TIFF"))) < 4
    dark = np.asarray(drawing, np.float64) / 255 * white * 0.5  # and a dark scan is read
    assert same_digit(saved(Image.fromarray(dark.astype(kind)), "TIFF"), drawing)


@pytest.mark.parametrize("bits", [10, 12, 14])
def test_fewer_bits_than_16_are_read_too(bits, drawing):
    deep = np.asarray(drawing).astype(np.uint16) * ((2**bits - 1) // 255)
    assert np.ptp(open_picture(saved(Image.fromarray(deep)))) > 200


def test_the_first_frame_of_an_animation_is_read(drawing):
    others = [Image.new("L", drawing.size, 255)] * 2
    gif = saved(drawing, "GIF", save_all=True, append_images=others)
    assert same_digit(gif, drawing)


@pytest.mark.parametrize("ink", [0, 255])
def test_ink_on_transparency_is_read(drawing, ink):
    alpha = Image.fromarray(255 - np.asarray(drawing))
    layers = [Image.new("L", drawing.size, ink)] * 3
    assert same_digit(saved(Image.merge("RGBA", [*layers, alpha])), drawing)


def test_a_palette_with_transparency_is_read(drawing):
    palette = drawing.convert("P")
    paper = palette.getpixel((0, 0))
    assert same_digit(saved(palette, transparency=paper), drawing)


def test_a_photograph_is_turned_as_its_exif_says(drawing):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    turned = drawing.transpose(Image.Transpose.ROTATE_90)
    assert same_digit(saved(turned, "JPEG", exif=exif), drawing)


def test_a_large_photograph_comes_back_smaller(drawing):
    large = drawing.resize((4000, 4000))
    picture = open_picture(saved(large, "JPEG"))
    assert max(picture.shape) <= 1280
    assert same_digit(saved(large, "JPEG"), drawing)


@pytest.mark.slow
def test_a_photograph_of_48_megapixels_is_read(drawing):
    large = drawing.resize((8064, 6048))
    assert same_digit(saved(large, "JPEG", quality=30), drawing.resize((320, 240)))


@pytest.mark.slow
def test_a_progressive_photograph_is_refused_where_it_takes_too_much_memory():
    large = Image.new("RGB", (8064, 8064))
    with pytest.raises(PictureError, match="megapixels"):
        open_picture(saved(large, "JPEG", progressive=True))
    assert max(open_picture(saved(large, "JPEG")).shape) <= 1280


def test_every_ending_of_every_format_is_listed():
    assert {".jfif", ".avif", ".ppm", ".png", ".jpg"} <= set(ENDINGS)


def test_heic_is_read_where_its_library_is_installed(drawing):
    pillow_heif = pytest.importorskip("pillow_heif")
    file = io.BytesIO()
    pillow_heif.from_pillow(drawing.convert("RGB")).save(file, format="HEIF")
    assert same_digit(file.getvalue(), drawing)


def test_heic_is_named_where_it_is_not(monkeypatch):
    monkeypatch.setattr(image_files, "reads_heic", lambda: False)
    with pytest.raises(PictureError, match=r"HEIC, in which iPhones.*Save it as JPEG"):
        open_picture(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header claims a size and whose pixels are missing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", header), (b"IDAT", b""))
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"hello, I am a text", "not a picture"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC.*Save it as JPEG"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        (saved(Image.new("L", (1, 1))), "1 x 1 pixels"),
        (saved(Image.new("L", (300, 300)), "JPEG")[:400], "damaged or incomplete"),
        (png_claiming(28, 28), "damaged or incomplete"),
        (png_claiming(5001, 5000), "25 megapixels"),
        (png_claiming(60_000, 60_000), "25 megapixels"),
    ],
    ids=["empty", "text", "heic", "eps", "svg", "1x1", "truncated", "no pixels", "large", "bomb"],
)
def test_what_cannot_be_read_is_said(content, says):
    with pytest.raises(PictureError, match=says):
        open_picture(content)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(PictureError, match=r"nowhere\.png"):
        open_picture(tmp_path / "nowhere.png")


def test_a_path_is_read_as_its_bytes_are(tmp_path, drawing):
    (tmp_path / "seven.png").write_bytes(saved(drawing))
    np.testing.assert_array_equal(
        open_picture(tmp_path / "seven.png"), open_picture(saved(drawing))
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP", "AVIF"])
@given(data=st.data())
@settings(deadline=None, max_examples=60)
def test_damage_is_refused_with_a_message_or_survived(kind, data):
    content = bytearray(gradient(kind))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    del content[data.draw(st.integers(1, len(content))) :]
    try:
        picture = open_picture(bytes(content))
    except PictureError:
        return
    assert picture.dtype == np.uint8
    prepare(picture)


@cache
def gradient(kind: str) -> bytes:
    return saved(Image.linear_gradient("L").resize((40, 40)), kind)


def test_a_16_bit_scan_keeps_as_many_pixels_as_are_asked_for():
    scan = Image.fromarray(np.arange(2400 * 1800, dtype=np.uint16).reshape(2400, 1800))
    assert max(open_picture(saved(scan), 2000).shape) == 1200  # blocks are whole
    assert max(open_picture(saved(scan), 2400).shape) == 2400
