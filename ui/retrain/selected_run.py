"""The selected training run: named in the URL, so that a reload finds it again."""

from collections.abc import Callable

import streamlit as st

from mnist_core.errors import RunError
from mnist_core.runs.run import Run
from mnist_core.runs.store import open_run
from ui.base import session_keys
from ui.retrain.scheduler import active_run

NO_RUN = ""  # instead of a run's id: the form is shown


def selected_run(shown: Callable[[Run], bool] = lambda run: True) -> Run | None:
    """Return the selected run; None if the form is shown.

    That is the run in the URL, else the one selected before the visitor opened another page, else
    their active one.

    Args:
        shown: whether the page shows a given run; others are ignored.

    Raises:
        RunError: the run no longer exists.
    """
    wanted = st.query_params.get("run", st.session_state.get(session_keys.SELECTED_RUN))
    if wanted == NO_RUN:
        return None
    try:
        run = open_run(wanted) if wanted else active_run()
    except RunError:
        clear_selection()
        raise
    if run is None or not shown(run):
        return None
    select_run(run.id)
    return run


def select_run(run_id: str) -> None:
    """Select a run."""
    st.session_state[session_keys.SELECTED_RUN] = run_id
    st.query_params["run"] = run_id


def clear_selection() -> None:
    """Select no run: the form is shown."""
    st.session_state[session_keys.SELECTED_RUN] = NO_RUN
    st.query_params.pop("run", None)
