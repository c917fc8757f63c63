"""Printed sheets as PDF: boxes to write in, and a mark in each corner to find them by."""

import io

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from mnist_core.segmentation.forms import CLASS, DIGITS, MARK, MODULES, Form, mark_modules

LIGHT = 0.67  # grey of the outlines, from black 0 to white 1
PUPIL = 40.0  # millimetres, the width of the field for a name
OVERLAP = 0.02  # millimetres, else a hair of white shows between two black squares


class Sheet:
    """A page on which lengths are millimetres from the top left."""

    def __init__(self, form: Form, title: str, instruction: str) -> None:
        """Begin a page with a title, corner marks and empty boxes."""
        self.form, self.file = form, io.BytesIO()
        self.canvas = Canvas(self.file, (form.width * mm, form.height * mm), invariant=True)
        self.canvas.setTitle(f"Inkling: {title}")
        self.write(title, form.width / 2, 20, "Times-Bold", 20)
        self.write(instruction, form.width / 2, 30, "Helvetica", 9)
        for number, (left, top) in enumerate(form.mark_corners()):
            self.draw_mark(form.first_mark + number, left, top)
        self.canvas.setStrokeGray(LIGHT)
        self.canvas.setLineWidth(0.3 * mm)
        for row in range(form.rows):
            for column in range(form.columns):
                self.rectangle(*form.box(row, column), filled=False)

    def write(self, text: str, middle: float, base: float, font: str, size: float) -> None:
        """Write a line of text around its middle."""
        self.canvas.setFont(font, size)
        self.canvas.drawCentredString(middle * mm, (self.form.height - base) * mm, text)

    def rectangle(
        self, left: float, top: float, width: float, height: float, *, filled: bool
    ) -> None:
        """Draw an outline, or a black rectangle."""
        bottom = self.form.height - top - height
        sides = (side * mm for side in (left, bottom, width, height))
        self.canvas.rect(*sides, stroke=int(not filled), fill=int(filled))

    def draw_mark(self, number: int, left: float, top: float) -> None:
        """Draw a corner mark."""
        side = MARK / MODULES
        for y, row in enumerate(mark_modules(number)):
            for x, is_black in enumerate(row):
                if is_black:
                    width = side + OVERLAP
                    self.rectangle(left + x * side, top + y * side, width, width, filled=True)

    def line(self, left: float, right: float, base: float) -> None:
        """Draw a level line."""
        height = (self.form.height - base) * mm
        self.canvas.line(left * mm, height, right * mm, height)

    def as_pdf(self) -> bytes:
        """Return the finished page."""
        self.canvas.save()
        return self.file.getvalue()


def digit_sheet() -> bytes:
    """Return a sheet that asks for each digit ten times."""
    instruction = (
        "One digit per box, as you always write it, with a dark pen. Then photograph it all."
    )
    sheet = Sheet(DIGITS, "Ten of each, in your own hand", instruction)
    for row in range(DIGITS.rows):
        _, top, _, height = DIGITS.box(row, 0)
        sheet.write(str(row), DIGITS.left - 8, top + height / 2 + 3, "Helvetica", 22)
    return sheet.as_pdf()


def class_sheet() -> bytes:
    """Return a sheet with a row for each pupil."""
    instruction = "One number per box, with a dark pen. Then photograph it all."
    sheet = Sheet(CLASS, "One row per pupil", instruction)
    for row in range(CLASS.rows):
        _, top, _, height = CLASS.box(row, 0)
        base = top + height - 1.5
        sheet.write(str(row + 1), CLASS.left - PUPIL - 4, base - 1, "Helvetica", 10)
        sheet.line(CLASS.left - PUPIL + 2, CLASS.left - 2, base)
    return sheet.as_pdf()
