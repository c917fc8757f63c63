"""Reading a number of several digits, drawn or in a picture.

Where one digit ends is not decided before it is read: each run of strokes or marks is a hypothesis,
the network says how much it looks like a digit, and the best path through the lattice of all
hypotheses is the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mnist_core.inference.calibration import digitness_of
from mnist_core.ink import Picture, crop_to_ink
from mnist_core.preprocessing import Steps, center_by_mass, fit_box, is_dot, thicken
from mnist_core.segmentation.boxes import Box, around
from mnist_core.segmentation.components import ink_rows
from mnist_core.segmentation.hypotheses import Evidence, build_lattice, collect_evidence, propose
from mnist_core.segmentation.lattice import Lattice
from mnist_core.segmentation.paper import find_row_ink
from mnist_core.segmentation.pieces import Pieces
from mnist_core.segmentation.strokes import check_strokes, stroke_rows
from mnist_core.segmentation.weights import Source, Weights, load_weights

if TYPE_CHECKING:
    from mnist_core.inference.reader import Reader, Reading

Kind = Literal["point", "comma", "minus", "joint", "mark"]

LONGEST_SIDE = 1280  # pixels: a row of thirty digits is still 40 pixels tall
NOTHING = -20.0  # the logits of what is a dot or has no ink
SURE = 0.9  # probability from which a mark is surely a digit
POINT, FLAT, COMMA = 0.25, 0.3, 0.5  # of the row's height: how small these marks are
JOINT = 1.4  # of the row's height: how long what joins two digits may be
LEAST_WHOLE, LEAST_CUT = 0.4, 0.2  # confidence of a row without and with strokes that were cut
LEAST_OF_ROWS = 0.6  # mean confidence of several rows
FOREIGN = 0.34  # share of a row's ink that may be passed over; else it is no number


@dataclass(frozen=True)
class NumberDigit:
    """One digit of a number.

    Attributes:
        digit: 0 to 9.
        box: around its ink, in the unit of the input.
        reading: what the reader makes of it alone.
        confidence: the probability that these strokes, no more and no fewer, are this digit.
    """

    digit: int
    box: Box
    reading: Reading
    confidence: float


@dataclass(frozen=True)
class LeftOut:
    """Ink that was passed over.

    Attributes:
        kind: "point", "comma", "minus", "joint" for what joins two digits drawn in one stroke, or
            "mark" for anything else.
        box: around it, in the unit of the input.
    """

    kind: Kind
    box: Box


@dataclass(frozen=True)
class Number:
    """What was read in a drawing or picture of a number.

    Attributes:
        text: its digits in reading order, such as "1437"; rows are separated by a line feed; "" if
            there is no number.
        confidence: the probability that the text is right, 0 to 1; 0 without a text.
        digits: each with its box, in the order of the text.
        runner_up: the next likely text, or None if there is none.
        left_out: what was passed over.
    """

    text: str
    confidence: float
    digits: tuple[NumberDigit, ...] = ()
    runner_up: str | None = None
    left_out: tuple[LeftOut, ...] = ()


NO_NUMBER = Number("", 0.0)


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


def enlarged(number: Number, scale: float) -> Number:
    """Return a number whose boxes are those of a picture `scale` times as large."""
    digits = tuple(
        NumberDigit(d.digit, d.box.scaled(scale), d.reading, d.confidence) for d in number.digits
    )
    left_out = tuple(LeftOut(mark.kind, mark.box.scaled(scale)) for mark in number.left_out)
    return Number(number.text, number.confidence, digits, number.runner_up, left_out)


def are_digits(reader: Reader, drawn: Sequence[Picture]) -> NDArray[np.bool_]:
    """Return which pictures are surely one digit each."""
    _, logits = Drawn(reader, drawn).read()
    likely = np.exp(logits.max(axis=1)) / (1 + np.exp(logits).sum(axis=1))
    return np.asarray(likely >= SURE)


class Drawn:
    """Pictures of hypotheses, prepared and read in one batch."""

    def __init__(self, reader: Reader, drawn: Sequence[Picture]) -> None:
        """Take pictures, uint8 (h, w), ink light on black."""
        self.reader = reader
        self.steps = [steps_of(picture) for picture in drawn]

    def read(self) -> tuple[list[Steps | None], NDArray[np.float32]]:
        """Return the prepared pictures and their logits, float32 (n, 10)."""
        logits = np.full((len(self.steps), 10), NOTHING, np.float32)
        shown = [i for i, steps in enumerate(self.steps) if steps and not steps.is_dot]
        centred = [steps.centred for steps in self.steps if steps and not steps.is_dot]
        if shown:
            logits[shown] = self.reader.logits(np.stack(centred))
        return self.steps, logits


def steps_of(ink: Picture) -> Steps | None:
    """Return ink that was found already in MNIST's format, with every step; None if it is blank."""
    if int(ink.max(initial=0)) == 0:
        return None
    crop = crop_to_ink(ink)
    box = fit_box(thicken(crop))
    return Steps(ink, crop, box, center_by_mass(box), is_dot(box), contrast=255)


@dataclass(frozen=True)
class Row:
    """All hypotheses of one row, read.

    Attributes:
        pieces: its ink.
        steps: of each hypothesis, keyed by its pieces in ascending order, the prepared picture.
        logits: the same, what the network makes of it.
        sequences: of each order of the pieces, the evidence for its lattice.
    """

    pieces: Pieces
    steps: dict[tuple[int, ...], Steps | None]
    logits: dict[tuple[int, ...], NDArray[np.float32]]
    sequences: list[Evidence]


def read_hypotheses(reader: Reader, rows: Sequence[Pieces]) -> list[Row]:
    """Return all rows with their hypotheses, which the network reads in one batch."""
    asked = [
        {key_of(order, run) for order in pieces.orders for run in propose(pieces, order)}
        for pieces in rows
    ]
    keys = [(i, key) for i, wanted in enumerate(asked) for key in sorted(wanted)]
    steps, logits = Drawn(reader, [rows[i].draw(key) for i, key in keys]).read()
    read = []
    for i, pieces in enumerate(rows):
        mine = [k for k, (row, _) in enumerate(keys) if row == i]
        by_key = {keys[k][1]: logits[k] for k in mine}
        sequences = [sequence(pieces, order, by_key) for order in pieces.orders]
        read.append(Row(pieces, {keys[k][1]: steps[k] for k in mine}, by_key, sequences))
    return read


def key_of(order: Sequence[int], run: tuple[int, int]) -> tuple[int, ...]:
    """Return the pieces of a run in ascending order."""
    return tuple(sorted(order[slice(*run)]))


def sequence(
    pieces: Pieces, order: Sequence[int], logits: dict[tuple[int, ...], NDArray[np.float32]]
) -> Evidence:
    """Return the evidence for one order of a row's pieces."""
    runs = propose(pieces, order)
    read = [logits[key_of(order, run)] for run in runs]
    return collect_evidence(pieces, order, runs, np.array(read, np.float32).reshape(-1, 10))


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
            reading = reader.classify(steps, row.logits[key], float(digitness_of(row.logits[key])))
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


def size_of(parts: Sequence[NumberDigit | LeftOut]) -> float:
    """Return the sum of the sizes of digits, or of what was passed over."""
    return sum(part.box.size for part in parts)
