"""Parse CSV files of digits: one digit per row, one column per pixel, and perhaps a label.

NumPy parses blocks of rows, faster than pandas. A block that contains anything but plain numbers
goes through a slower parser, which checks cell by cell and can name the wrong one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.csv_layout import (
    NUMBER,
    TRAIN_COLUMNS,
    Layout,
    cell_error,
    layout_of,
    show,
    unquote,
)
from mnist_core.data.levels import SCALED, LevelBlock, LevelError, join_levels, level_block
from mnist_core.data.text_stream import Source, open_text
from mnist_core.errors import DataError
from mnist_core.preprocessing import FIELD, Picture

Labels = NDArray[np.uint8]

MAX_BYTES = 150_000_000
MAX_ROWS = 100_000
MOST_LINES = 400_000  # blank ones included
MAX_CHARACTERS = 65_536  # in a row; the longest row of whole numbers has 3,139
BLOCK = 1 << 18  # bytes parsed at once: fits the processor's cache


@dataclass(frozen=True)
class Table:
    """The digits of a file.

    Attributes:
        levels: uint8 (n, pixels).
        labels: uint8 (n,), 0 to 9; None for a file without labels.
        remarks: what whoever sent the file should know about it.
    """

    levels: Picture
    labels: Labels | None
    remarks: tuple[str, ...] = ()


def read_table(
    source: Source | BinaryIO,
    name: str | None = None,
    *,
    labelled: bool,
    pixels: int = FIELD * FIELD,
) -> Table:
    """Return the digits of a CSV file, in any of its widespread forms.

    Args:
        source: a file's path, its content, or a stream.
        name: what messages call the file; by default its path.
        labelled: whether it should have labels.
        pixels: how many pixels a picture has.

    Raises:
        DataError: the file cannot be read, is too large, or contains something else. The message
            names the file, the row and the column.
    """
    name = name or (str(source) if isinstance(source, Path) else "The file")
    check_size(source, name)
    with open_text(source, name, MAX_BYTES) as file:
        first = file.readline(MAX_CHARACTERS)
        check_is_text(first, name)
        layout = layout_of(first, name, labelled=labelled, pixels=pixels)
        rows = b"" if layout.has_header else first
        is_found = labelled and layout.label is None
        if is_found:
            rows += next_rows(file)
            layout = layout.with_label(find_label(rows, layout, name))
        blocks = list(parse_blocks(file, name, layout, rows))
    if not sum(len(block.levels) for block in blocks):
        expected = "at least one row of digits below the header"
        raise cell_error(name, 2, layout.columns[0], expected, "none")
    table = as_table(blocks, name, layout)
    if is_found and table.labels is not None:
        check_labels_vary(table.labels, blocks, layout, name)
    return table


def check_size(source: Source | BinaryIO, name: str) -> None:
    """Raise a DataError if a file is too large, before reading it."""
    if not isinstance(source, bytes | Path):
        return  # a stream, which is counted as it is read
    try:
        size = len(source) if isinstance(source, bytes) else source.stat().st_size
    except OSError as problem:
        raise DataError(f"Cannot read {name}: {problem.strerror}.") from problem
    most = MAX_BYTES * (2 if starts_in_utf16(source) else 1)  # with two bytes for each character
    if size > most:
        raise DataError(
            f"{name}: expected at most {most / 1e6:g} MB. Received: {size / 1e6:.1f} MB. "
            "Split the file, and repeat the header in each part."
        )


def starts_in_utf16(source: Source) -> bool:
    """Return whether a file starts with UTF-16's byte order mark."""
    if isinstance(source, bytes):
        return source[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        with source.open("rb") as file:
            return file.read(2) in (b"\xff\xfe", b"\xfe\xff")
    except OSError:
        return False  # reading it says why


OTHER_FORMATS = {  # by the first bytes of files that are not CSV
    b"PK\3\4": "a ZIP archive or a workbook. Unpack it, or save it as CSV",
    b"\x1f\x8b": "a file that is packed twice. Unpack it",
}


def check_is_text(line: bytes, name: str) -> None:
    """Raise a DataError for a file that is empty or of another format."""
    wanted = f"the header {TRAIN_COLUMNS[0]}, {TRAIN_COLUMNS[1]} to {TRAIN_COLUMNS[-1]}"
    if not line:
        raise cell_error(name, 1, "label", wanted, "an empty file")
    for start, what in OTHER_FORMATS.items():
        if line.startswith(start):
            raise cell_error(name, 1, "label", f"{wanted} in a CSV file", what)


def next_rows(file: BinaryIO) -> bytes:
    """Return a block of complete rows, or nothing at the end of a file."""
    block = file.read(BLOCK)
    return block + file.readline(MAX_CHARACTERS + 1) if block else block


def parse_blocks(
    file: BinaryIO, name: str, layout: Layout, rows: bytes = b"", *, endless: bool = False
) -> Iterator[LevelBlock]:
    """Yield the digits, a block of complete rows at a time.

    Args:
        file: what follows the first rows.
        name: what messages call the file.
        layout: how the file is laid out.
        rows: the first rows, if there is no header.
        endless: whether there may be any number of rows.

    Raises:
        DataError: a cell is wrong, or there are too many rows.
    """
    row, digits = 2 if layout.has_header else 1, 0
    while block := rows or next_rows(file):
        rows = b""
        cells = parse_quickly(block, layout)
        if cells is None:
            cells = parse_carefully(block, name, row, layout)
        row += block.count(b"\n")
        digits += len(cells.levels)
        if not endless and (digits > MAX_ROWS or row > MOST_LINES):
            raise DataError(
                f"{name}: expected at most {MAX_ROWS:,} rows of digits. Received: more. "
                "Split the file, and repeat the header in each part."
            )
        yield cells


ZERO, NEWLINE, POINT = b"0\n."
POINT_DIGIT = np.uint8((POINT - ZERO) % 256)


def parse_quickly(block: bytes, layout: Layout) -> LevelBlock | None:
    """Return the cells of a block, or None if a cell may be wrong.

    Whatever it accepts, `parse_carefully` accepts too, with the same numbers.
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


FIGURES = 8  # after the point that are looked at
NEAR = 4e-6  # of half a level: there the further figures decide


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


def block_of(table: NDArray[np.floating], layout: Layout) -> LevelBlock | None:
    """Return rows of numbers, float (n, columns), as levels; None if one may be wrong."""
    index = layout.label
    labels = np.zeros(len(table)) if index is None else table[:, index].copy()
    if ((labels != np.floor(labels)) | (labels > 9)).any():
        return None
    if index is not None:
        table[:, index] = 0
    try:
        block = level_block(table)
    except LevelError:
        return None
    if index is not None:
        block.levels[:, index] = labels
    return block


@cache
def row_of_numbers(separator: bytes) -> re.Pattern[bytes]:
    """Return the pattern of a row of nothing but numbers."""
    number = rb"(?:" + NUMBER.pattern + rb")"
    return re.compile(number + rb"(?:" + re.escape(separator) + number + rb")*+")


def parse_carefully(block: bytes, name: str, first: int, layout: Layout) -> LevelBlock:
    """Return the cells of a block as `parse_quickly` does, and name the first wrong one.

    Blank rows are skipped; cells may have quotation marks or spaces around them.

    Args:
        block: complete rows.
        name: what messages call the file.
        first: the number of the block's first row.
        layout: how the file is laid out.

    Raises:
        DataError: a cell is not a number in its range, or a row has too few or too many cells.
    """
    lines = [
        (row, line.rstrip(b"\r"))
        for row, line in enumerate(block.split(b"\n"), start=first)
        if line.strip()
    ]
    rows = [parse_row(line, name, row, layout) for row, line in lines]
    table = np.array(rows, np.float64).reshape(-1, len(layout.columns))
    block_levels = block_of(table.copy(), layout)
    if block_levels is not None:
        return block_levels
    if layout.label is not None:
        table[:, layout.label] = 0
    try:
        level_block(table)
    except LevelError as problem:
        row, line = lines[problem.row]
        cell = unquote(line.split(layout.separator)[problem.column])
        column = layout.columns[problem.column]
        raise cell_error(name, row, column, problem.expected, show(cell)) from problem
    raise AssertionError("Expected a wrong cell. Received: none")


def parse_row(
    line: bytes, name: str, row: int, layout: Layout
) -> NDArray[np.float64] | list[float]:
    """Return the numbers in a row: labels from 0 to 9, all others from 0 to 255."""
    columns = layout.columns
    if row_of_numbers(layout.separator).fullmatch(line):
        plain = np.fromstring(line, sep=layout.separator.decode())
        labels = 0 if layout.label is None else plain[layout.label : layout.label + 1]
        if len(plain) == len(columns) and plain.max() <= 255 and np.isin(labels, range(10)).all():
            return plain
    if len(line) > MAX_CHARACTERS:
        wanted = f"a row of at most {MAX_CHARACTERS:,} characters"
        raise cell_error(name, row, columns[0], wanted, "a longer one")
    numbers = []
    cells = line.split(layout.separator)
    for index, (column, cell) in enumerate(zip(columns, cells, strict=False)):
        is_label = index == layout.label
        most = 9 if is_label else 255
        number = parse_cell(cell)
        if number is None or number > most or (number > (0 if is_label else 1) and number % 1):
            raise cell_error(
                name, row, column, f"a whole number from 0 to {most}", show(unquote(cell))
            )
        numbers.append(number)
    if len(cells) < len(columns):
        raise cell_error(name, row, columns[len(cells)], f"{len(columns)} cells", f"{len(cells)}")
    if len(cells) > len(columns):
        raise cell_error(name, row, f"{len(columns) + 1}", f"{len(columns)} cells", f"{len(cells)}")
    return numbers


def parse_cell(cell: bytes) -> float | None:
    """Return the number in a cell, or None if it is none or has a sign."""
    digits = unquote(cell)
    return float(digits) if NUMBER.fullmatch(digits) else None


AMBIGUOUS = (
    "numbers from 0 to 9 in both. Add a first row that names the columns: label, pixel0 to pixel783"
)


def find_label(rows: bytes, layout: Layout, name: str) -> int:
    """Return the column of the labels in a file without a header: the first or the last.

    Labels are at most 9 and differ, and a corner of a picture is paper, mostly 0 in all of them.

    Raises:
        DataError: the first rows do not tell.
    """
    lines = [line.rstrip(b"\r") for line in rows.split(b"\n") if line.strip()]
    cells = [line.split(layout.separator) for line in lines]
    is_label = [could_be_labels([row[index] for row in cells]) for index in (0, -1)]
    if all(is_label):
        raise ambiguous(name)
    return len(layout.columns) - 1 if is_label[1] else 0


def could_be_labels(cells: list[bytes]) -> bool:
    """Return whether cells hold whole numbers from 0 to 9, and not 0 alone."""
    numbers = {parse_cell(cell) for cell in cells}
    return numbers <= set(range(10)) and numbers != {0}


def ambiguous(name: str) -> DataError:
    """Return the error for a file that does not tell where its labels are."""
    wanted = "the label in the first or in the last column, and paper in the other"
    return cell_error(name, 1, "1", wanted, AMBIGUOUS)


def check_labels_vary(labels: Labels, blocks: list[LevelBlock], layout: Layout, name: str) -> None:
    """Raise a DataError if labels that were found are all 0, and the other column could be them."""
    other = np.concatenate([block.levels[:, 0 if layout.label else -1] for block in blocks])
    if not labels.any() and other.any() and other.max() <= 9:
        raise ambiguous(name)


def as_table(blocks: list[LevelBlock], name: str, layout: Layout) -> Table:
    """Return all blocks as a table.

    Raises:
        DataError: a label is above 9, or some levels go from 0 to 255 and others from 0 to 1.
    """
    index, labels = layout.label, None
    pixels = slice(None)
    if index is not None:
        labels = np.concatenate([block.levels[:, index] for block in blocks])
        pixels = slice(0, -1) if index else slice(1, None)
    first_row = 2 if layout.has_header else 1
    try:
        levels, scaled = join_levels(
            [LevelBlock(block.levels[:, pixels], block.has_fractions) for block in blocks]
        )
    except LevelError as problem:
        column = layout.columns[pixels][problem.column]
        raise cell_error(
            name, first_row + problem.row, column, problem.expected, "a larger one"
        ) from problem
    return Table(levels, labels, (SCALED,) if scaled else ())
