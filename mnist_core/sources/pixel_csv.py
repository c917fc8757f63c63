"""Digits as Kaggle's CSV files hold them: one a row, a column for each pixel.

`train.csv` has the columns label and pixel0 to pixel783, `test.csv` the pixels alone. Messages
number rows as a spreadsheet does: row 1 is the header.

Blocks of rows are parsed by NumPy, faster than by pandas. A block that is anything but plain
numbers in the right places goes through a slow parser, which decides cell by cell and so knows
which one to complain about.
"""

import io
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from mnist_core.errors import DataError
from mnist_core.preprocessing import FIELD

Cells = NDArray[np.uint8]

TEST_COLUMNS = tuple(f"pixel{i}" for i in range(FIELD * FIELD))
TRAIN_COLUMNS = ("label", *TEST_COLUMNS)

MOST_BYTES = 150_000_000
MOST_ROWS = 100_000
MOST_CHARACTERS = 65_536  # in a row; a digit's longest has 3,139
BLOCK = 1 << 18  # bytes parsed at once: few enough for the processor's cache
SHOWN = 20  # characters of a cell that a message repeats


def read_blocks(source: Path | bytes, name: str | None, columns: Sequence[str]) -> list[Cells]:
    """Return all rows below the header, in blocks of uint8 (rows, columns).

    Args:
        source: a file's path, or its content.
        name: what messages call the file; by default its path.
        columns: TRAIN_COLUMNS or TEST_COLUMNS.

    Raises:
        DataError: the file cannot be read, is too large, or holds something else. The message
            names the file, the row and the column.
    """
    name = name or (str(source) if isinstance(source, Path) else "The file")
    check_size(source, name)
    try:
        with open_source(source) as file:
            check_header(file.readline(MOST_CHARACTERS), name, columns)
            blocks = list(parse_blocks(file, name, columns))
    except OSError as problem:
        raise DataError(f"Cannot read {name}: {problem.strerror}.") from problem
    if not sum(map(len, blocks)):
        raise fault(name, 2, columns[0], "at least one row of digits below the header", "none")
    return blocks


def open_source(source: Path | bytes) -> BinaryIO:
    """Return the content to read from; bytes are not copied."""
    return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")


def check_size(source: Path | bytes, name: str) -> None:
    """Refuse a file that is too large, before any of it is read."""
    try:
        size = len(source) if isinstance(source, bytes) else source.stat().st_size
    except OSError as problem:
        raise DataError(f"Cannot read {name}: {problem.strerror}.") from problem
    if size > MOST_BYTES:
        raise DataError(
            f"{name}: expected at most {MOST_BYTES / 1e6:g} MB. Received: {size / 1e6:.1f} MB. "
            "Split the file, and repeat the header in each part."
        )


UTF_16 = "text in UTF-16. Save it as CSV in UTF-8"
FOREIGN = {  # how a file begins that is no CSV at all
    **dict.fromkeys((b"\xff\xfe", b"\xfe\xff", b"l\0", b"\0l", b"p\0", b"\0p"), UTF_16),
    b"PK\3\4": "a ZIP archive or a workbook. Unpack it, or save it as CSV",
    b"\x1f\x8b": "a gzip archive. Unpack it",
}


def check_header(line: bytes, name: str, columns: Sequence[str]) -> None:
    """Refuse a file whose first row does not name the columns in their order."""
    line = line.removeprefix(b"\xef\xbb\xbf")  # a mark that Excel puts before UTF-8
    wanted = f"the header {columns[0]}, {columns[1]} to {columns[-1]}"
    if not line:
        raise fault(name, 1, columns[0], wanted, "an empty file")
    for start, what in FOREIGN.items():
        if line.startswith(start):
            raise fault(name, 1, columns[0], f"{wanted} in a CSV file", what)
    received = [unquote(cell) for cell in line.rstrip(b"\r\n").split(b",")]
    check_kind(received, name, columns)
    for place, pair in enumerate(itertools.zip_longest(columns, received), start=1):
        column, cell = pair
        if column is None:
            raise fault(name, 1, f"{place}", f"no column after {columns[-1]}", show(cell or b""))
        if cell is None:
            raise fault(name, 1, column, f"{len(columns)} columns", f"{len(received)}")
        if cell != column.encode():
            hint = ". Separate the cells with commas" if len(received) == 1 else ""
            raise fault(name, 1, column, f"{column} as column {place}", show(cell) + hint)


def check_kind(received: list[bytes], name: str, columns: Sequence[str]) -> None:
    """Refuse one of Kaggle's two files where the other is wanted."""
    header = tuple(cell.decode("utf-8", "replace") for cell in received)
    if header == columns or header not in (TRAIN_COLUMNS, TEST_COLUMNS):
        return
    wanted, came = "the label in column 1, as in train.csv", "pixels alone, as in test.csv"
    if header == TRAIN_COLUMNS:
        wanted, came = came, wanted
    raise fault(name, 1, "label", wanted, f"{came}. Choose the other of Kaggle's two files")


