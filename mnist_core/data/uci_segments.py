"""Parse the recorded pens of UCI: UNIPEN's text format, with each segment's strokes below it.

I. Guyon et al., "UNIPEN project of on-line data exchange and recognizer benchmarks", ICPR 1994.
A segment is one written character, in one or more strokes:

    .SEGMENT DIGIT    7-8 ? "4"
    .COMMENT 4  18  231
    .PEN_DOWN
     150  450
     100  250
    .PEN_UP
    .DT 100
    .PEN_DOWN
     300  450
    .PEN_UP
    .DT 100
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Segment(NamedTuple):
    """One written character.

    Attributes:
        label: the character, without its quotation marks.
        comment: the words of its comment.
        strokes: int16 (n, 2) each with n of at least 1, in pen order, x and y as recorded.
    """

    label: str
    comment: list[str]
    strokes: list[NDArray[np.int16]]


def read_segments(text: str) -> list[Segment]:
    """Return the segments of a UNIPEN text, in the same order.

    Raises:
        ValueError: a segment has no label, comment or points, or a point is not two numbers.
    """
    return [read_segment(part) for part in text.split(".SEGMENT")[1:]]


def read_segment(text: str) -> Segment:
    """Return one segment; `text` is what follows ".SEGMENT"."""
    heading, *strokes = text.split(".PEN_DOWN")
    title, *comments = heading.split(".COMMENT")
    if title.count('"') != 2 or len(comments) != 1 or not strokes:
        raise ValueError(f"Expected a label, a comment and strokes. Received: {heading.strip()}")
    points = [read_points(stroke.partition(".PEN_UP")[0]) for stroke in strokes]
    return Segment(title.split('"')[1], comments[0].split(), points)


def read_points(text: str) -> NDArray[np.int16]:
    """Return the points of one stroke, int16 (n, 2)."""
    try:
        points = np.array([int(word) for word in text.split()], np.int16).reshape(-1, 2)
    except OverflowError as problem:
        raise ValueError(f"Expected coordinates of 16 bits. Received: {problem}") from problem
    if not len(points):
        raise ValueError("Expected a stroke to have a point. Received: none")
    return points
