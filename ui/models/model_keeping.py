"""Keeping the model that a run has made, and letting it read on Draw."""

import streamlit as st

from mnist_core.cards import Card
from mnist_core.errors import InklingError, ModelError
from mnist_core.own_models import keep
from mnist_core.registry import list_models
from mnist_core.running.runs import Run
from mnist_core.spaces import size_of
from ui.limits import refuse_without_room_now
from ui.models.model_names import free_name, refuse_taken
from ui.resources import card_of
from ui.shell import problems_told
from ui.state import choose_model


def offer_model(run: Run, card: Card) -> None:
    """Offer to read with a run's model on Draw, to keep it under a name, and to look into it."""
    name = kept_name(card)
    with st.container(horizontal=True, vertical_alignment="center"):
        use = st.button("Use it on Draw", type="primary", icon=":material/ink_pen:")
        if name is None:
            with st.popover("Keep as …", icon=":material/bookmark:"):
                ask_to_keep(run)
        else:
            st.markdown(f":material/bookmark: Kept as **{name}**")
        st.page_link(
            "pages/curves.py",
            label="How it learned",
            icon=":material/show_chart:",
            query_params={"networks": name or run.id},
        )
        look = st.button("What it gets wrong", type="tertiary", icon=":material/rule:")
    if use or look:
        with problems_told():
            name = name or keep_model(run, free_name(run.recipe.name))
            if look:
                st.switch_page("pages/misclassifications.py", query_params={"model": name})
            choose_model(name)
            st.switch_page("pages/draw.py", query_params={})


def ask_to_keep(run: Run) -> None:
    """Ask under which name to keep a run's model."""
    name = st.text_input("Name of the model", free_name(run.recipe.name), key=f"keep-{run.id}")
    if st.button("Keep", type="primary"):
        with problems_told():
            keep_model(run, refuse_taken(name))
            st.rerun()


def keep_model(run: Run, name: str) -> str:
    """Keep a run's model under a name; return the name.

    Raises:
        ModelError: the run has made no model, or the name is taken.
        LimitError: this visitor has no room left.
    """
    if run.model is None:
        raise ModelError("This run has made no model.")
    refuse_without_room_now(size_of(run.model))
    keep(run.model, name)
    return name


def kept_name(card: Card) -> str | None:
    """Return the name under which this very model is kept, if it is."""
    for name in list_models():
        try:
            if card_of(name).checksums == card.checksums:
                return name
        except InklingError:
            continue
    return None
