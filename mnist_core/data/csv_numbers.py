"""Parse blocks of a CSV file's rows that hold plain numbers, all cells at once with NumPy.

That is faster than pandas. A block that may hold anything else is left to `csv_cells`.
"""

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.csv_layout import Layout
from mnist_core.data.levels import LevelBlock

ZERO, NEWLINE, POINT = b"0\n."
POINT_DIGIT = np.uint8((POINT - ZERO) % 256)
FIGURES = 8  # after the point that are looked at
NEAR = 4e-6  # of half a level: there the further figures decide


def parse_numbers(block: bytes, layout: Layout) -> LevelBlock | None:
    """Return the cells of a block, or None if a cell may be wrong.

    Whatever it accepts, `parse_cells` accepts too, with the same numbers.
    """
    if b"\r" in block:
        block = block.replace(b"\r\r\n", b"\n").replace(b"\r\n", b"\n")
    digits = np.frombuffer(block.rstrip(b"\n") + b"\n", np.uint8) - np.uint8(ZERO)
    has_points = b"." in block
    if has_points:  # most cells are whole even so, if only because paper is 0.0
        marks = digits[digits > 9]
        if ((marks[1:] == POINT_DIGIT) & (marks[:-1] == POINT_DIGIT)).any():
            return None  # two points in one number
        digits = without_zero_fractions(digits)
        has_points = bool((digits == POINT_DIGIT).any())
    ends = np.flatnonzero(digits > 9)  # uint8 wraps round: all but digits are above 9
    if has_points:
        return parse_decimals(digits, ends, layout)
    numbers = parse_integers(digits, ends, np.diff(ends, prepend=-1))
    if numbers is None or not are_cells(digits[ends], layout):
        return None
    table = numbers.reshape(-1, len(layout.columns))
    return None if has_wrong_label(table, layout) else LevelBlock(table)


