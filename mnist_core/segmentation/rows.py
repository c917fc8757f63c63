"""Rows: which marks stand in one line of writing, and how tall its digits are."""

from collections.abc import Sequence

import numpy as np

from mnist_core.segmentation.boxes import Box, around

TALL = 0.5  # of the tallest marks: shorter ones are bars, points and dots, and found by the tall
APART = 0.55  # of the height: middles farther apart than this are in two rows
NEAR = 4.0  # heights: a mark belongs to a row only if one of its marks is as close as that
REACH = 0.6  # of the row's height: how far above or below it its small marks may lie
STACKED = 0.6  # of the narrower mark: marks that share so much width may be one digit's
TOUCHING = 0.06  # of the taller mark: a wider gap lies between rows
SUNK = 0.5  # of the lower mark: how far marks on one another may overlap
COLUMN = 0.5  # of the narrower mark: marks that share so much width are one digit's
FULL = 0.6  # of the tallest: what counts as a digit of full height


def group_rows(boxes: Sequence[Box]) -> list[list[int]]:
    """Return the indices of each row's boxes, in the given order; rows from top to bottom.

    Marks that stand on one another are one digit's. Tall ones are chained to their neighbours, so
    that a row may rise or fall. Small ones join the row that they are closest to.
    """
    stacks = stack(boxes)
    rows = rows_of_stacks([around([boxes[i] for i in each]) for each in stacks])
    return [sorted(i for k in row for i in stacks[k]) for row in rows]


def stack(boxes: Sequence[Box]) -> list[list[int]]:
    """Return the indices of boxes, those together that stand on one another and touch.

    An 8 may be two circles: neither is a row of its own.
    """
    stacks: list[list[int]] = []
    for i, box in enumerate(boxes):
        below = [j for j in range(i) if stands_on(box, boxes[j])]
        joined = [each for each in stacks if any(j in each for j in below)]
        stacks = [each for each in stacks if each not in joined]
        stacks.append([*(j for each in joined for j in each), i])
    return stacks


def stands_on(a: Box, b: Box) -> bool:
    """Return whether two boxes lie above each other and touch, or nearly so."""
    gap = max(a.top, b.top) - min(a.bottom, b.bottom)
    lower = min(a.height, b.height)
    return (
        a.shared_width(b) >= STACKED * max(min(a.width, b.width), 0)
        and -SUNK * lower <= gap <= TOUCHING * max(a.height, b.height)
        and lower > 0
    )


def rows_of_stacks(boxes: Sequence[Box]) -> list[list[int]]:
    """Return the indices of each row's boxes; rows from top to bottom."""
    if not boxes:
        return []
    tallest = typical_height(boxes)
    tall = [i for i, box in enumerate(boxes) if box.height >= TALL * tallest] or [
        max(range(len(boxes)), key=lambda i: boxes[i].size)
    ]
    rows = chain(boxes, tall)
    for i in sorted(set(range(len(boxes))) - set(tall)):
        join_closest(rows, boxes, i, tallest)
    rows.sort(key=lambda row: float(np.mean([boxes[i].middle[1] for i in row])))
    return [sorted(row) for row in rows]


def typical_height(boxes: Sequence[Box]) -> float:
    """Return the median height of the marks that are tall, small ones left out."""
    heights = np.array([box.height for box in boxes])
    tallest = float(np.quantile(heights, 0.9, method="higher"))
    return float(np.median(heights[heights >= FULL * tallest]))


def chain(boxes: Sequence[Box], tall: Sequence[int]) -> list[list[int]]:
    """Return tall boxes in rows: each joins the row whose last box to its left it stands beside."""
    rows: list[list[int]] = []
    for i in sorted(tall, key=lambda i: boxes[i].left):
        beside = [row for row in rows if is_beside(boxes, row, i)]
        if beside:
            closest = min(beside, key=lambda row: abs(middle_of_end(boxes, row) - middle(boxes[i])))
            closest.append(i)
        else:
            rows.append([i])
    return rows


def middle(box: Box) -> float:
    """Return the height at which the middle of a box lies."""
    return box.middle[1]


def middle_of_end(boxes: Sequence[Box], row: Sequence[int]) -> float:
    """Return the height at which a row's last boxes lie."""
    return float(np.mean([middle(boxes[i]) for i in row[-3:]]))


def is_beside(boxes: Sequence[Box], row: Sequence[int], i: int) -> bool:
    """Return whether a box continues a row: at its height, and not too far to the right."""
    height = max(boxes[i].height, *(boxes[j].height for j in row[-3:]))
    gap = boxes[i].left - max(boxes[j].right for j in row[-3:])
    return (
        abs(middle_of_end(boxes, row) - middle(boxes[i])) <= APART * height and gap <= NEAR * height
    )


def join_closest(rows: list[list[int]], boxes: Sequence[Box], i: int, height: float) -> None:
    """Put a small mark into the row that it lies in or beside; far from all, into one of its own.

    In place.
    """

    def distance(row: Sequence[int]) -> float:
        near = min(row, key=lambda j: -boxes[i].shared_width(boxes[j]))
        return max(
            boxes[near].top - middle(boxes[i]),
            middle(boxes[i]) - boxes[near].bottom,
            (-boxes[i].shared_width(boxes[near]) - NEAR * height),
            0.0,
        )

    closest = min(rows, key=distance)
    if distance(closest) <= REACH * height:
        closest.append(i)
    else:
        rows.append([i])


def height_of_row(boxes: Sequence[Box]) -> float:
    """Return how tall the digits of a row are, whether or not each is of one mark."""
    columns: list[Box] = []
    for box in sorted(boxes, key=lambda box: box.left):
        if columns and box.shared_width(columns[-1]) >= COLUMN * min(box.width, columns[-1].width):
            columns[-1] = around([columns[-1], box])
        else:
            columns.append(box)
    heights = np.array([column.height for column in columns])
    return float(np.median(heights[heights >= FULL * heights.max()]))
