"""The default model: the one that reads for everyone who has not chosen another."""

import streamlit as st

from mnist_core.models.registry import DEFAULT, default_model, list_models
from ui.base.wording import plain
from ui.components.model_choice import make_default


def choose_default() -> None:
    """Let the owner choose the default model."""
    names, current = list_models(), default_model()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Model",
            names,
            names.index(current) if current in names else None,
            key="default_for_all",
            width=300,
        )
        if st.button("Make default for everyone", disabled=name is None or name == current):
            make_default(str(name))
    st.caption(
        f"{plain(current)} reads for everyone who has not chosen another model on *Models*."
        + ("" if current == DEFAULT else f" Inkling ships with {DEFAULT} as its default.")
    )
