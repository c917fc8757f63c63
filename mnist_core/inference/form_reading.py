"""Reading printed sheets: examples of a hand, and the table of a class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mnist_core.pictures import Picture
from mnist_core.preprocessing import prepare
from mnist_core.segmentation.paper import LEAST_INK, even_ink

if TYPE_CHECKING:
    from mnist_core.inference.reader import Reader

MARGIN = 8  # pixels around what is written in a box
EMPTY = 0.004  # share of a box that ink covers at least


@dataclass(frozen=True)
class Examples:
    """Digits that somebody wrote on a printed sheet.

    Attributes:
        images: uint8 (n, 28, 28), in MNIST's format.
        labels: uint8 (n,), what the sheet asked for.
        read: uint8 (n,), what the network reads: where it differs, one of the two is wrong.
    """

    images: Picture
    labels: NDArray[np.uint8]
    read: NDArray[np.uint8]


def read_examples(reader: Reader, boxes: Sequence[Sequence[Picture]]) -> Examples:
    """Return the digits on a sheet that asks for each digit in a row of its own.

    Args:
        reader: tells where somebody wrote another digit than was asked for.
        boxes: a row for each digit, as `read_form` returns them; empty boxes are left out.
    """
    found = [
        (steps.centred, label)
        for label, row in enumerate(boxes)
        for box in row
        if (ink := ink_in(box)) is not None and (steps := prepare(ink)) and not steps.is_dot
    ]
    images = np.array([image for image, _ in found], np.uint8).reshape(-1, 28, 28)
    labels = np.array([label for _, label in found], np.uint8)
    return Examples(images, labels, reader.predict(images).argmax(axis=1).astype(np.uint8))


def read_table(reader: Reader, boxes: Sequence[Sequence[Picture]]) -> list[list[str]]:
    """Return the number in each box of a sheet, "" where it is empty or shows none."""
    return [[read_box(reader, box) for box in row] for row in boxes]


def read_box(reader: Reader, box: Picture) -> str:
    """Return the number in one box."""
    ink = ink_in(box)
    return "" if ink is None else reader.read_number(ink).text.replace("\n", "")


def ink_in(box: Picture) -> Picture | None:
    """Return the ink in a box, light on black with a margin, or None if it is empty."""
    contrast = int(np.percentile(box, 90)) - int(box.min())
    if contrast < 2 * LEAST_INK * 255:
        return None
    ink = even_ink(box)
    if ink is None or float((ink > 127).mean()) < EMPTY:
        return None
    return np.pad(ink, MARGIN)
