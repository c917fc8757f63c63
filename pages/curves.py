"""Training curves: how each network learned, laid over one another."""

import streamlit as st

from ui.curves.curve_choice import choose_histories
from ui.curves.curves import show_curves
from ui.curves.histories import list_histories
from ui.shell import middle_of_page, open_page, problems_told
from ui.visitor import await_visitor

page = open_page()
with middle_of_page():
    st.title(page.title, anchor=False)
    st.markdown(
        "How each network learned, epoch by epoch. Tick up to six, and compare: which learns "
        "fastest, which goes furthest, and which begins to learn by heart."
    )
    await_visitor()
    with problems_told():
        histories = list_histories()
        if not histories:
            st.info("Nothing has been trained here yet.", icon=":material/info:")
            st.page_link("pages/retrain.py", label="Train a network")
            st.stop()
        chosen = choose_histories(histories)
        if chosen:
            show_curves(chosen)
        else:
            st.caption("Two charts, as soon as a network is ticked")
