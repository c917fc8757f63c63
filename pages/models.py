"""Models: what each one is, how good it is, and which one is used on Draw."""

import streamlit as st

from ui.access.visitor import await_visitor
from ui.base.wording import plain
from ui.models.model_actions import offer_actions
from ui.models.model_card import show_card, show_story
from ui.models.model_compare import offer_comparison
from ui.models.model_files import offer_files
from ui.models.model_list import choose_model_to_see, open_model
from ui.shell.page import open_page, page_column, show_errors

page = open_page()
with page_column():
    st.title(page.title, anchor=False)
    st.markdown(
        "Every model: what it was trained on, how good it is, and how far you can trust it. "
        "Use the one you like best on Draw."
    )
    await_visitor()
    with show_errors():
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
            st.subheader("Compare", anchor=False)
            offer_comparison(model)
            st.subheader("Download", anchor=False)
            offer_files(model)
