"""Saving the model of a finished run, and using it on Draw."""

import streamlit as st

from mnist_core.models.cards import Card
from mnist_core.runs.run import Run
from ui.components.model_names import ensure_name_available, free_name
from ui.components.run_models import save_model_of, saved_name, use_on_draw
from ui.shell.page import show_errors


def offer_model(run: Run, card: Card) -> None:
    """Offer to use a run's model on Draw, to save it under a name, and to look into it."""
    name = saved_name(card)
    with st.container(horizontal=True, vertical_alignment="center"):
        use = st.button("Use it on Draw", type="primary", icon=":material/ink_pen:")
        if name is None:
            with st.popover("Save as …", icon=":material/bookmark:"):
                ask_to_save(run)
        else:
            st.markdown(f":material/bookmark: Saved as **{name}**")
        st.page_link(
            "pages/curves.py",
            label="How it learned",
            icon=":material/show_chart:",
            query_params={"networks": name or run.id},
        )
        inspect = st.button("What it gets wrong", type="tertiary", icon=":material/rule:")
    if use or inspect:
        with show_errors():
            if inspect:
                name = name or save_model_of(run, free_name(run.recipe.name))
                st.switch_page("pages/misclassifications.py", query_params={"model": name})
            use_on_draw(run, card)


def ask_to_save(run: Run) -> None:
    """Ask for a name, and save a run's model under it."""
    name = st.text_input("Model name", free_name(run.recipe.name), key=f"save-{run.id}")
    if st.button("Save", type="primary"):
        with show_errors():
            save_model_of(run, ensure_name_available(name))
            st.rerun()
