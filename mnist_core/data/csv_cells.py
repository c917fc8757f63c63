"""Parse rows of a CSV file cell by cell: slower, but it can name the cell that is wrong."""

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.csv_layout import MAX_CHARACTERS, NUMBER, Layout, cell_error, show, unquote
from mnist_core.data.levels import LevelBlock, LevelError, level_block


def parse_cells(block: bytes, name: str, first: int, layout: Layout) -> LevelBlock:
    """Return the cells of a block as `parse_numbers` does, and name the first wrong one.

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


@cache
def row_of_numbers(separator: bytes) -> re.Pattern[bytes]:
    """Return the pattern of a row of nothing but numbers."""
    number = rb"(?:" + NUMBER.pattern + rb")"
    return re.compile(number + rb"(?:" + re.escape(separator) + number + rb")*+")


def parse_cell(cell: bytes) -> float | None:
    """Return the number in a cell, or None if it is none or has a sign."""
    digits = unquote(cell)
    return float(digits) if NUMBER.fullmatch(digits) else None
