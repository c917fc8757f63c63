"""Draw a digit, and have it read."""

import streamlit as st

from ui.draw.answer import show_answer, show_invitation
from ui.draw.inputs import choose_way_in
from ui.draw.opinions import offer_opinions
from ui.draw.reader_choice import tell_chosen_model
from ui.resources import load_best_reader
from ui.shell import middle_of_page, open_page, problems_told


@st.fragment
def draw_and_read() -> None:
    """Take a picture on the left, and read it on the right."""
    left, right = st.columns([300, 580], gap="medium")
    picture = None
    with left, problems_told():
        way_in = choose_way_in()
        picture = way_in.take()
    with left:
        tell_chosen_model()
    with right, problems_told():
        loaded = load_best_reader()
        if loaded.warning:
            st.warning(loaded.warning, icon=":material/warning:")
        reading = None if picture is None else loaded.reader.read(picture)
        if reading is None:
            show_invitation(way_in.invitation, way_in.advice)
        else:
            show_answer(reading)
        offer_opinions(reading)


open_page()
with middle_of_page():
    st.title("Inkling", anchor=False)
    st.markdown("Draw a digit. See what a neural network reads, and why.")
    draw_and_read()
