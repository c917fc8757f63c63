"""Status: whether all is well, for whoever runs the app."""

import streamlit as st

from ui.owner.sign_in import ask_for_owner, offer_sign_out
from ui.rights import is_owner
from ui.shell import middle_of_page, open_page, problems_told
from ui.status.canvas_noise import check_canvas
from ui.status.default_choice import choose_default
from ui.status.machine import show_disk, show_machine, show_settings, show_versions
from ui.status.model_check import check_models
from ui.status.problems import show_problems

page = open_page()
with middle_of_page():
    st.title(page.title, anchor=False)
    if not is_owner():
        with problems_told():
            ask_for_owner()
        st.stop()
    offer_sign_out()
    show_machine()

    st.header("The model that reads", anchor=False)
    with problems_told():
        choose_default()

    st.header("Are the models what they were?", anchor=False)
    with problems_told():
        check_models()

    st.header("Does this browser give back what is drawn?", anchor=False)
    with problems_told():
        check_canvas()

    st.header("Who has filled the disk", anchor=False)
    show_disk()

    st.header("What went wrong", anchor=False)
    show_problems()

    st.header("How it is set up", anchor=False)
    show_settings()

    st.header("What it is made of", anchor=False)
    show_versions()