def parse_blocks(file: BinaryIO, name: str, columns: Sequence[str]) -> Iterator[Cells]:
    """Parse what follows the header, a block of whole rows at a time."""
    row, digits = 2, 0
    while block := file.read(BLOCK):
        block += file.readline(MOST_CHARACTERS + 1)  # the rest of its last row
        cells = parse_quickly(block, columns)
        if cells is None:
            cells = parse_carefully(block, name, row, columns)
        row += block.count(b"\n")
        digits += len(cells)
        if digits > MOST_ROWS:
            raise DataError(
                f"{name}: expected at most {MOST_ROWS:,} rows of digits. Received: more. "
                "Split the file, and repeat the header in each part."
            )
        yield cells


ZERO, COMMA, NEWLINE = b"0,\n"


def parse_quickly(block: bytes, columns: Sequence[str]) -> Cells | None:
    """Return the cells of a block, uint8 (rows, columns), or None where any needs a closer look.

    What it takes, `parse_carefully` takes too, and for the same numbers.
    """
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n")
    digits = np.frombuffer(block.rstrip(b"\n") + b"\n", np.uint8) - np.uint8(ZERO)
    ends = np.flatnonzero(digits > 9)  # uint8 wraps round, so all that is no digit is above 9
    if len(ends) % len(columns):
        return None
    separators = digits[ends].reshape(-1, len(columns)) + np.uint8(ZERO)
    lengths = np.diff(ends, prepend=-1)  # of the cells, each with its separator
    if (
        (separators[:, :-1] != COMMA).any()
        or (separators[:, -1] != NEWLINE).any()
        or lengths.min() < 2
        or lengths.max() > 4
    ):
        return None
    cells = digits[ends - 1]
    tens = np.flatnonzero(lengths > 2)
    cells[tens] += 10 * digits[ends[tens] - 2]
    hundreds = tens[lengths[tens] > 3]
    large = 100 * digits[ends[hundreds] - 3].astype(np.uint16) + cells[hundreds]
    cells[hundreds] = large
    table = cells.reshape(-1, len(columns))
    too_large = (large > 255).any() or (columns[0] == "label" and table[:, 0].max() > 9)
    return None if too_large else table


def parse_carefully(block: bytes, name: str, first: int, columns: Sequence[str]) -> Cells:
    """Return the cells of a block as `parse_quickly` does, and name the first that is wrong.

    Blank rows are passed over; cells may have quotation marks or spaces around them.

    Args:
        block: whole rows.
        name: what messages call the file.
        first: the number of the block's first row.
        columns: what a row holds.

    Raises:
        DataError: a cell holds something else than a number in its range, or a row has too few
            or too many of them.
    """
    rows = [
        parse_row(line.removesuffix(b"\r"), name, row, columns)
        for row, line in enumerate(block.split(b"\n"), start=first)
        if line.strip()
    ]
    return np.frombuffer(b"".join(rows), np.uint8).reshape(-1, len(columns))


def parse_row(line: bytes, name: str, row: int, columns: Sequence[str]) -> bytes:
    """Return the numbers in a row, one byte each."""
    if len(line) > MOST_CHARACTERS:
        wanted = f"a row of at most {MOST_CHARACTERS:,} characters"
        raise fault(name, row, columns[0], wanted, "a longer one")
    numbers = bytearray()
    cells = line.split(b",")
    for column, cell in zip(columns, cells, strict=False):
        most = 9 if column == "label" else 255
        number = parse_cell(cell)
        if number is None or number > most:
            raise fault(name, row, column, f"a whole number from 0 to {most}", show(unquote(cell)))
        numbers.append(number)
    if len(cells) < len(columns):
        raise fault(name, row, columns[len(cells)], f"{len(columns)} cells", f"{len(cells)}")
    if len(cells) > len(columns):
        raise fault(name, row, f"{len(columns) + 1}", f"{len(columns)} cells", f"{len(cells)}")
    return bytes(numbers)


def parse_cell(cell: bytes) -> int | None:
    """Return the number in a cell, or None where it holds something else."""
    digits = unquote(cell)
    if not digits.isdigit():
        return None
    return int(digits.lstrip(b"0")[:4] or b"0")  # four digits are too many, whichever they are


def unquote(cell: bytes) -> bytes:
    """Return a cell without what may be around its content: spaces and quotation marks."""
    cell = cell.strip(b" \t")
    if len(cell) > 1 and cell.startswith(b'"') and cell.endswith(b'"'):
        cell = cell[1:-1].strip(b" \t")
    return cell


def show(cell: bytes) -> str:
    """Return a cell as a message may repeat it, whatever it holds."""
    if not cell:
        return "an empty cell"
    text = repr(cell[:SHOWN].decode("utf-8", "replace"))
    return text if len(cell) <= SHOWN else f"{text} and more"


def fault(name: str, row: int, column: str, expected: str, received: str) -> DataError:
    """Return the error to raise for one place in a file."""
    return DataError(
        f"{name}, row {row}, column {column}: expected {expected}. Received: {received}."
    )
