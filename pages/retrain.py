"""To be built."""

import streamlit as st

from ui.shell import middle_of_page, open_page

page = open_page()
with middle_of_page():
    st.title(page.title, anchor=False)
