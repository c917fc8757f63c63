"""The list of earlier sweeps, and the way back to the form."""

import streamlit as st

from mnist_core.sweeps.sweep import Sweep, list_sweeps
from ui.base.wording import counted
from ui.components.recipe_fields import label_of
from ui.components.run_wording import short_title, time_ago
from ui.sweep.selected_sweep import clear_selection, select_sweep

SHOWN = 8


def show_sweeps(selected: Sweep | None) -> None:
    """List the latest sweeps except the selected one, a line each."""
    others = [one for one in list_sweeps() if selected is None or one.id != selected.id][:SHOWN]
    if not others:
        return
    st.header("Earlier sweeps", anchor=False)
    for sweep in others:
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.button(
                title_of(sweep),
                key=f"open-{sweep.id}",
                type="tertiary",
                icon=":material/tune:",
                on_click=select_sweep,
                args=[sweep.id],
            )
            begun = sweep.list_trials()
            started = time_ago(begun[0].status.started) if begun else ""
            st.caption(
                " · ".join(filter(None, [counted(len(begun), "network"), started])), width="content"
            )


def title_of(sweep: Sweep) -> str:
    """Return a sweep's title, such as "Quick CNN: learning rate, filters"."""
    varied = ", ".join(label_of(one.setting).lower() for one in sweep.variations)
    return f"{short_title(sweep.recipe)}: {varied}"


def offer_another() -> None:
    """Offer to go back to the form."""
    st.button("Start another", icon=":material/add:", on_click=clear_selection)
