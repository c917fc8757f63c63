"""Sweep: train many networks with other settings, and find the best, for the owner of the app."""

import streamlit as st

from ui.access.rights import is_owner
from ui.access.sign_in import ask_for_owner
from ui.shell.page import open_page, page_column, show_errors
from ui.sweep.selected_sweep import selected_sweep
from ui.sweep.sweep_form import offer_sweep
from ui.sweep.sweep_list import offer_another, show_sweeps
from ui.sweep.sweep_watch import show_sweep

page = open_page()
with page_column():
    st.title(page.title, anchor=False)
    if not is_owner():
        with show_errors():
            ask_for_owner()
        st.stop()
    sweep = None
    with show_errors():
        sweep = selected_sweep()

    if sweep:
        with show_errors():
            show_sweep(sweep)
        offer_another()
    else:
        st.markdown("Train many networks with other settings, and see which settings are best.")
        with show_errors():
            offer_sweep()
    with show_errors():
        show_sweeps(sweep)
