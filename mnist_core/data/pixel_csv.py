"""Parse CSV files of digits: one digit per row, one column per pixel, and perhaps a label.

Blocks of rows are parsed all at once (`csv_numbers`). One that contains anything but plain numbers
is parsed cell by cell (`csv_cells`), which is slower, but can name the wrong one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.csv_cells import parse_cell, parse_cells
from mnist_core.data.csv_layout import MAX_CHARACTERS, TRAIN_COLUMNS, Layout, cell_error, layout_of
from mnist_core.data.csv_numbers import parse_numbers
from mnist_core.data.levels import SCALED, LevelBlock, LevelError, join_levels
from mnist_core.data.text_stream import Source, open_text
from mnist_core.errors import DataError
from mnist_core.pictures import Picture
from mnist_core.preprocessing import FIELD

Labels = NDArray[np.uint8]

MAX_BYTES = 150_000_000
MAX_ROWS = 100_000
MOST_LINES = 400_000  # blank ones included
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
        cells = parse_numbers(block, layout)
        if cells is None:
            cells = parse_cells(block, name, row, layout)
        row += block.count(b"\n")
        digits += len(cells.levels)
        if not endless and (digits > MAX_ROWS or row > MOST_LINES):
            raise DataError(
                f"{name}: expected at most {MAX_ROWS:,} rows of digits. Received: more. "
                "Split the file, and repeat the header in each part."
            )
        yield cells


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
