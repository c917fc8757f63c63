"""Training curves: how each network learned, several in one chart."""

import streamlit as st

from ui.access.visitor import await_visitor
from ui.curves.curve_choice import choose_histories
from ui.curves.curves import show_curves
from ui.curves.histories import list_histories
from ui.shell.page import open_page, page_column, show_errors

page = open_page()
with page_column():
    st.title(page.title, anchor=False)
    st.markdown(
        "How each network learned, epoch by epoch. Tick up to six and compare them: which learns "
        "fastest, which gets furthest, and which starts to overfit."
    )
    await_visitor()
    with show_errors():
        histories = list_histories()
        if not histories:
            st.info("No network has been trained here yet.", icon=":material/info:")
            st.page_link("pages/retrain.py", label="Train a network")
            st.stop()
        chosen = choose_histories(histories)
        if chosen:
            show_curves(chosen)
        else:
            st.caption("Select a network to see its curves")
