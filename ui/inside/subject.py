"""What the page explains: the visitor's drawing, or one digit of it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import streamlit as st

from mnist_core import Reader, Reading
from mnist_core.errors import DataError, DrawingSizeError, ModelError
from mnist_core.explanation.counterfactuals import Counterfactual, find_counterfactuals
from mnist_core.explanation.fine_ink import strokes_in
from mnist_core.explanation.missing_ink import MissingInk, find_missing_ink
from mnist_core.explanation.occlusion import Deletion, Occlusion, occlude, prove
from mnist_core.pictures import Picture
from mnist_core.preprocessing import Steps
from mnist_core.segmentation.strokes import check_strokes
from ui.components.drawing import SIDE, WIDE, current_drawing, put_on_canvas
from ui.components.last_picture import last_picture, remember_picture
from ui.components.own_hand import reader_for_visitor
from ui.components.pictures import open_drawing
from ui.components.resources import choose_sample, load_best_reader
from ui.components.several_digits import find_number
from ui.components.strokes import Points, strokes_of

SUBJECT = "inside_subject"  # session key, Subject: what was explained last, with its findings


@dataclass(frozen=True, eq=False)
class Subject:
    """A digit with its reading; what explains it is computed when it is first asked for.

    Attributes:
        reader: who reads it, for this visitor.
        picture: uint8 (H, W) or (H, W, 3), the whole drawing.
        reading: the digit's.
        steps: the same digit after each step of preprocessing.
        strokes: in fine ink's pixels, if they are known.
    """

    reader: Reader
    picture: Picture
    reading: Reading
    steps: Steps
    strokes: tuple[Points, ...] = ()

    @property
    def digit(self) -> int:
        """The best guess, which is explained."""
        return self.reading.candidates[0]

    @cached_property
    def occlusion(self) -> Occlusion:
        """Which ink decides."""
        return occlude(self.reader, self.reading.ink, self.digit)

    @cached_property
    def deletion(self) -> Deletion:
        """What that ink is worth."""
        return prove(self.reader, self.reading.ink, self.occlusion)

    @cached_property
    def missing(self) -> list[MissingInk]:
        """Strokes that would change the answer."""
        return find_missing_ink(self.reader, self.steps)

    @cached_property
    def changes(self) -> list[Counterfactual]:
        """The smallest changes that would."""
        return find_counterfactuals(self.reader, self.steps, self.strokes)


def find_subject() -> Subject | None:
    """Return what is to be explained; None while nothing is drawn.

    Where there are several digits, the visitor chooses one.

    Raises:
        ModelError: no model works.
        PictureError: the canvas cannot have sent its drawing.
    """
    reader = reader_on_draw()
    found = drawing_to_explain()
    if found is None:
        return None
    picture, strokes = found
    reading = reader.read(picture)
    number = find_number(reader, reading, picture, strokes)
    if number:
        place = choose_digit([str(digit.digit) for digit in number.digits])
        reading, strokes = number.digits[place].reading, None
    if reading.steps is None:
        return None
    try:
        checked = check_strokes(strokes or [])
    except DrawingSizeError:  # a long scribble is explained by its picture alone
        checked = []
    in_fine = strokes_in(reading.steps, checked, picture.shape[:2])
    return remembered(Subject(reader, picture, reading, reading.steps, tuple(in_fine)))


def reader_on_draw() -> Reader:
    """Return the reader that reads for this visitor on Draw."""
    reader = load_best_reader().reader
    try:
        return reader_for_visitor(reader)
    except (DataError, ModelError):  # Draw says why
        return reader


def drawing_to_explain() -> tuple[Picture, list[Points] | None] | None:
    """Return the picture that Draw has read last, with its strokes where they are known."""
    if (picture := last_picture()) is not None:
        return picture, None
    drawing = current_drawing()
    if drawing.is_empty or drawing.png is None:
        return None
    return open_drawing(drawing.png, SIDE, WIDE), strokes_of(drawing.marks)


def choose_digit(digits: list[str]) -> int:
    """Let the visitor choose one of several digits; return its place."""
    chosen = st.segmented_control(
        "There are several digits. Which one?",
        range(len(digits)),
        format_func=lambda place: digits[place],
        default=0,
        required=True,
        key="inside_digit",
    )
    return min(chosen or 0, len(digits) - 1)


def remembered(subject: Subject) -> Subject:
    """Return the subject with what has been found about it in earlier runs of the page."""
    known: Subject | None = st.session_state.get(SUBJECT)
    is_same = (
        known is not None
        and known.reader is subject.reader
        and np.array_equal(known.steps.crop, subject.steps.crop)
        and np.array_equal(known.picture, subject.picture)
    )
    if known is None or not is_same:
        known = st.session_state[SUBJECT] = subject
    return known


def draw_one_for_me() -> None:
    """Put a real handwritten digit on the canvas."""
    remember_picture(None)
    put_on_canvas(choose_sample())
