"""Deleting a training run of one's own, once one is sure."""

from typing import Literal

import streamlit as st

from mnist_core.running.runs import Run, delete_run
from ui.retrain.run_choice import BUSY, set_up_run
from ui.retrain.run_words import long_ago, run_title
from ui.shell import problems_told
from ui.words import plain


def offer_to_delete(run: Run, kind: Literal["secondary", "tertiary"] = "tertiary") -> None:
    """Offer to delete a run, unless it goes on."""
    if run.status().state not in BUSY and st.button(
        "Delete", key=f"delete-{run.id}", icon=":material/delete:", type=kind
    ):
        ask_to_delete(run)


@st.dialog("Delete it for good?", icon=":material/delete:")
def ask_to_delete(run: Run) -> None:
    """Ask once more before a run is gone."""
    when = long_ago(run.status().started)
    st.markdown(
        f"**{plain(run_title(run))}**{f', begun {when},' if when else ''} will be gone, with its "
        "curves and its log, and cannot be brought back. A model of it that was kept under a name "
        "stays."
    )
    with st.container(horizontal=True):
        sure = st.button("Delete the run", type="primary", icon=":material/delete:")
        if st.button("Keep it"):
            st.rerun()
    if sure:
        with problems_told():
            delete_run(run.id)
            if st.session_state.get("watched") == run.id:
                set_up_run()
            st.rerun()
