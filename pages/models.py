"""Models: what each one is, how good, and which of them reads."""

import streamlit as st

from ui.models.model_actions import offer_actions
from ui.models.model_card import show_card, show_story
from ui.models.model_compare import offer_comparison
from ui.models.model_files import offer_files
from ui.models.model_shelf import choose_model_to_see, open_model
from ui.shell import middle_of_page, open_page, problems_told
from ui.visitor import await_visitor
from ui.words import plain

page = open_page()
with middle_of_page():
    st.title(page.title, anchor=False)
    st.markdown(
        "Every network there is: what it learned from, how good it is, and how far to trust it. "
        "Let the one you like best read for you."
    )
    await_visitor()
    with problems_told():
        name = choose_model_to_see()
        if name is None:
            st.info("There is no model yet.", icon=":material/info:")
            st.page_link("pages/retrain.py", label="Train one", icon=":material/model_training:")
            st.stop()
        model = open_model(name)
        if model.problem:
            st.error(plain(model.problem), icon=":material/broken_image:")
        if model.card:
            show_story(model.card)
        offer_actions(model)
        if model.card and not model.problem:
            show_card(model, model.card)
            st.subheader("Side by side", anchor=False)
            offer_comparison(model)
            st.subheader("Take it away", anchor=False)
            offer_files(model)
