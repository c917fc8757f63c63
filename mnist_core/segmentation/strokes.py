"""Pen strokes: checked, put in rows, cut where the pen was not lifted, and drawn."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from mnist_core.errors import DrawingSizeError
from mnist_core.pictures import Picture
from mnist_core.segmentation.boxes import Box, around
from mnist_core.segmentation.pen_cuts import cut_stroke
from mnist_core.segmentation.pieces import MAX_GAP, Pieces
from mnist_core.segmentation.rows import group_rows, height_of_row

Points = NDArray[np.float64]

MAX_STROKES, MAX_POINTS = 400, 20_000  # of one drawing
FARTHEST = 1e100  # of a coordinate, so that no square of it is infinite
LEAST_HEIGHT = 1e-100  # of a row: a lower one is a dot
DRAWN_HEIGHT = 80  # pixels, the height of a row's digits
PEN = 0.1  # of the row's height
MARGIN = 12  # pixels around a drawn hypothesis
LARGEST = 4.0  # row heights, the longer side of a picture; what is larger is no digit anyway
WIDE = 0.85  # of the row's height: a wider stroke may be several digits
MAX_PARTS = 100  # in a row whose strokes are cut; more are a scribble


def check_strokes(strokes: Sequence[ArrayLike]) -> list[Points]:
    """Return strokes as float64 (n, 2) with n of at least 1; those without points are left out.

    Raises:
        ValueError: a stroke has another shape, or a point is not two numbers within 1e100 of 0.
        DrawingSizeError: there are more than 400 strokes or 20,000 points.
    """
    if len(strokes) > MAX_STROKES:
        raise DrawingSizeError(
            f"Expected at most {MAX_STROKES} strokes. Received: {len(strokes):,}. "
            "Read a page of writing in parts."
        )
    checked = [check_stroke(stroke) for stroke in strokes]
    if (points := sum(map(len, checked))) > MAX_POINTS:
        raise DrawingSizeError(
            f"Expected at most {MAX_POINTS:,} points. Received: {points:,}. "
            "Leave out points that are close together, or read the drawing in parts."
        )
    return [stroke for stroke in checked if len(stroke)]


def check_stroke(stroke: ArrayLike) -> Points:
    """Return one stroke as float64 (n, 2).

    Raises:
        ValueError: it has another shape, or a point is not two numbers within 1e100 of 0.
    """
    try:
        points = np.asarray(stroke)
        if points.dtype.kind not in "fiu":
            raise TypeError(f"points of type {points.dtype}")
        points = points.astype(np.float64)
    except (TypeError, ValueError) as problem:
        raise ValueError(f"Expected a stroke as numbers (n, 2). Received: {problem}") from problem
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"Expected a stroke of shape (n, 2). Received: {points.shape}")
    if not np.isfinite(points).all():
        raise ValueError("Expected the points of a stroke to be finite. Received: NaN or infinity")
    if np.abs(points).max(initial=0) > FARTHEST:
        raise ValueError(
            f"Expected the points of a stroke within {FARTHEST:g} of 0. "
            f"Received: {np.abs(points).max():g}"
        )
    return points


def stroke_rows(strokes: Sequence[Points]) -> list[Pieces]:
    """Return the pieces of each row of a drawing, rows from top to bottom.

    Args:
        strokes: float64 (n, 2) each with n of at least 1, y down, in the order drawn, any unit.
    """
    boxes = [box_of(stroke) for stroke in strokes]
    rows = []
    for row in group_rows(boxes):
        height = height_of_row([boxes[i] for i in row])
        if height <= LEAST_HEIGHT:  # dots and level lines: how large a digit would be is unknown
            height = max(around([boxes[i] for i in row]).size, LEAST_HEIGHT)
        rows.append(pieces_of([strokes[i] for i in row], height))
    return rows


def box_of(stroke: Points) -> Box:
    """Return the box around a stroke's points."""
    return Box(*map(float, stroke.min(axis=0)), *map(float, stroke.max(axis=0)))


def pieces_of(strokes: Sequence[Points], height: float) -> Pieces:
    """Return one row's strokes as pieces; a stroke too wide for a digit is cut."""
    cut = [
        cut_stroke(stroke, height) if box_of(stroke).width > WIDE * height else [stroke]
        for stroke in strokes
    ]
    if sum(map(len, cut)) > MAX_PARTS:
        cut = [[stroke] for stroke in strokes]
    parts = [part for pieces in cut for part in pieces]
    marks = [mark for mark, pieces in enumerate(cut) for _ in pieces]
    boxes = [box_of(part) for part in parts]
    return Pieces(
        boxes,
        marks,
        height,
        lambda chosen: draw_strokes([parts[i] for i in chosen], DRAWN_HEIGHT / height),
        (MAX_GAP + PEN) * height,
        orders_of(boxes, marks),
    )


def draw_strokes(strokes: Sequence[Points], scale: float) -> Picture:
    """Return strokes drawn with a pen of a tenth of the row's height: uint8 (h, w).

    Args:
        strokes: float64 (n, 2) each.
        scale: pixels for each unit of the strokes.
    """
    box = around([box_of(stroke) for stroke in strokes])
    scale = min(scale, LARGEST * DRAWN_HEIGHT / max(box.size, LEAST_HEIGHT))
    across, down = (int(np.ceil(side * scale)) + 2 * MARGIN for side in (box.width, box.height))
    canvas = np.zeros((down, across), np.uint8)
    corner = np.array([box.left, box.top])
    for stroke in strokes:
        path = np.round(((stroke - corner) * scale + MARGIN) * 8).astype(np.int32)
        pen = round(PEN * DRAWN_HEIGHT)
        cv2.polylines(canvas, [path], len(path) == 1, 255, pen, cv2.LINE_AA, shift=3)
    return canvas


def orders_of(boxes: Sequence[Box], marks: Sequence[int]) -> list[list[int]]:
    """Return the ways to put pieces in sequence that are worth trying, each once.

    As drawn; with a bar that was crossed later beside what it crosses; and from left to right,
    since somebody may have put a digit in front afterwards.
    """
    drawn = list(range(len(boxes)))
    orders = [drawn, with_late_bars_moved(boxes, drawn)]
    if len(set(marks)) == len(marks):  # the pieces of a stroke that was cut follow the pen
        orders.append(sorted(drawn, key=lambda i: boxes[i].middle[0]))
    unique: list[list[int]] = []
    for order in orders:
        if order not in unique:
            unique.append(order)
    return unique


def with_late_bars_moved(boxes: Sequence[Box], order: Sequence[int]) -> list[int]:
    """Return an order in which each stroke follows the earlier one that it lies upon the most.

    Only strokes that lie left of the one drawn before them are moved.
    """
    moved: list[int] = []
    for i in order:
        box = boxes[i]
        before = boxes[moved[-1]] if moved else box
        place = len(moved)
        if box.middle[0] < before.left:
            shared = [min(box.right, boxes[j].right) - max(box.left, boxes[j].left) for j in moved]
            place = int(np.argmax(shared)) + 1
        moved.insert(place, i)
    return moved
