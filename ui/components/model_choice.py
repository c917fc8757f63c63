"""Which model a visitor has chosen: to use on Draw, or to look at."""

import streamlit as st

from mnist_core.models.registry import default_model, set_default_model
from ui.base import session_keys
from ui.base.logs import log
from ui.base.wording import plain


def chosen_model() -> str | None:
    """Return the model that this visitor uses on Draw; None stands for the default."""
    name: str | None = st.session_state.get(session_keys.CHOSEN_MODEL)
    return name


def choose_model(name: str | None) -> None:
    """Use a model on Draw, for this visitor; None stands for the default."""
    st.session_state[session_keys.CHOSEN_MODEL] = name


def make_default(name: str) -> None:
    """Make a model the default for everyone, and show the page anew.

    Raises:
        ModelError: it is not one that everyone sees, it is damaged, or the disk is full.
    """
    set_default_model(name)
    log("default model set", model=name)
    st.rerun()


def show_chosen_model() -> None:
    """Say which model is in use, and offer the way back, unless it is the default."""
    name = chosen_model()
    if name is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            "pages/models.py",
            label=f"Read by {name}",
            icon=":material/deployed_code:",
            query_params={"model": name},
        )
        offer_default()


def offer_default() -> None:
    """Offer to go back to the default model, if another is in use."""
    if chosen_model() is not None:
        st.button(
            f"Back to {default_model()}",
            type="tertiary",
            icon=":material/undo:",
            on_click=choose_model,
            args=[None],
        )


def warn_if_missing(names: list[str]) -> None:
    """Warn if the URL names a model that does not exist."""
    asked = st.query_params.get(session_keys.MODEL)
    if asked and asked not in names:
        st.warning(f"There is no model {plain(asked)} here (any more).", icon=":material/link_off:")
