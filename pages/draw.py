"""Draw a digit or a number and have it read."""

import time

import streamlit as st

from ui.components.address import open_link, show_link_problem
from ui.components.last_picture import remember_picture
from ui.components.model_choice import show_chosen_model
from ui.components.resources import load_best_reader
from ui.components.several_digits import find_number
from ui.draw.answer import show_answer, show_invitation
from ui.draw.answer_count import count_answer
from ui.draw.boxes import show_boxes
from ui.draw.canvas import canvas_size, drawn_strokes
from ui.draw.embedded import draw_and_tell
from ui.draw.inputs import choose_input
from ui.draw.layout import DRAW, INPUT, INTRO, STYLE, WIDTH
from ui.draw.live_reading import read_while_drawing
from ui.draw.number_answer import show_number
from ui.draw.opinions import offer_opinions
from ui.draw.share import share_drawing
from ui.draw.teaching import offer_teaching, reader_in_use
from ui.shell.page import open_page, page_column, show_errors


@st.fragment
def draw_and_read() -> None:
    """Take a picture and read it. The keys of the containers are what page.css lays out."""
    began = time.perf_counter()
    with st.container(key=DRAW):
        intro = st.container(key=INTRO, gap=None)
        with intro:
            st.title("Inkling", anchor=False)
            st.markdown("Draw a digit. See what a neural network reads, and why.")
        with st.container(key="source"):
            input_method = choose_input()
        picture = None
        with st.container(key=INPUT), show_errors():
            picture = input_method.take()
        with intro:
            show_link_problem()
        with show_errors():
            loaded = load_best_reader()
            if loaded.warning:
                st.warning(loaded.warning, icon=":material/warning:")
            reader = reader_in_use(loaded.reader)
            reading = number = None
            strokes = drawn_strokes() if input_method.is_canvas else None
            remember_picture(None if input_method.is_canvas else picture)
            if picture is not None:
                reading = reader.read(picture)
                number = find_number(reader, reading, picture, strokes)
            if reading is None:
                show_invitation(input_method.invitation, input_method.advice)
            elif number:
                show_number(number)
            else:
                show_answer(reading)
            offer_teaching(reading, number)
            with st.container(key="more"):
                show_chosen_model()
                offer_opinions(reading, number, picture, strokes)
            if input_method.is_canvas:
                read_while_drawing(reader, is_number=number is not None)
            if number and strokes is not None:  # last: what comes and goes must not move the others
                show_boxes(number, *canvas_size())
            share_drawing(reader, reading if strokes else None, number)
            count_answer(picture, reading, number is not None, began)


open_page()
with page_column(WIDTH):
    st.html(STYLE)
    open_link()
    if st.context.is_embedded:
        draw_and_tell()
    else:
        draw_and_read()
