"""What somebody may send who means harm: pictures, CSV files and names, made and not kept.

200 in all: bombs, files that are cut off or damaged, files of two kinds at once, paths that lead
out, and text that a page or a spreadsheet could take for a program.
"""

import gzip
import io
import random
import struct
import zipfile
import zlib
from functools import cache

import numpy as np
from PIL import Image, PngImagePlugin

from mnist_core.sources.pixel_csv import TRAIN_COLUMNS

Corpus = dict[str, bytes]

SCRIPT = b"<script>window.hacked=1</script><img src=x onerror='window.hacked=1'>"
FORMULA = b'=HYPERLINK("http://localhost/"&A1,"win")'
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "PPM", "AVIF")
CUTS = (0.02, 0.1, 0.3, 0.6, 0.9)
HEADER = ",".join(TRAIN_COLUMNS).encode() + b"\n"
ROW = b"7," + b",".join([b"0"] * 784) + b"\n"

NAMES = [
    "../../../../etc/passwd",
    "..\\..\\..\\windows\\win.ini",
    "/etc/passwd",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "....//....//etc/passwd",
    "C:\\autoexec.bat",
    "a\0b",
    "line\nbreak",
    "tab\tin it",
    "con",
    "nul.txt",
    "ends with a dot.",
    ".hidden",
    "-rf",
    "~root",
    "$(touch hacked)",
    "`touch hacked`",
    "; touch hacked",
    "| touch hacked",
    "x" * 5_000,
    "\u202egnp.exe",
    "seven \N{GRINNING FACE}",
    "<script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    "[win](javascript:window.hacked=1)",
    "![win](http://localhost/x.png)",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "'; DROP TABLE digits; --",
    '=HYPERLINK("http://localhost/")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
]


