"""What somebody may send who means harm: pictures, CSV files, archives and names, not kept.

More than 200 in all: bombs, files that are cut off or damaged, files of two kinds at once, paths
that lead out, and text that a page or a spreadsheet could take for a program.
"""

import gzip
import io
import random
import struct
import tarfile
import zipfile
import zlib
from functools import cache

import numpy as np
from PIL import Image, PngImagePlugin

from mnist_core.data.csv_layout import TRAIN_COLUMNS

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


# What looks hostile and is only unusual: a 7 with fifty thousand noughts before it, and forms in
# which people really have their digits.
GOOD_AFTER_ALL = {"cell-zeros", "returns", "utf-16", "gzip"}


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


def idx(shape: tuple[int, ...], content: bytes, kind: int = 8) -> bytes:
    """Return an IDX file whose header says what it likes."""
    return bytes([0, 0, kind, len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + content


def zipped(members: Corpus, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def npy(header: str, content: bytes = b"") -> bytes:
    """Return an array file whose header says what it likes."""
    text = header.encode().ljust(118 - 10) + b"\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text + content


@cache
def digit_files() -> Corpus:
    """Return archives, arrays and IDX files of digits that are none, or are bombs."""
    shape = "{'descr': '%s', 'fortran_order': %s, 'shape': %s}"
    labels = npy(shape % ("|u1", "False", "(1,)"), b"\7")
    picture = npy(shape % ("|u1", "False", "(1, 28, 28)"), bytes(784))
    objects = npy(shape % ("|O", "False", "(1, 28, 28)"), b"cos\nsystem\n(S'touch hacked'\ntR.")
    arrays = {
        "huge": npy(shape % ("<f8", "False", "(9999999999, 28, 28)")),
        "huge-by-columns": npy(shape % ("<f8", "True", "(299999, 784)"), bytes(5_000)),
        "negative": npy(shape % ("|u1", "False", "(-1, 28, 28)")),
        "cut": picture[:300],
        "objects": objects,
        "text": npy(shape % ("<U9", "False", "(1, 28, 28)"), bytes(784 * 36)),
        "no-shape": npy(shape % ("|u1", "False", "()"), b"\1"),
        "program": npy("__import__('os').system('touch hacked')"),
        "nan": npy(shape % ("<f8", "False", "(1, 784)"), struct.pack("<d", float("nan")) * 784),
        "unit-and-more": npy(shape % ("<f4", "False", "(1, 784)"), struct.pack("<f", 1.5) * 784),
        "bomb": npy(shape % ("|u1", "False", "(299999, 784)"), bytes(5_000_000)),
        # a later format, whose header may claim gigabytes
        "later": b"\x93NUMPY\2\0" + picture[8:10] + b"\0\0" + picture[10:],
    }
    row = HEADER + ROW
    pair = {"train-images": idx((1, 28, 28), bytes(784)), "train-labels": idx((1,), b"\7")}
    return {
        **{f"npz-{name}": zipped({"X.npy": one, "y.npy": labels}) for name, one in arrays.items()},
        "npz-label-200": zipped({"X.npy": picture, "y.npy": labels[:-1] + b"\xc8"}),
        "npz-two-labels": zipped({"X.npy": picture, "y.npy": labels, "z.npy": labels}),
        "npz-alone": zipped({"X.npy": picture}),
        "zip-empty": zipped({}),
        "zip-cut": zipped({"train.csv": row})[:-30],
        "zip-flipped": zipped({"train.csv": row * 9}).replace(b"PK\1\2", b"PK\1\3"),
        "zip-bomb": zipped({"train.csv": HEADER + b"\n" * 20_000_000}),
        "zip-bzip2": zipped({"train.csv": row}, zipfile.ZIP_BZIP2),  # unpacks without a limit
        "zip-lzma": zipped({"3/a.png": save("PNG")}, zipfile.ZIP_LZMA),
        "zip-of-zips": zipped({"train.csv": zipped({"train.csv": row})}),
        "zip-of-gzip-bomb": zipped({"train.csv.gz": gzip.compress(bytes(20_000_000), 1)}),
        "zip-leads-out": zipped({"../../hacked.csv": b"x", "/etc/passwd": b"y"}),
        "zip-million": b"PK\3\4" + b"PK\1\2" * 1_000_000,
        "zip-workbook": zipped({"[Content_Types].xml": b"<x/>", "xl/sheet1.xml": b"<x/>"}),
        "zip-script": zipped({f"{SCRIPT[:20].decode()}/3/a.png": b"no picture"}),
        "zip-picture-bomb": zipped({"3/a.png": bombs()["png-says-4-gigapixels"]}),
        "zip-no-pictures": zipped({"3/a.png": b"", "4/b.png": SCRIPT}),
        "zip-encrypted": zipped({"train.csv": row}).replace(b"\x14\0\0\0\x08", b"\x14\0\1\0\x08"),
        "idx-alone": pair["train-images"],
        "idx-cut": zipped({**pair, "train-images": pair["train-images"][:99]}),
        "idx-huge": zipped({**pair, "train-images": idx((2**32 - 1, 28, 28), b"")}),
        "idx-wide": zipped({**pair, "train-images": idx((1, 2**31, 2**31), b"")}),
        "idx-empty-and-wide": idx((0, 2**32 - 1, 2**32 - 1), b""),
        "idx-of-colour": zipped({**pair, "train-images": idx((1, 28, 28, 3), bytes(2352))}),
        "idx-floats": zipped({**pair, "train-images": idx((1, 28, 28), b"\xff" * 3136, 13)}),
        "idx-label-77": zipped({**pair, "train-labels": idx((1,), b"\x4d")}),
        "idx-more-labels": zipped({**pair, "train-labels": idx((9,), bytes(9))}),
        "gzip-bomb": gzip.compress(bytes(20_000_000), 1),
        "gzip-cut": gzip.compress(row)[:-9],
        "gzip-twice": gzip.compress(gzip.compress(row)),
        "parquet": b"PAR1" + SCRIPT + b"PAR1",
    }


@cache
def pictures() -> Corpus:
    """Return all files that come as pictures."""
    return {**bombs(), **strangers(), **damaged()}


def tgz(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    """Return a .tgz whose headers say what they like."""
    parts = [
        member.tobuf(tarfile.GNU_FORMAT) + content + bytes(-len(content) % 512)
        for member, content in members
    ]
    return gzip.compress(b"".join(parts) + bytes(1024), mtime=0)


def tar_member(
    name: str, content: bytes, size: int | None = None, kind: bytes = tarfile.REGTYPE
) -> tuple[tarfile.TarInfo, bytes]:
    """Return a member of a tar that may say another size, and link to a file of the system."""
    member = tarfile.TarInfo(name)
    member.size = len(content) if size is None else size
    member.type, member.linkname = kind, "/etc/passwd"
    return member, content


def unipen_archives() -> Corpus:
    """Return archives that are no recorded characters, although they look like it."""
    index, pens = "data/1a/apa/w.dat", "include/apa/w.dat"
    zeros = bytes(3_000_000)
    many = b".INCLUDE apa/w.dat\n" + b'.SEGMENT CHARACTER 0 ? "1"\n' * 3_000
    stroke = b".PEN_DOWN\n" + b"1 2 x\n" * 90_000
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr(index, zeros)
    return {
        "bomb": tgz(tar_member(index, zeros)),
        "bomb-elsewhere": tgz(tar_member("bomb", zeros * 2)),
        "bomb-in-a-zip": archive.getvalue(),
        "gzip-of-zeros": gzip.compress(zeros),
        "extension-of-8-gigabytes": tgz(
            tar_member("x", b"", 8_000_000_000, tarfile.XHDTYPE), tar_member(index, many)
        ),
        "long-name-of-8-gigabytes": tgz(tar_member("x", b"", 8_000_000_000, b"L")),
        "says-longer": tgz(tar_member(index, many, 4_000_000)),
        "says-shorter": tgz(tar_member(index, many, 100)),
        "says-below-nought": tgz(tar_member(index, many, -512)),
        "link": tgz(tar_member(index, b"", 0, tarfile.SYMTYPE)),
        "hard-link": tgz(tar_member(index, b"", 0, tarfile.LNKTYPE)),
        "device": tgz(tar_member(index, b"", 0, tarfile.CHRTYPE)),
        "leads-out": tgz(tar_member("../" * 9 + index, b".INCLUDE apa/../../../etc/x.dat")),
        "includes-itself": tgz(tar_member(pens, b".INCLUDE apa/w.dat"), tar_member(index, many)),
        "one-stroke-a-thousand-times": tgz(tar_member(index, many), tar_member(pens, stroke)),
        "twice": tgz(tar_member(f"a/{pens}", b""), tar_member(f"b/{pens}", b"")),
        "control-characters": tgz(tar_member(index, b".INCLUDE apa/\x1b[2J\x07.dat")),
        "program": tgz(tar_member(index, b"\x7fELF" + zeros[:900])),
        "script": tgz(tar_member(index, SCRIPT)),
    }
