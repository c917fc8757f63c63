"""Printed forms as pictures, for tests."""

import cv2
import numpy as np

from mnist_core.segmentation.forms import MARK, RESOLUTION, Form, mark_modules

PAPER = 250


def printed(form: Form) -> np.ndarray:
    """Return a form with its corner marks and without outlines: uint8, 8 pixels a millimetre."""
    sheet = np.full((round(form.height * RESOLUTION), round(form.width * RESOLUTION)), PAPER)
    side = round(MARK * RESOLUTION)
    for number, (left, top) in enumerate(form.mark_corners()):
        modules = mark_modules(form.first_mark + number).astype(np.uint8)
        mark = cv2.resize(modules, (side, side), interpolation=cv2.INTER_NEAREST) > 0
        x, y = round(left * RESOLUTION), round(top * RESOLUTION)
        sheet[y : y + side, x : x + side][mark] = 0
    return sheet.astype(np.uint8)


def box_of(sheet: np.ndarray, form: Form, row: int, column: int) -> np.ndarray:
    """Return a view of a box of a form, to write in."""
    left, top, width, height = (round(v * RESOLUTION) for v in form.box(row, column))
    return sheet[top : top + height, left : left + width]


def filled_in(form: Form, columns: int, digits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return a form with digits, uint8 (n, 28, 28), in the first columns of their labels' rows."""
    sheet = printed(form)
    for row in range(form.rows):
        for column, digit in enumerate(digits[labels == row][:columns]):
            box = box_of(sheet, form, row, column)
            ink = cv2.resize(digit, (100, 100), interpolation=cv2.INTER_CUBIC)
            y, x = (box.shape[0] - 100) // 2, (box.shape[1] - 100) // 2
            box[y : y + 100, x : x + 100] = PAPER - np.minimum(ink, PAPER - 30)
    return sheet
