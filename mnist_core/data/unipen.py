"""Parse UNIPEN's text format: who wrote what, and the way of the pen, in separate files.

I. Guyon et al., "UNIPEN project of on-line data exchange and recognizer benchmarks", ICPR 1994.
An index names pen files, and says which blocks of them are which character:

    .INCLUDE apa/data/apa00/app0032.dat
    .SEGMENT CHARACTER 0 ? "9"
    .SEGMENT CHARACTER 1-2 ? "8"

A pen file has the blocks. All blocks of the included files are numbered together, from 0, those
with the pen in the air too; only a block without points has no number:

    .WRITER_ID W1
    .PEN_DOWN
    92 380
    94 379
    .PEN_UP
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

STATEMENT = re.compile(r"^\.(?=[A-Z])", re.MULTILINE)
SEGMENT = re.compile(
    r'CHARACTER\s+(?P<first>\d{1,9})(?:-(?P<last>\d{1,9}))?\s+\S+\s+"(?P<label>.*)"', re.ASCII
)
MAX_COORDINATE = 1_000_000
MAX_MASK = 20  # characters

Points = NDArray[np.float64]


class Segment(NamedTuple):
    """One written character of an index.

    Attributes:
        label: the character as it stands between the quotation marks, where a quotation mark and a
            backslash have a backslash before them.
        first: the number of its first block.
        last: the number of its last block.
    """

    label: str
    first: int
    last: int


class Index(NamedTuple):
    """What an index says.

    Attributes:
        includes: the names of the included files, in order.
        segments: the characters, in order, without those that begin or end within a block.
    """

    includes: list[str]
    segments: list[Segment]


@dataclass(frozen=True)
class Block:
    """One way of the pen.

    Attributes:
        is_down: whether the pen touched the tablet.
        text: the points as they were written, one a line; x and y come first.
    """

    is_down: bool
    text: str

    @property
    def is_masked(self) -> bool:
        """Whether its ink was left out of the published set."""
        return len(self.text) < MAX_MASK and self.text.split() == ["0", "0"]

    @cached_property
    def points(self) -> Points | None:
        """X and y of each point, y up: float64 (n, 2); None if the text is something else."""
        columns = len(self.text.partition("\n")[0].split())
        try:
            table = np.array(self.text.split(), np.float64).reshape(-1, columns)
        except ValueError:
            return None
        points = table[:, :2]
        return points if columns > 1 and (np.abs(points) <= MAX_COORDINATE).all() else None


def statements(text: str) -> Iterator[tuple[str, str]]:
    """Yield each statement: its keyword without the dot, and what follows it."""
    for part in STATEMENT.split(text)[1:]:
        keyword, *rest = part.split(maxsplit=1)
        yield keyword, rest[0].strip() if rest else ""


def read_index(text: str) -> Index:
    """Return what an index says; what is not understood is passed over."""
    index = Index([], [])
    for keyword, value in statements(text):
        if keyword == "INCLUDE":
            index.includes.append(value)
        elif keyword == "SEGMENT" and (match := SEGMENT.fullmatch(value)):
            first = int(match["first"])
            index.segments.append(Segment(match["label"], first, int(match["last"] or first)))
    return index


def read_blocks(text: str) -> list[Block]:
    """Return the blocks of a pen file that have points."""
    return [
        Block(keyword == "PEN_DOWN", value)
        for keyword, value in statements(text)
        if keyword in ("PEN_DOWN", "PEN_UP") and value
    ]


def strokes_of(blocks: list[Block]) -> list[Points]:
    """Return the strokes of a character; none if its ink is masked or not understood.

    Args:
        blocks: its blocks, also those with the pen in the air.
    """
    down = [block for block in blocks if block.is_down]
    if any(block.is_masked for block in down):
        return []
    strokes = [block.points for block in down if block.points is not None]
    return strokes if len(strokes) == len(down) else []
