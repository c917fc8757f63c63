"""An example: a drawing with the label that a person gave it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TypeAlias

import numpy as np

from mnist_core.errors import ExampleError, LimitError
from mnist_core.pictures import Picture
from mnist_core.preprocessing import FIELD
from mnist_core.segmentation.strokes import MAX_POINTS, MAX_STROKES

Label: TypeAlias = int | None  # 0 to 9, or None for "no digit"
Stroke: TypeAlias = tuple[tuple[float, ...], tuple[float, ...]]  # its x and its y, y down

NO_DIGIT = "no digit"  # how a label of None is written
UNKNOWN_TIME = "1970-01-01T00:00:00.000000+00:00"  # earlier than any label given here
MAX_EXAMPLES = 1_000  # of a hand


@dataclass(frozen=True, eq=False)
class Example:
    """A drawing with the label that a person gave it.

    Attributes:
        ink: uint8 (28, 28), the drawing in MNIST format.
        label: 0 to 9, or None for "no digit".
        when: when it was labelled: ISO 8601, UTC, to the microsecond.
        strokes: the pen's way where it is known, in any unit; else empty.
    """

    ink: Picture
    label: Label
    when: str = field(default_factory=lambda: now())
    strokes: tuple[Stroke, ...] = ()

    def __post_init__(self) -> None:
        """Check everything, so that later code can trust it.

        Raises:
            ExampleError: ink or strokes cannot be those of a drawing.
            ValueError: the label or the time is none.
        """
        check_label(self.label)
        check_ink(self.ink)
        check_strokes(self.strokes)
        datetime.fromisoformat(self.when)
        if self.label is not None:
            object.__setattr__(self, "label", int(self.label))  # JSON knows no numbers of NumPy
        kept = np.array(self.ink)  # a copy that nobody else can change
        kept.setflags(write=False)
        object.__setattr__(self, "ink", kept)

    @cached_property
    def id(self) -> str:
        """Twelve hexadecimal digits that identify the drawing, whatever its label."""
        return hashlib.sha256(self.ink.tobytes()).hexdigest()[:12]

    @property
    def day(self) -> str:
        """The day on which it was labelled, such as "2026-07-01"; "" where that is unknown."""
        return "" if self.when == UNKNOWN_TIME else self.when[:10]


def now() -> str:
    """Return the time: ISO 8601, UTC, to the microsecond."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def check_label(label: object) -> None:
    """Raise a ValueError unless this is a whole number from 0 to 9, or None."""
    is_whole = isinstance(label, int | np.integer) and not isinstance(label, bool)
    if label is not None and not (is_whole and 0 <= int(label) <= 9):  # type: ignore[call-overload]
        raise ValueError(f"Expected a digit from 0 to 9, or None for no digit. Received: {label!r}")


def check_ink(ink: Picture) -> None:
    """Raise an ExampleError unless this is a drawing in MNIST format."""
    if ink.dtype != np.uint8 or ink.shape != (FIELD, FIELD):
        raise ExampleError(
            f"Expected ink as uint8 of shape (28, 28). Received: {ink.dtype} of shape {ink.shape}"
        )
    if not ink.any():
        raise ExampleError("Expected an example to have ink. Received: a blank picture")


def check_strokes(strokes: Sequence[Stroke]) -> None:
    """Raise an ExampleError unless these are strokes within the limits."""
    points = sum(len(x) for x, _ in strokes)
    if len(strokes) > MAX_STROKES or points > MAX_POINTS:
        raise ExampleError(
            f"Expected at most {MAX_STROKES} strokes and {MAX_POINTS:,} points. "
            f"Received: {len(strokes):,} and {points:,}"
        )
    if not all(len(x) == len(y) > 0 and np.isfinite([x, y]).all() for x, y in strokes):
        raise ExampleError("Expected strokes of finite points. Received: others")


def check_room(n: int) -> None:
    """Raise a LimitError if a hand cannot have so many examples."""
    if n > MAX_EXAMPLES:
        raise LimitError(
            f"A hand has at most {MAX_EXAMPLES:,} examples. Delete some, or forget everything."
        )
