"""Printed sheets with boxes to write in, found in a photograph by their corner marks.

The marks are ArUco's (Garrido-Jurado et al. 2014, "Automatic generation and detection of highly
reliable fiducial markers under occlusion"): their numbers say which sheet it is and which corner.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core.errors import PictureError
from mnist_core.pictures import Picture

DICTIONARY = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
MODULES = 6  # squares along the side of a mark, its black border included
MARK = 14.0  # millimetres, the side of a mark
RESOLUTION = 8  # pixels a millimetre of the straightened sheet
INSET = 0.11  # of a box's side: its printed outline, which is left out
QUIET = 2.5  # millimetres of white around a mark


@dataclass(frozen=True)
class Form:
    """A printed sheet with boxes in rows and columns; lengths in millimetres, from the top left.

    Attributes:
        name: what it is called.
        first_mark: the number of the mark in the top left corner; the others follow clockwise.
        left, top: where the first box begins.
        box_width, box_height: of each box.
        columns, rows: how many boxes there are.
        width, height: of the paper.
        margin: of the paper's edge to the marks.
    """

    name: str
    first_mark: int
    left: float
    top: float
    box_width: float
    box_height: float
    columns: int
    rows: int
    width: float = 210.0
    height: float = 297.0
    margin: float = 10.0

    def box(self, row: int, column: int) -> tuple[float, float, float, float]:
        """Return left, top, width and height of a box, in millimetres."""
        left = self.left + column * self.box_width
        return left, self.top + row * self.box_height, self.box_width, self.box_height

    def mark_corners(self) -> list[tuple[float, float]]:
        """Return the top left corner of each of the four marks, clockwise from the top left."""
        right = self.width - self.margin - MARK
        bottom = self.height - self.margin - MARK
        return [
            (self.margin, self.margin),
            (right, self.margin),
            (right, bottom),
            (self.margin, bottom),
        ]


DIGITS = Form("digits", 0, 28.0, 48.0, 16.0, 20.0, columns=10, rows=10)
CLASS = Form("class", 4, 70.0, 48.0, 18.0, 10.0, columns=7, rows=20)
FORMS = (DIGITS, CLASS)

NOT_FOUND = (
    "This photograph shows no printed sheet of ours. Photograph all of the sheet, with its four "
    "corner marks, in good light and from above."
)


def mark_modules(number: int) -> NDArray[np.bool_]:
    """Return which squares of a mark are black: bool (6, 6)."""
    picture = cv2.aruco.generateImageMarker(DICTIONARY, number, MODULES)
    return np.asarray(picture < 128)


def read_form(photograph: Picture) -> tuple[Form, list[list[Picture]]]:
    """Return which sheet a photograph shows, and a picture of what is in each of its boxes.

    Args:
        photograph: uint8 (H, W), (H, W, 3) or (H, W, 4).

    Returns:
        The sheet, and for each row the boxes from left to right, uint8 (h, w), without outlines.

    Raises:
        PictureError: fewer than three of a sheet's marks are seen.
    """
    grey = brightness(photograph)
    corners, numbers, _ = cv2.aruco.ArucoDetector(DICTIONARY).detectMarkers(grey)
    seen = {} if numbers is None else dict(zip(numbers.ravel().tolist(), corners, strict=True))
    for form in FORMS:
        marks = [k for k in range(4) if form.first_mark + k in seen]
        if len(marks) >= 3:
            straight = straighten_form(grey, form, {k: seen[form.first_mark + k] for k in marks})
            return form, [
                [cut_box(straight, form, row, column) for column in range(form.columns)]
                for row in range(form.rows)
            ]
    raise PictureError(NOT_FOUND)


def brightness(photograph: Picture) -> Picture:
    """Return how bright a photograph is, uint8 (H, W); a scan's transparency says nothing."""
    if photograph.ndim == 2:
        return photograph
    colours = np.ascontiguousarray(photograph[:, :, :3])
    return np.asarray(cv2.cvtColor(colours, cv2.COLOR_RGB2GRAY), np.uint8)


def straighten_form(grey: Picture, form: Form, marks: dict[int, NDArray[np.float32]]) -> Picture:
    """Return a sheet straightened by the corners of its marks: uint8, 8 pixels a millimetre."""
    square = np.array([[0, 0], [MARK, 0], [MARK, MARK], [0, MARK]])
    places = form.mark_corners()
    there = np.vstack([square + places[k] for k in marks]) * RESOLUTION
    here = np.vstack([corners.reshape(4, 2) for corners in marks.values()])
    transform, _ = cv2.findHomography(here, there)
    size = (round(form.width * RESOLUTION), round(form.height * RESOLUTION))
    return np.asarray(
        cv2.warpPerspective(
            grey, transform, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        ),
        np.uint8,
    )


def cut_box(sheet: Picture, form: Form, row: int, column: int) -> Picture:
    """Return what is within the outline of a box."""
    left, top, width, height = form.box(row, column)
    inset = INSET * min(width, height)
    a, b = (round((top + edge) * RESOLUTION) for edge in (inset, height - inset))
    c, d = (round((left + edge) * RESOLUTION) for edge in (inset, width - inset))
    return np.ascontiguousarray(sheet[a:b, c:d])