def save(
    kind: str, size: tuple[int, int] = (64, 64), mode: str = "RGB", **options: object
) -> bytes:
    """Return a picture of a stroke as a file."""
    levels = np.full(size[::-1], 255, np.uint8)
    levels[size[1] // 4 : size[1] // 2, size[0] // 4 : size[0] // 3] = 0
    file = io.BytesIO()
    Image.fromarray(levels).convert(mode).save(file, kind, **options)
    return file.getvalue()


def png(width: int, height: int, depth: int, colour: int, data: bytes, *chunks: bytes) -> bytes:
    """Return a PNG file whose header says what it likes."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    parts = [chunk(b"IHDR", header), *chunks, chunk(b"IDAT", data), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return one chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@cache
def bombs() -> Corpus:
    """Return small files that would be large pictures."""
    zeros = zlib.compress(bytes(26_000_000), 1)
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "x" * 900_000, zip=True)
    return {
        "png-says-4-gigapixels": png(65_535, 65_535, 8, 2, zlib.compress(b"")),
        "png-says-most": png(2**31 - 1, 2**31 - 1, 8, 6, b""),
        "png-one-line": png(30_000_000, 1, 8, 0, zeros),
        "png-25-megapixels": png(5_000, 5_000, 8, 0, zlib.compress(bytes(25_005_000), 1)),
        "png-deep": png(5_000, 5_000, 16, 0, zlib.compress(bytes(50_005_000), 1)),
        "png-deep-colours": png(5_000, 5_000, 16, 6, zlib.compress(bytes(200_005_000), 1)),
        "png-long-data": png(64, 64, 8, 0, zeros),
        "png-text": save("PNG", pnginfo=text),
        "png-profile": png(
            64, 64, 8, 0, zlib.compress(bytes(64 * 65)), chunk(b"iCCP", b"p\0\0" + zeros)
        ),
        "png-no-size": png(0, 0, 8, 0, b""),
        "jpeg-25-megapixels": save("JPEG", (5_000, 5_000)),
        "gif-huge-screen": save("GIF").replace(b"\x40\x00\x40\x00", b"\xff\xff\xff\xff", 1),
        "gif-many-frames": save(
            "GIF", save_all=True, append_images=[Image.new("RGB", (64, 64), i) for i in range(99)]
        ),
        "bmp-says-huge": save("BMP")[:18] + struct.pack("<ii", 2**30, 2**30) + save("BMP")[26:],
        "bmp-upside-down": save("BMP")[:22] + struct.pack("<i", -(2**31)) + save("BMP")[26:],
        "tiff-25-megapixels": save("TIFF", (5_000, 5_000), "RGB", compression="tiff_lzw"),
        "tiff-floats": save("TIFF", (600, 600), "F"),
        "ppm-says-huge": b"P6 99999999 99999999 255\n" + bytes(100),
        "ppm-long-number": b"P5 " + b"9" * 100_000 + b" 8 255\n" + bytes(100),
        "ppm-text": b"P3 900 900 255\n" + b"255 " * 2_430_000,
        "webp-4-megapixels": save("WEBP", (2_000, 2_000), method=0),
        "avif-1-megapixel": save("AVIF", (1_000, 1_000), speed=10),
    }


def strangers() -> Corpus:
    """Return files that are no pictures, or pictures and something else."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("../../hacked.txt", b"x")
        zipped.writestr("bomb", bytes(10_000_000))
    svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='window.hacked=1'>" + SCRIPT + b"</svg>"
    comment = b"\xff\xfe" + struct.pack(">H", 2 + len(SCRIPT)) + SCRIPT
    return {
        "nothing": b"",
        "one-byte": b"\x00",
        "signature-only": b"\x89PNG\r\n\x1a\n",
        "html": SCRIPT,
        "svg": svg,
        "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(hacked) (w) file\n",
        "pdf": b"%PDF-1.7\n1 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj\n",
        "program": b"\x7fELF" + bytes(200),
        "pickle": b"cos\nsystem\n(S'touch hacked'\ntR.",
        "zip": archive.getvalue(),
        "gzip-bomb": gzip.compress(bytes(10_000_000)),
        "png-and-zip": save("PNG") + archive.getvalue(),
        "gif-and-script": b"GIF89a/*" + save("GIF")[8:] + b"*/=1;window.hacked=1",
        "jpeg-and-html": save("JPEG")[:2] + comment + save("JPEG")[2:],
        "png-and-html": save("PNG") + SCRIPT,
        "bmp-and-script": b"BM/*" + save("BMP")[4:] + b"*/=1;window.hacked=1",
        "avif-box-of-4-gigabytes": b"\xff\xff\xff\xff" + save("AVIF")[4:],
        "webp-says-huge": save("WEBP")[:4] + b"\xff\xff\xff\xff" + save("WEBP")[8:],
        "tiff-turns-in-circles": b"II*\0\x08\0\0\0\0\0\x08\0\0\0",
        "exif-damaged": save("JPEG", exif=b"Exif\0\0MM\0*" + b"\xff" * 60),
    }


def damaged(seed: int = 0) -> Corpus:
    """Return pictures that are cut off, and pictures with bytes that have changed."""
    chance, corpus = random.Random(seed), {}
    for kind in FORMATS:
        whole = save(kind)
        for share in CUTS:
            corpus[f"{kind.lower()}-cut-{share}"] = whole[: int(len(whole) * share)]
        for time in range(5):
            flipped = bytearray(whole)
            for _ in range(1 + 8 * time):
                flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
            corpus[f"{kind.lower()}-flipped-{time}"] = bytes(flipped)
    return corpus


GOOD_AFTER_ALL = "cell-zeros"  # a 7 with fifty thousand noughts before it


def csv_files() -> Corpus:
    """Return files that are no train.csv, and `GOOD_AFTER_ALL`."""
    whole = HEADER + ROW * 3
    cells: dict[str, bytes] = {
        "script": SCRIPT,
        "formula": FORMULA,
        "command": b"=cmd|' /C calc'!A0",
        "plus": b"+1+1",
        "minus": b"-1",
        "at": b"@SUM(1)",
        "tab": b"\t=1",
        "huge": b"9" * 50_000,
        "zeros": b"0" * 50_000 + b"7",
        "float": b"1e3",
        "nan": b"nan",
        "arabic": "٣".encode(),
        "wide": "３".encode(),
        "nul": b"\0",
        "escape": b"\x1b[2J\x1b]0;hacked\x07",
        "not-utf8": b"\xff\xfe\xfa",
        "quote": b'"',
        "quotes": b'"' * 20_000,
        "list": b"[1]",
        "markdown": b"[win](javascript:window.hacked=1)",
    }
    wrong = {f"cell-{name}": HEADER + cell + ROW[1:] for name, cell in cells.items()}
    heads = {f"head-{name}": cell + HEADER[5:] + ROW for name, cell in cells.items() if name < "n"}
    return {
        **wrong,
        **heads,
        "empty": b"",
        "header-only": HEADER,
        "line-breaks": b"\n" * 1_000_000,
        "returns": whole.replace(b"\n", b"\r"),
        "one-long-line": HEADER + b"1," * 3_000_000,
        "many-columns": b"label," * 500_000,
        "no-comma": b"x" * 3_000_000,
        "utf-16": whole.decode().encode("utf-16"),
        "utf-32": whole.decode().encode("utf-32"),
        "gzip": gzip.compress(whole),
        "html": SCRIPT * 100,
        "mark-in-the-middle": HEADER + b"\xef\xbb\xbf" + ROW,
        "cut": whole[:-1000],
        "rows-of-nothing": HEADER + b",".join([b""] * 785) + b"\n",
        "label-10": HEADER + b"10" + ROW[1:],
        "level-256": HEADER + ROW[:-2] + b"256\n",
        "too-wide": HEADER + ROW[:-1] + b",0\n",
        "too-narrow": HEADER + ROW[:-3] + b"\n",
    }


@cache
def pictures() -> Corpus:
    """Return all files that come as pictures."""
    return {**bombs(), **strangers(), **damaged()}
