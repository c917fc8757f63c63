"""Deleting a training run, after a confirmation."""

from typing import Literal

import streamlit as st

from mnist_core.runs.run import Run
from mnist_core.runs.status import ACTIVE_STATES
from mnist_core.runs.store import delete_run
from ui.base import session_keys
from ui.base.wording import plain
from ui.components.run_wording import run_title, time_ago
from ui.retrain.selected_run import clear_selection
from ui.shell.page import show_errors


def offer_to_delete(run: Run, kind: Literal["secondary", "tertiary"] = "tertiary") -> None:
    """Offer to delete a run, unless it is waiting or training."""
    if run.status().state not in ACTIVE_STATES and st.button(
        "Delete", key=f"delete-{run.id}", icon=":material/delete:", type=kind
    ):
        ask_to_delete(run)


@st.dialog("Delete this run?", icon=":material/delete:")
def ask_to_delete(run: Run) -> None:
    """Ask for confirmation, and delete a run."""
    when = time_ago(run.status().started)
    st.markdown(
        f"**{plain(run_title(run))}**{f', started {when},' if when else ''} will be deleted, with "
        "its curves and its log. This cannot be undone. A model saved from it stays."
    )
    with st.container(horizontal=True):
        confirmed = st.button("Delete the run", type="primary", icon=":material/delete:")
        if st.button("Cancel"):
            st.rerun()
    if confirmed:
        with show_errors():
            delete_run(run.id)
            if st.session_state.get(session_keys.SELECTED_RUN) == run.id:
                clear_selection()
            st.rerun()
