"""A training run as one watches it: how far it is, how it learns, and a way to stop it."""

import streamlit as st

from mnist_core.running.runs import Row, Run
from mnist_core.running.status import Status
from ui.retrain.jobs import leave_queue, place_in_queue, stop_run
from ui.retrain.run_choice import BUSY
from ui.retrain.run_curves import show_run_curves
from ui.retrain.run_result import show_end
from ui.retrain.run_words import (
    best_epoch,
    counted,
    describe_run,
    progress_line,
    run_title,
    share_done,
)
from ui.shell import problems_told
from ui.visitor import note_visit

LOOK_EVERY = 1.0  # seconds
LINES = 6
ENOUGH = 0.1  # of an epoch, before its figures mean something
LOG_HEIGHT = 168


def show_run(run: Run) -> None:
    """Show how a run stands; while it goes on, anew every second."""
    note_visit(run.folder)
    st.subheader(run_title(run), anchor=False)
    st.caption(describe_run(run))
    if run.status().state in BUSY:
        watch(run)
        return
    with problems_told():
        show_end(run, run.status())
    if run.status().started:
        show_learning(run, run.status())


@st.fragment(run_every=LOOK_EVERY)
def watch(run: Run) -> None:
    """Show a run that goes on, and a way to stop it."""
    status = run.status()
    if status.state not in BUSY:
        st.rerun()
    with problems_told():
        if status.state == "queued":
            show_queue(run)
        else:
            show_progress(run, status)
    show_learning(run, status)


def show_queue(run: Run) -> None:
    """Show a run's place in the queue, and a way out of it."""
    place = place_in_queue(run.id) or 1
    turn = "It is next." if place == 1 else f"It is number {place} in the queue."
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(0.0, f"Waiting: one network trains at a time. {turn}")
        st.button("Leave the queue", icon=":material/logout:", on_click=leave_queue, args=[run.id])


def show_progress(run: Run, status: Status) -> None:
    """Show how far a run has come, and a way to stop it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(share_done(status), progress_line(status))
        st.button("Stop", icon=":material/stop_circle:", on_click=stop_run, args=[run.id])


def show_learning(run: Run, status: Status) -> None:
    """Show how a run learns, in places of fixed height."""
    history = run.history()
    best = best_epoch(history)
    goes_on = status.state in BUSY
    epochs = run.recipe.epochs if goes_on else max(status.trained_epochs, 1)
    show_run_curves(with_current(history, status), epochs)
    so_far = " so far" if goes_on else ""
    kind = "of the digits held out" if run.recipe.validation_share else "of the digits learned from"
    st.caption(
        f"Best{so_far}: {counted(best[1])} {kind}, after epoch {best[0]}."
        if best
        else "The lines begin after the first epoch."
    )
    show_log(run, height=LOG_HEIGHT if goes_on else None)


def show_log(run: Run, height: int | None) -> None:
    """Show the last lines of a run's log: in a place of this height, or folded away."""
    lines = "\n".join(run.log_lines(LINES)) or " "
    with st.container() if height else st.expander("The last lines of its log"):
        st.code(lines, language=None, wrap_lines=True, height=height or "content")


def with_current(history: list[Row], status: Status) -> list[Row]:
    """Return the history, and behind it a point for the part of an epoch that is done."""
    share = status.batch / max(status.batches, 1)
    if status.phase != "training" or status.epoch <= status.trained_epochs or share < ENOUGH:
        return history
    unknown = dict.fromkeys(("val_loss", "val_accuracy", "seconds"), float("nan"))
    epoch = status.epoch - 1 + share
    return [*history, {"epoch": epoch, "loss": status.loss, "accuracy": status.accuracy, **unknown}]
