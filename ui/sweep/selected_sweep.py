"""The selected sweep: named in the URL, so that a reload finds it again."""

import streamlit as st

from mnist_core.errors import RunError
from mnist_core.sweeps.sweep import Sweep, list_sweeps, open_sweep

SELECTED = "selected_sweep"  # session key, str: id of the sweep that is shown; "" is the form


def selected_sweep() -> Sweep | None:
    """Return the selected sweep, or the one that is running; None if the form is shown.

    Raises:
        RunError: the sweep no longer exists.
    """
    wanted = st.query_params.get("sweep", st.session_state.get(SELECTED))
    if wanted == "":
        return None
    try:
        found = open_sweep(wanted) if wanted else running_sweep()
    except RunError:
        clear_selection()
        raise
    if found:
        select_sweep(found.id)
    return found


def running_sweep() -> Sweep | None:
    """Return the newest sweep that is running."""
    return next((sweep for sweep in list_sweeps() if sweep.is_alive()), None)


def select_sweep(sweep_id: str) -> None:
    """Select a sweep."""
    st.session_state[SELECTED] = sweep_id
    st.query_params["sweep"] = sweep_id


def clear_selection() -> None:
    """Select no sweep: the form is shown."""
    st.session_state[SELECTED] = ""
    st.query_params.pop("sweep", None)
