"""The view of a training run: its progress, its curves, and a button to stop it."""

import streamlit as st

from mnist_core.data.kaggle import uses_every_digit
from mnist_core.runs.history import Row
from mnist_core.runs.learning_wall import read_wall
from mnist_core.runs.run import Run
from mnist_core.runs.status import ACTIVE_STATES, Status
from ui.access.visitor import note_visit
from ui.components.run_wording import (
    best_epoch,
    describe_run,
    format_share,
    progress_line,
    run_title,
    share_done,
)
from ui.retrain.learning_wall import show_wall
from ui.retrain.run_curves import show_run_curves
from ui.retrain.run_result import show_end
from ui.retrain.scheduler import leave_queue, position_in_queue, stop_run
from ui.shell.page import show_errors

POLL_SECONDS = 1.0  # seconds
LOG_LINES = 6
MIN_SHARE = 0.1  # of an epoch that must be done before its figures mean something
LOG_HEIGHT = 168
SHARES = (5, 6)  # of the width, for the wall and for the curves
WATCHED = ("keras", "scratch")  # trainers that keep a wall


def show_run(run: Run) -> None:
    """Show a run; while it is active, refreshed every second."""
    note_visit(run.folder)
    st.header(run_title(run), anchor=False)
    st.caption(describe_run(run))
    if run.status().state in ACTIVE_STATES:
        watch(run)
        return
    with show_errors():
        show_end(run, run.status())
    if run.status().started:
        show_training(run, run.status())


@st.fragment(run_every=POLL_SECONDS)
def watch(run: Run) -> None:
    """Show an active run, with a button to stop it."""
    status = run.status()
    if status.state not in ACTIVE_STATES:
        st.rerun()
    with show_errors():
        if status.state == "queued":
            show_queue(run)
        else:
            show_progress(run, status)
    show_training(run, status)


def show_queue(run: Run) -> None:
    """Show a run's position in the queue, with a button to leave it."""
    position = position_in_queue(run.id) or 1
    turn = "It is next." if position == 1 else f"It is number {position} in the queue."
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(0.0, f"Waiting: one network trains at a time. {turn}")
        st.button("Leave the queue", icon=":material/logout:", on_click=leave_queue, args=[run.id])


def show_progress(run: Run, status: Status) -> None:
    """Show a run's progress, with a button to stop it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(share_done(status), progress_line(status))
        st.button("Stop", icon=":material/stop_circle:", on_click=stop_run, args=[run.id])


def show_training(run: Run, status: Status) -> None:
    """Show a run's wall, its curves, its best epoch and its log: nothing moves as they change."""
    active = status.state in ACTIVE_STATES
    wall = read_wall(run.wall_file)
    will_come = run.recipe.trainer in WATCHED and not uses_every_digit(run.data)
    if wall or (active and will_come):
        left, right = st.columns(SHARES, gap="medium")
        with left:
            show_wall(wall, key=run.id, active=active)
        with right:
            show_progress_in_figures(run, status, stacked=True)
    else:
        show_progress_in_figures(run, status)
    show_log(run, height=LOG_HEIGHT if active else None)


def show_progress_in_figures(run: Run, status: Status, *, stacked: bool = False) -> None:
    """Show a run's curves and its best epoch; the two charts side by side, or stacked."""
    history = run.history()
    best = best_epoch(history)
    active = status.state in ACTIVE_STATES
    epochs = run.recipe.epochs if active else max(status.trained_epochs, 1)
    show_run_curves(with_current(history, status), epochs, stacked=stacked)
    st.caption(
        best_in_words(run, status, *best) if best else "The curves start after the first epoch."
    )


def best_in_words(run: Run, status: Status, epoch: int, share: float) -> str:
    """Return which epoch was the best, and what a finished run's model is, if not of that one."""
    so_far = " so far" if status.state in ACTIVE_STATES else ""
    kind = "validation" if run.recipe.validation_share else "training"
    said = f"Best{so_far}: {format_share(share)} {kind} accuracy, after epoch {epoch}."
    is_of_last = status.state == "finished" and status.trained_epochs >= run.recipe.epochs
    if is_of_last and run.recipe.averaging:
        said += " The model has the average of its last weights."
    elif is_of_last and epoch < status.trained_epochs:
        said += " The model is that of the last epoch."
    return said


def show_log(run: Run, height: int | None) -> None:
    """Show the last lines of a run's log: in a container of this height, or collapsed."""
    lines = "\n".join(run.log_lines(LOG_LINES)) or " "
    with st.container() if height else st.expander("Last lines of the log"):
        st.code(lines, language=None, wrap_lines=True, height=height or "content")


def with_current(history: list[Row], status: Status) -> list[Row]:
    """Return the history, and after it a row for the current epoch once enough of it is done."""
    share = status.batch / max(status.batches, 1)
    if status.phase != "training" or status.epoch <= status.trained_epochs or share < MIN_SHARE:
        return history
    unknown = dict.fromkeys(("val_loss", "val_accuracy", "seconds"), float("nan"))
    epoch = status.epoch - 1 + share
    return [*history, {"epoch": epoch, "loss": status.loss, "accuracy": status.accuracy, **unknown}]
