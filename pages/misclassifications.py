"""Misclassifications: what a network gets wrong, and why."""

import streamlit as st

from ui.mistakes.evaluations import choose_study
from ui.mistakes.mistakes import explore_mistakes
from ui.mistakes.scores import show_headline
from ui.mistakes.views import show_views
from ui.shell import middle_of_page, open_page, problems_told
from ui.visitor import await_visitor

page = open_page()
with middle_of_page():
    st.title(page.title, anchor=False)
    st.markdown(
        "A score says little; the mistakes say everything. Choose a network and digits that it has"
        " not learned from."
    )
    await_visitor()
    study = None
    with problems_told():
        study = choose_study()
    if study is None:
        st.stop()

    show_headline(study)
    st.header("What it takes for what", anchor=False)
    explore_mistakes(study)
    show_views(study)
