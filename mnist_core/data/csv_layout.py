"""How a CSV file of digits is laid out: its separator, its header, and where the label is.

Widespread are Kaggle's `label,pixel0,...,pixel783`, `label,1x1,...,28x28`, OpenML's
`pixel1,...,pixel784,class`, and no header at all. Messages number rows as a spreadsheet does: row 1
is the first one, header or not.
"""

import itertools
import re
from dataclasses import dataclass, replace

from mnist_core.errors import DataError
from mnist_core.preprocessing import FIELD

TEST_COLUMNS = tuple(f"pixel{i}" for i in range(FIELD * FIELD))
TRAIN_COLUMNS = ("label", *TEST_COLUMNS)
LABEL_NAMES = {"label", "labels", "class", "digit", "target", "number", "y"}
SHOWN = 20  # characters of a cell that a message quotes

MAX_CHARACTERS = 65_536  # in a row; the longest row of whole numbers has 3,139
NUMBER = re.compile(
    rb"[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]{1,3})?|\.[0-9]+(?:[eE][-+]?[0-9]{1,3})?"
)


@dataclass(frozen=True)
class Layout:
    """The layout of a file.

    Attributes:
        columns: what messages call the columns.
        label: the index of the column with the labels; None if there is none or, in a file
            without a header, if only its numbers can tell.
        separator: one byte.
        has_header: whether the first row is a header.
    """

    columns: tuple[str, ...]
    label: int | None
    separator: bytes = b","
    has_header: bool = True

    def with_label(self, index: int) -> "Layout":
        """Return the layout with the column of the labels known."""
        names = list(self.columns)
        names[index] = "label"
        return replace(self, columns=tuple(names), label=index)


def layout_of(line: bytes, name: str, *, labelled: bool, pixels: int = FIELD * FIELD) -> Layout:
    """Return the layout of a file from its first row.

    Args:
        line: the first row.
        name: what messages call the file.
        labelled: whether it should have labels.
        pixels: how many pixels a picture has.

    Raises:
        DataError: it is the first row of something else.
    """
    line = line.rstrip(b"\r\n")
    separator = max((b",", b";", b"\t"), key=line.count)
    received = [unquote(cell) for cell in line.split(separator)]
    width = pixels + labelled
    if all(NUMBER.fullmatch(cell) for cell in received):
        columns = check_width(received, name, width, labelled=labelled)
        return Layout(columns, None, separator, has_header=is_counting(received))
    names = [cell.decode("utf-8", "replace") for cell in received]
    wanted = expected_columns(names, labelled=labelled, pixels=pixels)
    check_kind(names, name, labelled=labelled, pixels=pixels)
    check_names(received, name, wanted)
    label = None
    if labelled:
        label = width - 1 if names[-1].lower() in LABEL_NAMES else 0
    return Layout(wanted, label, separator)


def names_a_label(line: bytes) -> bool:
    """Return whether a file has a column more than pixels, by its first row."""
    return max(line.count(separator) for separator in (b",", b";", b"\t")) == FIELD * FIELD


def is_counting(received: list[bytes]) -> bool:
    """Return whether cells count from 0 or 1 upwards: the names that programs give to columns."""
    n = len(received)
    return n > 2 and received in ([b"%d" % i for i in range(start, start + n)] for start in (0, 1))


def check_width(received: list[bytes], name: str, width: int, *, labelled: bool) -> tuple[str, ...]:
    """Return the names of the columns of a file whose first row is all numbers.

    Raises:
        DataError: it has another number of columns.
    """
    if len(received) == width:
        return tuple(f"{i}" for i in range(1, width + 1))
    if len(received) == (width - 1 if labelled else width + 1):
        raise wrong_kind(name, labelled=labelled)
    header = f"{'label, ' if labelled else ''}pixel0 to pixel{width - 1 - labelled}"
    expected = f"{width} numbers, or the header {header}"
    column = f"{min(len(received), width) + 1}"
    raise cell_error(name, 1, column, expected, f"{len(received)} numbers")


def expected_columns(names: list[str], *, labelled: bool, pixels: int) -> tuple[str, ...]:
    """Return the header of the widespread kind that a header is closest to."""
    label_last = labelled and names[-1].lower() in LABEL_NAMES
    label_first = labelled and not label_last
    first = names[1] if label_first and len(names) > 1 else names[0]
    side = round(pixels**0.5)
    if re.fullmatch(r"[01]x[01]", first):
        start = int(first[0])
        numbers = range(start, start + side)
        cells = [f"{down}x{across}" for down in numbers for across in numbers]
    else:
        numbered = re.fullmatch(r"(\D{0,20})([01])", first)
        prefix, start = (numbered[1], int(numbered[2])) if numbered else ("pixel", 0)
        if not prefix.isprintable():
            prefix = "pixel"
        cells = [f"{prefix}{i}" for i in range(start, start + pixels)]
    if label_last:
        return (*cells, names[-1])
    is_name = names[0].lower() in LABEL_NAMES
    return (names[0] if is_name else "label", *cells) if labelled else tuple(cells)


def check_kind(names: list[str], name: str, *, labelled: bool, pixels: int) -> None:
    """Raise a DataError if this is the other one of Kaggle's two kinds of file."""
    other = expected_columns(names, labelled=not labelled, pixels=pixels)
    if tuple(names) == other:
        raise wrong_kind(name, labelled=labelled)


def wrong_kind(name: str, *, labelled: bool) -> DataError:
    """Return the error for a file with labels where none belong, or without."""
    wanted, other = "the label in column 1, as in train.csv", "pixels alone, as in test.csv"
    if not labelled:
        wanted, other = other, wanted
    return cell_error(name, 1, "label", wanted, f"{other}. Choose the other of Kaggle's two files")


def check_names(received: list[bytes], name: str, wanted: tuple[str, ...]) -> None:
    """Raise a DataError unless the first row names the columns in their order."""
    if received == [cell.encode() for cell in wanted]:
        return
    for number, pair in enumerate(itertools.zip_longest(wanted, received), start=1):
        column, cell = pair
        if column is None:
            expected = f"no column after {wanted[-1]}"
            raise cell_error(name, 1, f"{number}", expected, show(cell or b""))
        if cell is None:
            raise cell_error(name, 1, column, f"{len(wanted)} columns", f"{len(received)}")
        if cell != column.encode():
            hint = ". Separate the cells with commas" if len(received) == 1 else ""
            raise cell_error(name, 1, column, f"{column} as column {number}", show(cell) + hint)


def unquote(cell: bytes) -> bytes:
    """Return the content of a cell without spaces and quotation marks around it."""
    cell = cell.strip(b" \t")
    if len(cell) > 1 and cell.startswith(b'"') and cell.endswith(b'"'):
        cell = cell[1:-1].strip(b" \t")
    return cell


def show(cell: bytes) -> str:
    """Return a cell as a message can quote it, whatever it contains."""
    if not cell:
        return "an empty cell"
    text = repr(cell[:SHOWN].decode("utf-8", "replace"))
    return text if len(cell) <= SHOWN else f"{text} and more"


def cell_error(name: str, row: int, column: str, expected: str, received: str) -> DataError:
    """Return the error for one cell of a file."""
    return DataError(
        f"{name}, row {row}, column {column}: expected {expected}. Received: {received}."
    )
