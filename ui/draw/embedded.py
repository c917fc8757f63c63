"""The page within another, such as a slide: the drawing and the verdict only."""

import streamlit as st

from mnist_core import Number, Reading
from ui.base import wording
from ui.base.wording import NAMED
from ui.components.address import show_link_problem
from ui.components.resources import load_best_reader
from ui.components.several_digits import find_number
from ui.components.sketches import sketch_on_canvas
from ui.draw import numbers
from ui.draw.answer import show_headline
from ui.draw.canvas import draw_without_tools
from ui.draw.layout import DRAW, INPUT, INTRO
from ui.draw.live_reading import read_while_drawing
from ui.draw.replay import show_replay
from ui.draw.teaching import reader_in_use
from ui.shell.page import show_errors

INVITATION = ("Draw a digit", "0 to 9, or a number")


@st.fragment
def draw_and_tell() -> None:
    """Show the paper and the verdict. The keys of the containers are what page.css lays out."""
    with st.container(key=DRAW):
        st.container(key="embedded").empty()  # tells page.css
        picture = None
        intro = st.container(key=INTRO)
        with st.container(key=INPUT), show_errors():
            picture = draw_without_tools()
        with intro:
            show_link_problem()
        with show_errors():
            reader = reader_in_use(load_best_reader().reader)
            reading = number = None
            if picture is not None:
                sketch = sketch_on_canvas()
                strokes = [stroke.points for stroke in sketch.strokes] if sketch else None
                reading = reader.read(picture)
                number = find_number(reader, reading, picture, strokes)
                if sketch:
                    show_replay(sketch)
            show_verdict(reading, number)
            read_while_drawing(reader, is_number=number is not None)


def show_verdict(reading: Reading | None, number: Number | None) -> None:
    """Show what was read and how confidently, or an invitation to draw."""
    if reading is None:
        show_headline(*INVITATION, digits=[])
    elif number:
        digits = [digit.digit for digit in number.digits]
        text = numbers.headline(number.text)
        show_headline(text, numbers.explanation(number), digits, is_number=True)
    else:
        named = reading.candidates[: NAMED.get(reading.verdict, 0)]
        show_headline(wording.headline(reading), wording.explanation(reading), named)
