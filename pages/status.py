"""Status: the server's health, for the owner of the app."""

import streamlit as st

from ui.access.rights import is_owner
from ui.access.sign_in import ask_for_owner, offer_sign_out
from ui.shell.page import open_page, page_column, show_errors
from ui.status.canvas_noise import check_canvas
from ui.status.default_choice import choose_default
from ui.status.machine import show_disk, show_machine, show_settings, show_versions
from ui.status.model_check import check_models
from ui.status.problems import show_problems

page = open_page()
with page_column():
    st.title(page.title, anchor=False)
    if not is_owner():
        with show_errors():
            ask_for_owner()
        st.stop()
    offer_sign_out()
    show_machine()

    st.header("Default model", anchor=False)
    with show_errors():
        choose_default()

    st.header("Model integrity", anchor=False)
    with show_errors():
        check_models()

    st.header("Canvas check", anchor=False)
    with show_errors():
        check_canvas()

    st.header("Disk usage", anchor=False)
    show_disk()

    st.header("Recent errors", anchor=False)
    show_problems()

    st.header("Settings", anchor=False)
    show_settings()

    st.header("Versions", anchor=False)
    show_versions()
