"""Connected marks of ink in a picture: put in rows, and cut where digits touch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core.pictures import Picture
from mnist_core.segmentation.boxes import Box
from mnist_core.segmentation.pieces import MAX_GAP, Pieces
from mnist_core.segmentation.rows import group_rows, height_of_row, typical_height
from mnist_core.segmentation.seams import cut_mark

AreDigits = Callable[[Sequence[Picture]], NDArray[np.bool_]]  # which pictures are surely digits

INK = 110  # grey level above which a pixel belongs to a mark
MOST_MARKS = 4_000  # in a picture: what is made of more is a texture, and rows of it take minutes
SPECK = 0.09  # of a digit's height: smaller marks are dust
WORKING_HEIGHT = 80  # pixels: taller rows are shrunk, which loses nothing and is faster
LEAST_HEIGHT = 7  # pixels: lower rows cannot be read
MARGIN = 12  # pixels around a hypothesis
WIDE = 0.5  # of the row's height: a wider mark may be several digits
SURELY_WIDE = 1.35  # of the row's height: a wider mark is cut whatever the network says

SPACE = 0.9  # of the row's height: a wider gap separates two numbers on a page
LEAST_PART = 0.15  # of a digit's usual height: smaller marks on a page are dust
MOST_HEIGHT, MOST_WIDTH = 2.5, 8.0  # of the same: larger ones are edges and drawings

Labels = NDArray[np.int32]


@dataclass(frozen=True)
class Marks:
    """The connected marks of a picture.

    Attributes:
        ink: uint8 (H, W), light on black.
        labels: int32 (H, W), which mark each pixel belongs to, from 1; 0 is paper.
        boxes: of each mark, in pixels.
    """

    ink: Picture
    labels: Labels
    boxes: list[Box]


def find_marks(ink: Picture) -> Marks:
    """Return the connected marks of ink without dust; none where they are too many for digits."""
    mask = cv2.threshold(ink, INK, 255, cv2.THRESH_BINARY)[1]
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    boxes = [Box(x, y, x + w, y + h) for x, y, w, h, _ in stats[1:].tolist()]
    if not boxes:
        return Marks(ink, labels, [])
    least = SPECK * typical_height(boxes)
    kept = [i for i, box in enumerate(boxes) if box.size >= least]
    if len(kept) > MOST_MARKS:
        return Marks(ink, np.zeros_like(labels), [])
    names = np.zeros(count, np.int32)
    names[[i + 1 for i in kept]] = np.arange(1, len(kept) + 1)
    return Marks(ink, names[labels], [boxes[i] for i in kept])


def ink_rows(ink: Picture, are_digits: AreDigits) -> list[Pieces]:
    """Return the pieces of each row of a picture, rows from top to bottom.

    Args:
        ink: uint8 (H, W), ink light on black.
        are_digits: tells which pictures are surely a digit each: those marks are not cut.
    """
    marks = find_marks(ink)
    rows = []
    for row in group_rows(marks.boxes):
        boxes = [marks.boxes[i] for i in row]
        height = height_of_row(boxes)
        if height >= LEAST_HEIGHT:
            rows.append(RowOfMarks(marks, row, height).pieces(are_digits))
    return rows


def page_groups(ink: Picture, are_digits: AreDigits) -> list[list[Pieces]]:
    """Return the pieces of each number on a page, row by row, each from left to right.

    Args:
        ink: uint8 (H, W), ink light on black, without ruled lines.
        are_digits: as for `ink_rows`.
    """
    marks = without_blots(find_marks(ink))
    rows = []
    for row in group_rows(marks.boxes):
        height = height_of_row([marks.boxes[i] for i in row])
        if height >= LEAST_HEIGHT:
            groups = split_at_gaps(marks.boxes, row, SPACE * height)
            rows.append([RowOfMarks(marks, each, height).pieces(are_digits) for each in groups])
    return rows


def without_blots(marks: Marks) -> Marks:
    """Return marks without those far larger or smaller than digits: edges, shadows and dust."""
    if not marks.boxes:
        return marks
    heights = np.array([box.height for box in marks.boxes])
    order = np.argsort(heights)
    share = np.cumsum(heights[order]) / heights.sum()
    usual = float(heights[order][np.searchsorted(share, 0.5)])
    kept = [
        i
        for i, box in enumerate(marks.boxes)
        if LEAST_PART * usual <= box.size
        and box.height <= MOST_HEIGHT * usual
        and box.width <= MOST_WIDTH * usual
    ]
    names = np.zeros(len(marks.boxes) + 1, np.int32)
    names[[i + 1 for i in kept]] = np.arange(1, len(kept) + 1)
    return Marks(marks.ink, names[marks.labels], [marks.boxes[i] for i in kept])


def split_at_gaps(boxes: Sequence[Box], row: Sequence[int], gap: float) -> list[list[int]]:
    """Return a row's marks in groups with wide gaps between them, from left to right."""
    groups: list[list[int]] = []
    reached = -np.inf
    for i in sorted(row, key=lambda i: boxes[i].left):
        if boxes[i].left - reached > gap:
            groups.append([])
        groups[-1].append(i)
        reached = max(reached, boxes[i].right)
    return groups


