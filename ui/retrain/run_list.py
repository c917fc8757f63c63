"""The latest training runs, to open one of them."""

import streamlit as st

from mnist_core.recipes import RECIPES
from mnist_core.running.runs import Run, list_runs
from ui.retrain.recipe_form import OFFERED
from ui.retrain.recipe_settings import put_settings
from ui.retrain.run_choice import set_up_run, watch_run
from ui.retrain.run_deletion import offer_to_delete
from ui.retrain.run_words import STATES, best_epoch, counted, long_ago, run_title
from ui.retrain.training_data import TITLES

SHOWN = 8


def show_latest_runs(watched: Run | None) -> None:
    """List the latest runs but the one that is watched, a line each."""
    others = [run for run in list_runs() if watched is None or run.id != watched.id][:SHOWN]
    if not others:
        return
    st.subheader("Latest runs", anchor=False)
    with st.container(gap="xsmall"):
        for run in others:
            show_line(run)


def show_line(run: Run) -> None:
    """Show a run in a line, which is two on a phone; it can be opened and deleted."""
    icon, line = describe(run)
    with st.container(horizontal=True, wrap=False):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.button(
                run_title(run),
                key=f"open-{run.id}",
                type="tertiary",
                icon=icon,
                on_click=watch_run,
                args=[run.id],
            )
            st.caption(line, width="content")
        offer_to_delete(run)


def describe(run: Run) -> tuple[str, str]:
    """Return an icon and a few words that say how a run stands."""
    status, best = run.status(), best_epoch(run.history())
    icon, state = STATES[status.state]
    if status.state == "stopped" and not status.started:
        state = "left the queue"
    parts = [state, f"best {counted(best[1])}" if best else "", long_ago(status.started)]
    return icon, " · ".join(filter(None, parts))


def offer_another(run: Run) -> None:
    """Offer the form again: as it was left, or with the values of a run."""
    with st.container(horizontal=True):
        st.button("Train another", icon=":material/add:", on_click=set_up_run)
        if run.recipe.name in OFFERED:
            st.button(
                "Change its settings", icon=":material/tune:", on_click=set_up_like, args=[run]
            )
        offer_to_delete(run, "secondary")


def set_up_like(run: Run) -> None:
    """Go back to the form, filled with the values of a run."""
    put_settings(RECIPES[run.recipe.name], run.recipe)
    st.session_state.recipe = run.recipe.name
    if run.data in TITLES:
        st.session_state.train_on = run.data
    set_up_run()
