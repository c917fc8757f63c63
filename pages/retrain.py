"""Retrain: choose a network, change what you like, and watch it learn."""

import streamlit as st

from ui.retrain.recipe_form import ask_for_settings, choose_recipe
from ui.retrain.run_choice import watched_run
from ui.retrain.run_list import offer_another, show_latest_runs
from ui.retrain.run_watch import show_run
from ui.retrain.training_data import choose_training_data
from ui.shell import middle_of_page, open_page, problems_told
from ui.visitor import await_visitor

page = open_page()
with middle_of_page():
    st.title(page.title, anchor=False)
    await_visitor()
    run = None
    with problems_told():
        run = watched_run()

    if run:
        with problems_told():
            show_run(run)
        offer_another(run)
    else:
        st.markdown("Choose a network, change what you like, and watch it learn.")
        recipe_place, data_place = st.columns(2)
        data = None
        with data_place, problems_told():
            data = choose_training_data()
        with recipe_place:
            recipe = choose_recipe("quick-cnn")
        if data:
            ask_for_settings(recipe, data)

    with problems_told():
        show_latest_runs(run)
