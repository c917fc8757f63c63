"""Numbers on paper: a photographed page, read."""

import streamlit as st

from ui.numbers.page_upload import choose_page
from ui.numbers.page_view import show_page
from ui.numbers.sheets import offer_sheets
from ui.shell.page import open_page, page_column, show_errors


@st.fragment
def read_a_page() -> None:
    """Take a photograph and show what is on it."""
    with show_errors():
        reading = choose_page()
        if reading:
            show_page(reading)


page = open_page()
with page_column(1120):
    st.title(page.title, anchor=False)
    st.markdown(
        "Photograph a page of handwritten numbers. Inkling straightens it, takes out shadows and "
        "ruled lines, and reads every number; you correct what is wrong and take the table with "
        "you."
    )
    read_a_page()
    st.header("Printed sheets", anchor=False)
    offer_sheets()
