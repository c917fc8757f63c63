"""Misclassifications: which digits a network gets wrong, and why."""

import streamlit as st

from ui.access.visitor import await_visitor
from ui.components.own_hand import note_as_for_everybody
from ui.mistakes.evaluations import choose_evaluation
from ui.mistakes.mistakes import explore_mistakes
from ui.mistakes.scores import show_headline
from ui.mistakes.views import show_views
from ui.shell.page import open_page, page_column, show_errors

page = open_page()
with page_column():
    st.title(page.title, anchor=False)
    st.markdown(
        "The accuracy alone says little; the mistakes say much more. Choose a network and a test "
        "set: digits that it was not trained on."
    )
    await_visitor()
    note_as_for_everybody()
    evaluated = None
    with show_errors():
        evaluated = choose_evaluation()
    if evaluated is None:
        st.stop()

    show_headline(evaluated)
    st.header("Confusion matrix", anchor=False)
    explore_mistakes(evaluated)
    show_views(evaluated)