class RowOfMarks:
    """One row of marks, shrunk to a height at which it is cut and read."""

    def __init__(self, marks: Marks, row: Sequence[int], height: float) -> None:
        """Take a row's marks, as indices, and the height of its digits, out of a picture."""
        boxes = [marks.boxes[i] for i in row]
        left, top = (int(min(box[side] for box in boxes)) for side in (0, 1))
        right, bottom = (int(max(box[side] for box in boxes)) for side in (2, 3))
        part = np.s_[top:bottom, left:right]
        names = np.zeros(len(marks.boxes) + 1, np.int32)
        names[[i + 1 for i in row]] = np.arange(1, len(row) + 1)
        self.corner = left, top
        self.scale = min(WORKING_HEIGHT / height, 1.0)
        self.height = height * self.scale
        size = tuple(max(1, round(side * self.scale)) for side in (right - left, bottom - top))
        ink = np.where(names[marks.labels[part]] > 0, marks.ink[part], spread(marks, part, names))
        self.ink = cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
        self.labels = cv2.resize(
            names[marks.labels[part]].astype(np.float32), size, interpolation=cv2.INTER_NEAREST
        ).astype(np.int32)
        self.boxes = [
            Box(*box).scaled(self.scale, -left * self.scale, -top * self.scale) for box in boxes
        ]

    def pieces(self, are_digits: AreDigits) -> Pieces:
        """Return the row's marks in pieces, from left to right."""
        labels, boxes, marks = self.cut(are_digits)
        owners = grow(labels)
        ink = self.ink

        def draw(chosen: Sequence[int]) -> Picture:
            return draw_pieces(ink, owners, [boxes[i] for i in chosen], [i + 1 for i in chosen])

        order = sorted(range(len(boxes)), key=lambda i: boxes[i].middle[0])
        outside = [box.scaled(1 / self.scale, *self.corner) for box in boxes]
        height = self.height / self.scale
        return Pieces(outside, marks, height, draw, MAX_GAP * height, [order])

    def cut(self, are_digits: AreDigits) -> tuple[Labels, list[Box], list[int]]:
        """Return the labels of all pieces from 1 on, their boxes, and which marks they are of."""
        cut = self.marks_to_cut(are_digits)
        labels = np.zeros_like(self.labels)
        boxes: list[Box] = []
        marks: list[int] = []
        for mark, box in enumerate(self.boxes):
            part = pixels_of(box, self.labels.shape)
            mask = self.labels[part] == mark + 1
            pieces = cut_mark(mask, self.height) if mark in cut else mask.astype(np.int32)
            for piece in range(1, int(pieces.max(initial=0)) + 1):
                rows, columns = np.nonzero(pieces == piece)
                if not len(rows):
                    continue
                labels[part][pieces == piece] = len(boxes) + 1
                top, left = part[0].start, part[1].start
                boxes.append(
                    Box(
                        float(left + columns.min()),
                        float(top + rows.min()),
                        float(left + columns.max() + 1),
                        float(top + rows.max() + 1),
                    )
                )
                marks.append(mark)
        return labels, boxes, marks

    def marks_to_cut(self, are_digits: AreDigits) -> set[int]:
        """Return which marks may be several digits: the wide ones that do not look like one."""
        wide = [i for i, box in enumerate(self.boxes) if box.width > WIDE * self.height]
        asked = [i for i in wide if self.boxes[i].width <= SURELY_WIDE * self.height]
        owners = grow(self.labels)
        drawn = [draw_pieces(self.ink, owners, [self.boxes[i]], [i + 1]) for i in asked]
        surely = are_digits(drawn) if drawn else np.zeros(0, bool)
        return set(wide) - {i for i, sure in zip(asked, surely, strict=True) if sure}


def spread(marks: Marks, part: tuple[slice, slice], names: NDArray[np.int32]) -> Picture:
    """Return the soft edges of a row's marks: ink that belongs to no mark, next to one."""
    chosen = (names[marks.labels[part]] > 0).astype(np.uint8)
    near = cv2.dilate(chosen, np.ones((3, 3), np.uint8)) > 0
    return np.where(near & (marks.labels[part] == 0), marks.ink[part], np.uint8(0))


def grow(labels: Labels) -> Labels:
    """Return labels that include the soft edge around each piece."""
    around = cv2.dilate(labels.astype(np.float32), np.ones((3, 3), np.uint8)).astype(np.int32)
    return np.where(labels > 0, labels, around)


def pixels_of(box: Box, shape: Sequence[int]) -> tuple[slice, slice]:
    """Return the pixels of a box, at least one each way, within a picture of this shape."""
    top, left = min(int(box.top), shape[0] - 1), min(int(box.left), shape[1] - 1)
    bottom, right = int(np.ceil(box.bottom)), int(np.ceil(box.right))
    return np.s_[top : max(bottom, top + 1), left : max(right, left + 1)]


def draw_pieces(
    ink: Picture, owners: Labels, boxes: Sequence[Box], names: Sequence[int]
) -> Picture:
    """Return the ink of some pieces alone, with a margin: uint8 (h, w), light on black."""
    top = max(int(min(box.top for box in boxes)) - 1, 0)
    left = max(int(min(box.left for box in boxes)) - 1, 0)
    bottom = int(np.ceil(max(box.bottom for box in boxes))) + 1
    right = int(np.ceil(max(box.right for box in boxes))) + 1
    owner = owners[top:bottom, left:right]
    mask = owner == names[0]
    for name in names[1:]:
        mask |= owner == name
    chosen = np.where(mask, ink[top:bottom, left:right], np.uint8(0))
    return cv2.copyMakeBorder(chosen, *(MARGIN,) * 4, cv2.BORDER_CONSTANT)
