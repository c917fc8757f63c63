"""The list of the latest training runs."""

import streamlit as st

from mnist_core.recipes.catalog import RECIPES
from mnist_core.runs.run import Run
from mnist_core.runs.store import list_runs
from ui.base import session_keys
from ui.components.datasets import TRAINING_SETS
from ui.components.recipe_settings import fill_form
from ui.components.run_wording import STATES, best_epoch, format_share, run_title, time_ago
from ui.retrain.recipe_form import OFFERED
from ui.retrain.run_deletion import offer_to_delete
from ui.retrain.selected_run import clear_selection, select_run

SHOWN = 8


def show_latest_runs(selected: Run | None) -> None:
    """List the latest runs except the selected one, a line each."""
    others = [run for run in list_runs() if selected is None or run.id != selected.id][:SHOWN]
    if not others:
        return
    st.header("Latest runs", anchor=False)
    with st.container(gap="xsmall"):
        for run in others:
            show_run_line(run)


def show_run_line(run: Run) -> None:
    """Show a run in one line (two on a phone), with buttons to open and to delete it."""
    icon, line = summary(run)
    with st.container(horizontal=True, wrap=False):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.button(
                run_title(run),
                key=f"open-{run.id}",
                type="tertiary",
                icon=icon,
                on_click=select_run,
                args=[run.id],
            )
            st.caption(line, width="content")
        offer_to_delete(run)


def summary(run: Run) -> tuple[str, str]:
    """Return an icon and a few words for a run's state."""
    status, best = run.status(), best_epoch(run.history())
    icon, state = STATES[status.state]
    if status.state == "stopped" and not status.started:
        state = "not started"
    parts = [state, f"best {format_share(best[1])}" if best else "", time_ago(status.started)]
    return icon, " · ".join(filter(None, parts))


def offer_another(run: Run) -> None:
    """Offer to go back to the form: as it was left, or with the settings of a run."""
    with st.container(horizontal=True):
        st.button("Train another", icon=":material/add:", on_click=clear_selection)
        if run.recipe.name in OFFERED:
            st.button(
                "Change its settings", icon=":material/tune:", on_click=fill_form_from, args=[run]
            )
        offer_to_delete(run, "secondary")


def fill_form_from(run: Run) -> None:
    """Go back to the form, filled with the settings of a run."""
    fill_form(RECIPES[run.recipe.name], run.recipe)
    st.session_state[session_keys.RECIPE] = run.recipe.name
    if run.data in TRAINING_SETS:
        st.session_state[session_keys.TRAIN_ON] = run.data
    clear_selection()
