"""The link that is a drawing: its strokes, packed into characters that an address may contain.

Nothing is stored anywhere, so a link lives as long as somebody can read it. The form of version 1:

1. Each stroke's points are rounded to a grid and simplified to within one step of it.
2. They are written as varints (7 bits to a byte, the lowest first, the highest bit says that more
   follow): the grid's step in eighths of a pixel; the paper's width in multiples of its height;
   then for each stroke twice the number of its points, plus 1 if another pen is taken, whose width
   then follows in pixels; and of each point, how far it is from the one before, right and down.
   Differences are zigzag: 0, -1, 1, -2 are 0, 1, 2, 3. The first pen's width is always given.
3. That is compressed with DEFLATE (RFC 1951), and the version goes before it, as one byte.
4. All of it is written in base64url (RFC 4648) without padding.
"""

import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from mnist_core.errors import LinkError
from mnist_core.sketches.simplify import simplify
from mnist_core.sketches.sketch import HEIGHT, WIDTHS, PenStroke, Points, Sketch

VERSION = 1
LONGEST = 2_000  # characters; some programs cut longer addresses off
MAX_STROKES = 64
MAX_POINTS = 4_096
MAX_PEN = 100  # pixels
MAX_BYTES = 5 * MAX_POINTS  # unpacked: two differences of two bytes each, and something for strokes
FAR = HEIGHT  # pixels; a pen that leaves the paper is followed so far
STEPS = (8, 4, 2, 1)  # eighths of a pixel
COARSE_STEPS = (16, 32)  # for drawings whose link would be too long
STRATEGIES = (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FIXED)  # which is shorter depends on the drawing
ALPHABET = re.compile(r"[A-Za-z0-9_-]+")


def faithful_link(sketch: Sketch, is_same: Callable[[Sketch], bool]) -> str:
    """Return the shortest link of those tried that shows the same.

    Args:
        sketch: the drawing.
        is_same: whether a drawing, as a link shows it, is read as the drawing itself is. If none
            is, the link is as precise as possible.

    Raises:
        LinkError: the drawing is too large for a link.
    """
    link = ""
    for step in STEPS:
        try:
            link = encode(sketch, step)
        except LinkError:
            break
        if is_same(decode(link)):
            return link
    return link or coarse_link(sketch)


def coarse_link(sketch: Sketch) -> str:
    """Return the link of a large drawing, less precise.

    Raises:
        LinkError: it is too large even then.
    """
    *steps, last = COARSE_STEPS
    for step in steps:
        try:
            return encode(sketch, step)
        except LinkError:
            continue
    return encode(sketch, last)


