"""Which model reads on Draw, where a visitor has chosen one."""

import streamlit as st

from mnist_core.registry import default_model
from ui.state import choose_model, chosen_model


def tell_chosen_model() -> None:
    """Say which model reads, and offer the way back, where it is not the default one."""
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
    """Offer to go back to the default model, where another has been chosen."""
    if chosen_model() is not None:
        st.button(
            f"Back to {default_model()}",
            type="tertiary",
            icon=":material/undo:",
            on_click=choose_model,
            args=[None],
        )
