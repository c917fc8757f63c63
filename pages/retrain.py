"""Retrain: choose a network, train it at one press, and watch it learn."""

import streamlit as st

from ui.access.visitor import await_visitor
from ui.retrain.recipe_form import offer_training
from ui.retrain.run_list import offer_another, show_latest_runs
from ui.retrain.run_watch import show_run
from ui.retrain.selected_run import selected_run
from ui.retrain.training_data import choose_training_data
from ui.shell.page import open_page, page_column, show_errors

page = open_page()
with page_column():
    st.title(page.title, anchor=False)
    await_visitor()
    run = None
    with show_errors():
        run = selected_run()

    if run:
        with show_errors():
            show_run(run)
        offer_another(run)
    else:
        st.markdown("Press Train, and watch a network of your own learn to read.")
        offer_training("quick-cnn", choose_training_data)

    with show_errors():
        show_latest_runs(run)