def encode(sketch: Sketch, step: int = STEPS[0]) -> str:
    """Return the link of a drawing: at most 2,000 characters of base64url.

    Args:
        sketch: with at least one stroke.
        step: of the grid, in eighths of a pixel.

    Raises:
        LinkError: it is blank, or has too many strokes or points for a link.
    """
    if not sketch.strokes:
        raise LinkError("There is nothing to link to. Draw something first.")
    if len(sketch.strokes) > MAX_STROKES:
        raise LinkError(
            f"A link holds at most {MAX_STROKES} strokes. This drawing has "
            f"{len(sketch.strokes):,}: share it as a picture."
        )
    paths = [simplify(on_grid(stroke, step, sketch.width), 1) for stroke in sketch.strokes]
    packed = bytes(pack([step, sketch.width // HEIGHT, *numbers_of(paths, sketch)]))
    link = urlsafe_b64encode(bytes([VERSION]) + deflate(packed)).decode().rstrip("=")
    if len(link) > LONGEST or sum(map(len, paths)) > MAX_POINTS:
        raise LinkError("This drawing is too large for a link: share it as a picture.")
    return link


def on_grid(stroke: PenStroke, step: int, width: int) -> NDArray[np.int64]:
    """Return the points of a stroke in steps, int64 (n, 2).

    A point that falls on the one before is left out.
    """
    within = np.clip(stroke.points, -FAR, (width + FAR, HEIGHT + FAR))
    points = np.round(within * 8 / step).astype(np.int64)
    moved = np.any(np.diff(points, axis=0) != 0, axis=1)
    return points[np.concatenate(([True], moved))]


def numbers_of(paths: list[NDArray[np.int64]], sketch: Sketch) -> Iterator[int]:
    """Yield the numbers that say where the pens went, in steps."""
    last, pen = np.zeros((1, 2), np.int64), 0
    for path, stroke in zip(paths, sketch.strokes, strict=True):
        changes = stroke.pen != pen
        yield 2 * len(path) + changes
        if changes:
            yield stroke.pen
        differences = np.diff(path, axis=0, prepend=last).ravel()
        yield from np.where(differences < 0, -2 * differences - 1, 2 * differences).tolist()
        last, pen = path[-1:], stroke.pen


def pack(numbers: list[int]) -> Iterator[int]:
    """Yield the bytes of numbers from 0, each as a varint."""
    for number in numbers:
        while number > 127:
            yield number & 127 | 128
            number >>= 7
        yield number


def deflate(packed: bytes) -> bytes:
    """Return bytes compressed with DEFLATE, as short as zlib can."""
    made = []
    for strategy in STRATEGIES:
        compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, strategy=strategy)
        made.append(compressor.compress(packed) + compressor.flush())
    return min(made, key=len)


def decode(link: str) -> Sketch:
    """Return the drawing that a link is.

    Raises:
        LinkError: it is none: too long, damaged, or made by a later version.
    """
    if len(link) > LONGEST:
        raise broken(f"it is longer than {LONGEST:,} characters")
    if not ALPHABET.fullmatch(link) or len(link) % 4 == 1:
        raise broken("part of it is missing, or something was added to it")
    packed = urlsafe_b64decode(link + "=" * (-len(link) % 4))
    if packed[0] != VERSION:
        raise broken("it is damaged, or was made by another version of this app")
    numbers = unpack(inflate(packed[1:]))
    step, width = take(numbers), take(numbers) * HEIGHT
    if not 1 <= step <= COARSE_STEPS[-1] or width not in WIDTHS:
        raise broken("its paper is none of ours")
    return Sketch(tuple(strokes_of(numbers, step, width)), width)


def inflate(compressed: bytes) -> bytes:
    """Return what was compressed.

    Raises:
        LinkError: it is damaged, or would become larger than a drawing is.
    """
    decompressor = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        packed = decompressor.decompress(compressed, MAX_BYTES)
    except zlib.error as problem:
        raise broken("it is damaged") from problem
    if not decompressor.eof or decompressor.unused_data:
        raise broken("it is damaged, or too large")
    return packed


def unpack(packed: bytes) -> Iterator[int]:
    """Yield the numbers that were packed.

    Raises:
        LinkError: the last one is cut off, or one is larger than any in a drawing.
    """
    number = shift = 0
    for byte in packed:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield number
            number = shift = 0
        elif shift > 14:
            raise broken("a number in it is too large")
    if shift:
        raise broken("its end is missing")


def take(numbers: Iterator[int]) -> int:
    """Return the next number.

    Raises:
        LinkError: there is none.
    """
    for number in numbers:
        return number
    raise broken("its end is missing")


def strokes_of(numbers: Iterator[int], step: int, width: int) -> Iterator[PenStroke]:
    """Yield the strokes that the numbers describe.

    Raises:
        LinkError: they describe none, or too much, or what lies far from the paper.
    """
    last, pen = np.zeros(2, np.int64), 0
    strokes = points = 0
    for head in numbers:
        count, changes = divmod(head, 2)
        pen = take(numbers) if changes else pen
        strokes, points = strokes + 1, points + count
        if strokes > MAX_STROKES or points > MAX_POINTS:
            raise broken(f"it has more than {MAX_STROKES} strokes or {MAX_POINTS:,} points")
        if not count or not 1 <= pen <= MAX_PEN:
            raise broken("a stroke in it is none")
        path = path_of([take(numbers) for _ in range(2 * count)]) + last
        last = path[-1]
        if not is_near_paper(path * step / 8, width, step):
            raise broken("it leaves the paper")
        yield PenStroke(path * step / 8, pen)
    if not strokes:
        raise broken("it is blank")


def path_of(zigzag: list[int]) -> NDArray[np.int64]:
    """Return the points, int64 (n, 2), that lie so far from each other; the first from (0, 0)."""
    numbers = np.array(zigzag, np.int64).reshape(-1, 2)
    return np.where(numbers % 2, -(numbers + 1) // 2, numbers // 2).cumsum(axis=0)


def is_near_paper(points: Points, width: int, step: int) -> bool:
    """Return whether points are where a pen is followed to; rounding may have added a step."""
    far = FAR + step / 8
    return bool((points >= -far).all() and (points <= (width + far, HEIGHT + far)).all())


def broken(reason: str) -> LinkError:
    """Return the error for a link that shows no drawing."""
    return LinkError(
        f"This link shows no drawing: {reason}. Ask for it again, or draw something yourself."
    )
