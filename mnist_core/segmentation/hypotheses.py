"""Hypotheses: runs of pieces that may each be one digit, and what speaks for and against them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.segmentation.boxes import Box, around
from mnist_core.segmentation.lattice import Lattice
from mnist_core.segmentation.pieces import Pieces
from mnist_core.segmentation.weights import Weights

MAX_MARKS = 4  # strokes or connected marks in one digit
MAX_PIECES = 14  # in one digit, where a mark was cut
MAX_WIDTH = 1.7  # of the row's height; one piece alone may be wider
POINT = 0.12  # of the row's height: a mark that small and beside the others is a point
LEAST_SIZE = 0.3  # of the row's height: enlarged, a dot would look like a 0
WIDE = 1.1  # of the row's height: a wider hypothesis is unlikely to be one digit
BESIDE = 0.5  # share of the narrower of two digits that may lie above the other
SEVERAL = 1.5  # of the row's height: a wider mark is surely several digits
LOW = 0.8  # of the row's height: a lower hypothesis is unlikely to be a digit

PLAIN = 10.0  # digitness of a plain digit: more says nothing

Run = tuple[int, int]  # the first position of a sequence of pieces, and the one after the last


@dataclass(frozen=True)
class Evidence:
    """All hypotheses of one row, with what the network and their shapes say.

    Attributes:
        runs: int (m, 2), the first piece of each hypothesis, and the one after its last.
        logits: float (m, 10), what the network makes of each.
        digitness: float (m,), how much each looks like a digit at all.
        shapes: float (m, 7), the columns that `Weights` weighs for a digit.
        marks: float (n, 4), the columns that `Weights` weighs for a piece that is passed over.
    """

    runs: NDArray[np.int64]
    logits: NDArray[np.float32]
    digitness: NDArray[np.float32]
    shapes: NDArray[np.float64]
    marks: NDArray[np.float64]


def propose(pieces: Pieces, order: Sequence[int]) -> list[Run]:
    """Return the runs of a sequence of pieces that may each be one digit."""
    runs = []
    for start in range(len(order)):
        for end in range(start + 1, min(start + MAX_PIECES, len(order)) + 1):
            chosen = order[start:end]
            if len({pieces.marks[i] for i in chosen}) > MAX_MARKS:
                break
            boxes = [pieces.boxes[i] for i in chosen]
            box = around(boxes)
            if box.width > MAX_WIDTH * pieces.height and end > start + 1:
                break
            is_whole = widest_gap(boxes) <= pieces.most_gap
            if (
                is_whole
                and box.size >= LEAST_SIZE * pieces.height
                and not has_point(pieces, chosen)
            ):
                runs.append((start, end))
    return runs


def has_point(pieces: Pieces, chosen: Sequence[int]) -> bool:
    """Return whether a run begins or ends with a point beside the rest of it."""
    for end, others in ((chosen[0], chosen[1:]), (chosen[-1], chosen[:-1])):
        box = pieces.boxes[end]
        is_point = box.size < POINT * pieces.height and pieces.marks.count(pieces.marks[end]) == 1
        if is_point and others:
            rest = around([pieces.boxes[i] for i in others])
            if not rest.left <= box.middle[0] <= rest.right:
                return True
    return False


def collect_evidence(
    pieces: Pieces,
    order: Sequence[int],
    runs: Sequence[Run],
    logits: NDArray[np.float32],
    digitness: NDArray[np.float32],
) -> Evidence:
    """Return what speaks for and against each run of a sequence of pieces.

    Args:
        pieces: the ink of a row.
        order: the sequence, as indices of pieces.
        runs: the hypotheses, as `propose` returns them.
        logits: float (m, 10), what the network makes of each.
        digitness: float (m,), how much each looks like a digit at all.
    """
    boxes = [pieces.boxes[i] for i in order]
    marks = [pieces.marks[i] for i in order]
    wide = wide_marks(boxes, marks, pieces.height)
    shapes = [shape_of(boxes, marks, wide, run, pieces.height) for run in runs]
    passed = [mark_of(boxes, marks, k, pieces.height) for k in range(len(order))]
    return Evidence(
        np.array(runs, np.int64).reshape(-1, 2),
        logits,
        digitness,
        np.array(shapes, np.float64).reshape(-1, 7),
        np.array(passed, np.float64).reshape(-1, 4),
    )


def wide_marks(boxes: Sequence[Box], marks: Sequence[int], height: float) -> set[int]:
    """Return which marks are so wide that they are surely several digits."""
    by_mark: dict[int, list[Box]] = {}
    for box, mark in zip(boxes, marks, strict=True):
        by_mark.setdefault(mark, []).append(box)
    return {mark for mark, parts in by_mark.items() if around(parts).width > SEVERAL * height}


def shape_of(
    boxes: Sequence[Box], marks: Sequence[int], wide: set[int], run: Run, height: float
) -> tuple[float, ...]:
    """Return what its shape says of a run: the columns of `Evidence.shapes`."""
    start, end = run
    box = around(boxes[start:end])
    overlap = joined = joined_wide = 0.0
    if end < len(boxes):
        after = boxes[end]
        narrower = max(min(box.width, after.width), 0.2 * height)
        overlap = max(box.shared_width(after) / narrower - BESIDE, 0)
        if marks[end] == marks[end - 1]:
            joined, joined_wide = (0.0, 1.0) if marks[end] in wide else (1.0, 0.0)
    return (
        1.0,
        max(box.width / height - WIDE, 0),
        max(LOW - box.height / height, 0),
        widest_gap(boxes[start:end]) / height,
        overlap,
        joined,
        joined_wide,
    )


def widest_gap(boxes: Sequence[Box]) -> float:
    """Return the width of the widest gap between boxes side by side, or 0."""
    widest, reached = 0.0, min(box.right for box in boxes)
    for box in sorted(boxes, key=lambda box: box.left):
        widest = max(widest, box.left - reached)
        reached = max(reached, box.right)
    return widest


def mark_of(
    boxes: Sequence[Box], marks: Sequence[int], k: int, height: float
) -> tuple[float, float, float, float]:
    """Return what speaks against passing over a piece: the columns of `Evidence.marks`.

    A part of a mark that was cut may be what joins two digits: it costs something else.
    """
    size = min(boxes[k].size / height, 2.0)
    is_part = k > 0 and marks[k - 1] == marks[k] or k + 1 < len(marks) and marks[k + 1] == marks[k]
    return (0.0, 0.0, 1.0, size) if is_part else (1.0, size, 0.0, 0.0)


def build_lattice(evidence: Evidence, weights: Weights) -> Lattice:
    """Return the lattice of a row: its hypotheses, weighed."""
    columns = np.hstack([likeness_to_digits(evidence.digitness), evidence.shapes])
    scores = weights.label * log_softmax(evidence.logits)
    scores += (columns @ weights.of_digit)[:, None]
    return Lattice(len(evidence.marks), evidence.runs, scores, evidence.marks @ weights.of_mark)


def log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the log of how likely each hypothesis is each digit if it is one, float64 (m, 10)."""
    exact = logits.astype(np.float64)
    return np.asarray(exact - np.logaddexp.reduce(exact, axis=1, keepdims=True))


def likeness_to_digits(digitness: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how much each hypothesis looks like a digit at all, float64 (m, 2).

    The log-probability that it is one if "nothing" has the logit 0 beside the ten digits: half a
    digit is unlikely to be one. And its digitness, as far as it is below that of a plain digit.

    Args:
        digitness: float (m,).
    """
    exact = digitness.astype(np.float64)
    return np.column_stack([-np.logaddexp(0, -exact), np.minimum(exact, PLAIN) / PLAIN - 1])
