"""Which training run a visitor looks at: kept in the address, so that a reload finds it again."""

from collections.abc import Callable

import streamlit as st

from mnist_core.errors import RunError
from mnist_core.running.runs import Run, open_run
from ui.retrain.jobs import current_run

BUSY = ("queued", "running")
SETTING_UP = ""  # in the place of a run: the visitor is setting one up


def watched_run(shown: Callable[[Run], bool] = lambda run: True) -> Run | None:
    """Return the run that this visitor looks at; None when they are setting one up.

    That is the one in the address, else the one they looked at before they went to another page,
    else the one that is going on.

    Args:
        shown: whether a page shows this run; to it, others are not there.

    Raises:
        RunError: there is no such run any more.
    """
    wanted = st.query_params.get("run", st.session_state.get("watched"))
    if wanted == SETTING_UP:
        return None
    try:
        run = open_run(wanted) if wanted else current_run()
    except RunError:
        set_up_run()
        raise
    if run is None or not shown(run):
        return None
    watch_run(run.id)
    return run


def watch_run(run_id: str) -> None:
    """Look at a run from now on."""
    st.session_state.watched = run_id
    st.query_params["run"] = run_id


def set_up_run() -> None:
    """Look at no run, but at the form."""
    st.session_state.watched = SETTING_UP
    st.query_params.pop("run", None)