def without_zero_fractions(digits: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return text, less the character 0, without the ".0" at the end of numbers."""
    is_dropped = np.zeros(len(digits), bool)
    is_end = (digits > 9) & (digits != POINT_DIGIT)
    is_dropped[:-2] = (digits[:-2] == POINT_DIGIT) & (digits[1:-1] == 0) & is_end[2:]
    is_dropped[1:] |= is_dropped[:-1]
    return digits[~is_dropped]


def has_wrong_label(table: NDArray[np.uint8], layout: Layout) -> bool:
    """Return whether a label is above 9."""
    return layout.label is not None and bool(table[:, layout.label].max() > 9)


def are_cells(separators: NDArray[np.uint8], layout: Layout) -> bool:
    """Return whether cells are separated as the layout says, in rows of equal length."""
    if len(separators) % len(layout.columns):
        return False
    rows = separators.reshape(-1, len(layout.columns)) + np.uint8(ZERO)
    return not ((rows[:, :-1] != layout.separator[0]).any() or (rows[:, -1] != NEWLINE).any())


def parse_integers(
    digits: NDArray[np.uint8], ends: NDArray[np.intp], lengths: NDArray[np.intp]
) -> NDArray[np.uint8] | None:
    """Return whole numbers of one to three digits, or None if one is larger than 255.

    Args:
        digits: the text, less the character 0.
        ends: the indices of the characters that end the numbers.
        lengths: of the numbers, each with its end.
    """
    if lengths.min() < 2 or lengths.max() > 4:
        return None
    cells = digits[ends - 1]
    tens = np.flatnonzero(lengths > 2)
    cells[tens] += 10 * digits[ends[tens] - 2]
    hundreds = tens[lengths[tens] > 3]
    large = 100 * digits[ends[hundreds] - 3].astype(np.uint16) + cells[hundreds]
    cells[hundreds] = large
    return None if (large > 255).any() else cells


def parse_decimals(
    digits: NDArray[np.uint8], ends: NDArray[np.intp], layout: Layout
) -> LevelBlock | None:
    """Return cells with a decimal point, or None if a cell may be wrong.

    Args:
        digits: the text, less the character 0.
        ends: the indices of all characters that are no digits.
        layout: how the file is laid out.
    """
    lengths = np.diff(ends, prepend=-1)
    is_point = digits[ends] == POINT_DIGIT
    is_fraction = np.concatenate([[False], is_point[:-1]])  # the number after a point
    if (is_point & is_fraction).any() or not are_cells(digits[ends[~is_point]], layout):
        return None
    whole = parse_integers(digits, ends[~is_fraction], lengths[~is_fraction])
    if whole is None:
        return None
    fractions = parse_fractions(digits, ends[is_fraction], lengths[is_fraction])
    if fractions is None:
        return None
    table = whole.reshape(-1, len(layout.columns))
    is_some = fractions > 0
    cells = np.flatnonzero(is_point[~is_fraction])[is_some]
    if has_wrong_label(table, layout):
        return None
    return scale_up(table, cells, fractions[is_some], layout) if len(cells) else LevelBlock(table)


def scale_up(
    table: NDArray[np.uint8],
    cells: NDArray[np.intp],
    fractions: NDArray[np.float64],
    layout: Layout,
) -> LevelBlock | None:
    """Return cells from 0 to 1 as levels, or None if one is larger.

    Args:
        table: the whole part of each cell, (rows, columns).
        cells: the indices of those that have a fraction.
        fractions: these.
        layout: how the file is laid out.
    """
    levels = table * np.uint8(255)
    if layout.label is not None:
        levels[:, layout.label] = table[:, layout.label]
        table[:, layout.label] = 0
    is_label = cells % len(layout.columns) == layout.label
    if table.max() > 1 or table.ravel()[cells].any() or is_label.any():
        return None
    levels.ravel()[cells] = np.round(255 * fractions).astype(np.uint8)
    return LevelBlock(levels, has_fractions=True)


def parse_fractions(
    digits: NDArray[np.uint8], ends: NDArray[np.intp], lengths: NDArray[np.intp]
) -> NDArray[np.float64] | None:
    """Return the fractions whose figures stand after a point; takes what `parse_integers` does.

    None means that eight figures are too few to tell which grey level one is.
    """
    figures = lengths - 1
    numbers = parse_eight(digits, ends - figures, np.minimum(figures, FIGURES))
    levels = numbers * (255 / 10**FIGURES)
    is_near_half = np.abs(levels - np.floor(levels) - 0.5) < NEAR
    is_tiny = (numbers == 0) & (figures > FIGURES)
    return None if (is_near_half | is_tiny).any() else numbers / 10**FIGURES


def parse_eight(
    digits: NDArray[np.uint8], starts: NDArray[np.intp], figures: NDArray[np.intp]
) -> NDArray[np.uint64]:
    """Return numbers of at most eight figures, as if zeros followed to make eight: uint64 (n,).

    Neighbouring figures are joined in pairs, all of a number at once within a word of 64 bits:
    https://lemire.me/blog/2022/01/21/swar-explained-parsing-eight-digits/

    Args:
        digits: the text, less the character 0.
        starts: the indices of the first figures.
        figures: how many there are, 0 to 8.
    """
    padded = np.append(digits, np.zeros(8, np.uint8))
    windows = np.ndarray(len(digits) + 1, "<u8", padded, strides=(1,))
    # A table, because 64 bits cannot be shifted by 64.
    masks = np.array([(1 << 8 * n) - 1 for n in range(FIGURES + 1)], np.uint64)
    joiners = np.array([10 * 2**8 + 1, 100 * 2**16 + 1, 10_000 * 2**32 + 1], np.uint64)
    pairs = ((windows[starts] & masks[figures]) * joiners[0]) >> np.uint64(8)
    fours = ((pairs & np.uint64(0x00FF00FF00FF00FF)) * joiners[1]) >> np.uint64(16)
    numbers = ((fours & np.uint64(0x0000FFFF0000FFFF)) * joiners[2]) >> np.uint64(32)
    return np.asarray(numbers, np.uint64)
