"""Which model reads for everybody who has not chosen another."""

import streamlit as st

from mnist_core.registry import DEFAULT, default_model, list_models, set_default_model
from ui.logs import log
from ui.words import plain


def choose_default() -> None:
    """Let the owner choose the model that reads for everybody."""
    names, now = list_models(), default_model()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "For everybody",
            names,
            names.index(now) if now in names else None,
            key="default_for_all",
            width=300,
        )
        if st.button("Let it read", disabled=name is None or name == now):
            put_in_place(str(name))
    st.caption(
        f"{plain(now)} reads for everybody who has not chosen another model on *Models*."
        + ("" if now == DEFAULT else f" As Inkling comes, it is {DEFAULT}.")
    )


def put_in_place(name: str) -> None:
    """Let a model read for everybody, from now on."""
    set_default_model(name)
    log("default model set", model=name)
    st.rerun()
