"""Reading a page: a photograph or scan with many numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mnist_core.inference.number import LeftOut, Number
from mnist_core.inference.number_reading import are_digits, read_each
from mnist_core.pictures import Picture, check_picture, to_grey
from mnist_core.segmentation.boxes import Box, around
from mnist_core.segmentation.components import page_groups
from mnist_core.segmentation.paper import even_ink
from mnist_core.segmentation.ruling import remove_lines
from mnist_core.segmentation.sheets import shrink_colour, straighten

if TYPE_CHECKING:
    from mnist_core.inference.reader import Reader

LONGEST_SIDE = 2000  # pixels: on a sheet of A4 a digit of 4 mm is 27 pixels tall
LEAST_HEIGHT = 12  # pixels of a row: lower ones are what is left of ruled lines
GREY_INK = 0.6  # of its contrast that ink keeps in the brightest channel, if it has no colour


@dataclass(frozen=True)
class PageNumber:
    """One number on a page.

    Attributes:
        row: from 0, from top to bottom.
        number: what was read; its boxes are pixels of `Page.picture`.
        box: around all its digits.
    """

    row: int
    number: Number
    box: Box


@dataclass(frozen=True)
class Page:
    """What was read on a page.

    Attributes:
        picture: uint8 (H, W) or (H, W, 3), the sheet, straightened.
        transform: float64 (3, 3), leads from points of the photograph to points of the picture.
        numbers: row by row, each from left to right.
        left_out: ink that was passed over.
    """

    picture: Picture
    transform: NDArray[np.float64]
    numbers: tuple[PageNumber, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def rows(self) -> list[list[PageNumber]]:
        """The numbers of each row."""
        found: dict[int, list[PageNumber]] = {}
        for number in self.numbers:
            found.setdefault(number.row, []).append(number)
        return [found[row] for row in sorted(found)]

    @property
    def text(self) -> str:
        """The numbers, separated by spaces; rows by line feeds."""
        return "\n".join(" ".join(each.number.text for each in row) for row in self.rows)


def read_page(reader: Reader, picture: Picture) -> Page:
    """Read the numbers on a page, as `Reader.read_page` does."""
    check_picture(picture)
    is_transparent = picture.ndim == 3 and picture.shape[2] == 4
    colour = to_grey(picture) if is_transparent else picture  # laid on paper
    small = shrink_colour(np.ascontiguousarray(colour), LONGEST_SIDE)
    scale = max(small.shape[:2]) / max(picture.shape[:2])
    sheet = straighten(small)
    ink = even_ink(ink_channel(sheet.picture))
    transform = sheet.transform @ np.diag([scale, scale, 1])
    if ink is None:
        return Page(sheet.picture, transform, (), ())
    groups = page_groups(remove_lines(ink), lambda drawn: are_digits(reader, drawn))
    flat = [
        (row, pieces)
        for row, each in enumerate(groups)
        for pieces in each
        if pieces.height >= LEAST_HEIGHT
    ]
    read = read_each(reader, [pieces for _, pieces in flat], "pictures")
    numbers = tuple(
        PageNumber(row, number, around([digit.box for digit in number.digits]))
        for (row, _), number in zip(flat, read, strict=True)
        if number.text
    )
    left_out = tuple(mark for number in read for mark in number.left_out)
    return Page(sheet.picture, transform, numbers, left_out)


def ink_channel(picture: Picture) -> Picture:
    """Return the channel in which coloured lines are faint and the ink is not: uint8 (H, W).

    Lines are blue, green or red, and bright in one channel at least; a black or grey pen is dark in
    all of them. A coloured pen needs the channel with the highest contrast.
    """
    grey = to_grey(picture)
    if picture.ndim == 2:
        return grey
    brightest = np.asarray(picture.max(axis=2), np.uint8)
    low, paper = np.percentile(grey, (1, 60))
    low_in_brightest, paper_in_brightest = np.percentile(brightest, (1, 60))
    keeps = (paper_in_brightest - low_in_brightest) >= GREY_INK * (paper - low)
    return brightest if keeps else grey
