"""What is read of several digits: a number, its digits, and the ink that was passed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mnist_core.segmentation.boxes import Box

if TYPE_CHECKING:
    from mnist_core.inference.reader import Reading

Kind = Literal["point", "comma", "minus", "joint", "mark"]


@dataclass(frozen=True)
class NumberDigit:
    """One digit of a number.

    Attributes:
        digit: 0 to 9.
        box: around its ink, in the unit of the input.
        reading: what the reader makes of it alone.
        confidence: the probability that these strokes, no more and no fewer, are this digit.
    """

    digit: int
    box: Box
    reading: Reading
    confidence: float


@dataclass(frozen=True)
class LeftOut:
    """Ink that was passed over.

    Attributes:
        kind: "point", "comma", "minus", "joint" for what joins two digits drawn in one stroke, or
            "mark" for anything else.
        box: around it, in the unit of the input.
    """

    kind: Kind
    box: Box


@dataclass(frozen=True)
class Number:
    """What was read in a drawing or picture of a number.

    Attributes:
        text: its digits in reading order, such as "1437"; rows are separated by a line feed; "" if
            there is no number.
        confidence: the probability that the text is right, 0 to 1; 0 without a text.
        digits: each with its box, in the order of the text.
        runner_up: the next likely text, or None if there is none.
        left_out: what was passed over.
    """

    text: str
    confidence: float
    digits: tuple[NumberDigit, ...] = ()
    runner_up: str | None = None
    left_out: tuple[LeftOut, ...] = ()


NO_NUMBER = Number("", 0.0)


def enlarged(number: Number, scale: float) -> Number:
    """Return a number whose boxes are those of a picture `scale` times as large."""
    digits = tuple(
        NumberDigit(d.digit, d.box.scaled(scale), d.reading, d.confidence) for d in number.digits
    )
    left_out = tuple(LeftOut(mark.kind, mark.box.scaled(scale)) for mark in number.left_out)
    return Number(number.text, number.confidence, digits, number.runner_up, left_out)


def size_of(parts: Sequence[NumberDigit | LeftOut]) -> float:
    """Return the sum of the sizes of digits, or of what was passed over."""
    return sum(part.box.size for part in parts)
