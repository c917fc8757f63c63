"""Reading a number of several digits, drawn or in a picture.

Where one digit ends is not decided before it is read: each run of strokes or marks is a hypothesis,
the network says how much it looks like a digit, and the best path through the lattice of all
hypotheses is the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mnist_core.inference.calibration import probabilities_of
from mnist_core.inference.hypothesis_reading import Drawn, Row, key_of, read_hypotheses
from mnist_core.inference.number import (
    NO_NUMBER,
    Kind,
    LeftOut,
    Number,
    NumberDigit,
    enlarged,
    size_of,
)
from mnist_core.pictures import Picture
from mnist_core.segmentation.boxes import around
from mnist_core.segmentation.components import ink_rows
from mnist_core.segmentation.hypotheses import build_lattice
from mnist_core.segmentation.lattice import Lattice
from mnist_core.segmentation.paper import find_row_ink
from mnist_core.segmentation.pieces import Pieces
from mnist_core.segmentation.strokes import check_strokes, stroke_rows
from mnist_core.segmentation.weights import Source, Weights, load_weights

if TYPE_CHECKING:
    from mnist_core.inference.reader import Reader


LONGEST_SIDE = 1280  # pixels: a row of thirty digits is still 40 pixels tall
SURE = 0.9  # probability from which a mark is surely a digit
POINT, FLAT, COMMA = 0.25, 0.3, 0.5  # of the row's height: how small these marks are
JOINT = 1.4  # of the row's height: how long what joins two digits may be
LEAST_WHOLE, LEAST_CUT = 0.4, 0.2  # confidence of a row without and with strokes that were cut
LEAST_OF_ROWS = 0.6  # mean confidence of several rows
FOREIGN = 0.34  # share of a row's ink that may be passed over; else it is no number


def read_strokes(reader: Reader, strokes: Sequence[ArrayLike]) -> Number:
    """Read the number that strokes show, as `Reader.read_number` does."""
    return read_rows(reader, stroke_rows(check_strokes(strokes)), "strokes")


def read_picture(reader: Reader, picture: Picture) -> Number:
    """Read the number in a picture, as `Reader.read_number` does."""
    ink = find_row_ink(picture, LONGEST_SIDE)
    if ink is None:
        return NO_NUMBER
    rows = ink_rows(ink, lambda drawn: are_digits(reader, drawn))
    number = read_rows(reader, rows, "pictures")
    scale = max(picture.shape[:2]) / max(ink.shape)
    return number if scale == 1 else enlarged(number, scale)


def are_digits(reader: Reader, drawn: Sequence[Picture]) -> NDArray[np.bool_]:
    """Return which pictures are surely one digit each."""
    _, read = Drawn(reader, drawn).read()
    likely = probabilities_of(read.logits, 1).max(axis=1) / (1 + np.exp(-read.digitness))
    return np.asarray(likely >= SURE)


def read_rows(reader: Reader, rows: Sequence[Pieces], source: Source) -> Number:
    """Return the number that rows of pieces show."""
    return join_rows(read_each(reader, rows, source))


def read_each(reader: Reader, rows: Sequence[Pieces], source: Source) -> list[Number]:
    """Return the number in each row of pieces."""
    weights = load_weights(source)
    return [read_row(reader, row, weights) for row in read_hypotheses(reader, rows)]


def join_rows(rows: Sequence[Number]) -> Number:
    """Return several rows as one number, with a line feed between their texts.

    What reads as a number among rows of something else is no number, and neither are rows that are
    all doubtful: both come of texts.
    """
    read = [row for row in rows if row.text]
    left_out = tuple(mark for row in rows for mark in row.left_out)
    if not read:
        return Number("", 0.0, left_out=left_out)
    confidence = float(np.prod([row.confidence for row in read]))
    digits = tuple(digit for row in read for digit in row.digits)
    passed = size_of([mark for mark in left_out if mark.kind == "mark"])
    is_text = len(rows) > 1 and confidence ** (1 / len(read)) < LEAST_OF_ROWS
    if is_text or passed > FOREIGN * (passed + size_of(digits)):
        everything = [LeftOut("mark", digit.box) for digit in digits]
        return Number("", 0.0, left_out=(*left_out, *everything))
    doubtful = min(range(len(read)), key=lambda i: read[i].confidence)
    others = [row.text for row in read]
    runner_up = read[doubtful].runner_up
    if runner_up is not None:
        others[doubtful] = runner_up
    return Number(
        "\n".join(row.text for row in read),
        confidence,
        digits,
        None if runner_up is None else "\n".join(others),
        left_out,
    )


def read_row(reader: Reader, row: Row, weights: Weights) -> Number:
    """Return the number in one row; without a text if it is mainly something else."""
    lattices = [build_lattice(evidence, weights) for evidence in row.sequences]
    best = max(range(len(lattices)), key=lambda i: lattices[i].total)
    lattice, order = lattices[best], row.pieces.orders[best]
    texts = lattice.likeliest()
    digits, left_out = divide(reader, row, lattice, order, texts[0][0])
    if (
        not digits
        or texts[0][1] < least_confidence(left_out)
        or is_foreign(digits, left_out, row.pieces.height)
    ):
        everything = [LeftOut("mark", digit.box) for digit in digits]
        return Number("", 0.0, left_out=(*left_out, *everything))
    placed = sorted(range(len(digits)), key=lambda i: digits[i].box.middle[0])
    in_order = placed == list(range(len(digits)))
    runner_up = next((text for text, _ in texts[1:] if text and in_order), None)
    digits = [digits[i] for i in placed]
    text = "".join(str(digit.digit) for digit in digits)
    return Number(text, min(texts[0][1], 1.0), tuple(digits), runner_up, tuple(left_out))


def divide(
    reader: Reader, row: Row, lattice: Lattice, order: Sequence[int], text: str
) -> tuple[list[NumberDigit], list[LeftOut]]:
    """Return the digits on the best path that reads as a text, and what it passes over."""
    posteriors = lattice.posteriors()
    digits: list[NumberDigit] = []
    left_out: list[LeftOut] = []
    for choice in lattice.divide(text):
        run = choice.start, choice.end
        box = around([row.pieces.boxes[i] for i in order[slice(*run)]])
        if choice.edge is None or choice.digit is None:
            left_out.append(LeftOut(kind_of(row.pieces, order[choice.start]), box))
            continue
        key = key_of(order, run)
        steps = row.steps[key]
        if steps is not None:
            reading = reader.classify(steps, row.logits[key], row.digitness[key])
            confidence = min(float(posteriors[choice.edge, choice.digit]), 1.0)
            digits.append(NumberDigit(choice.digit, box, reading, confidence))
    return digits, left_out


def kind_of(pieces: Pieces, piece: int) -> Kind:
    """Return what a piece that was passed over may be."""
    box, height = pieces.boxes[piece], pieces.height
    if pieces.marks.count(pieces.marks[piece]) > 1:
        return "joint"
    if box.size <= POINT * height:
        return "point"
    if box.height <= FLAT * height and box.width >= 2 * box.height:
        return "minus"
    middle = around(pieces.boxes).middle[1]
    is_low = box.middle[1] > middle and box.height <= COMMA * height
    return "comma" if is_low and box.width <= COMMA * height else "mark"


def least_confidence(left_out: Sequence[LeftOut]) -> float:
    """Return the confidence below which a row is no number: letters read as digits are doubtful.

    Where strokes had to be cut, so are numbers.
    """
    return LEAST_CUT if any(mark.kind == "joint" for mark in left_out) else LEAST_WHOLE


def is_foreign(digits: Sequence[NumberDigit], left_out: Sequence[LeftOut], height: float) -> bool:
    """Return whether so much of a row's ink was passed over that it is no number.

    What joins two digits may be as long as a digit is tall, and a number has one minus.
    """
    joints = size_of([mark for mark in left_out if mark.kind == "joint"])
    minuses = [mark for mark in left_out if mark.kind == "minus"]
    passed = size_of([mark for mark in left_out if mark.kind == "mark"]) + size_of(minuses[1:])
    passed += max(joints - JOINT * height * (len(digits) - 1), 0)
    return passed > FOREIGN * (passed + size_of(digits))
