"""The result of a training run, however it ended, and what can be done next."""

import streamlit as st

from mnist_core.data.kaggle import uses_every_digit
from mnist_core.errors import DataError
from mnist_core.runs.run import Run
from mnist_core.runs.status import Status
from ui.base.wording import counted, plain
from ui.components.run_models import use_on_draw
from ui.retrain.model_saving import offer_model
from ui.retrain.outlier_lesson import show_lesson
from ui.retrain.result_summary import result_summary, show_scores, summary_of_every_digit
from ui.retrain.run_samples import show_samples
from ui.retrain.scheduler import continue_run, finish_run
from ui.shell.page import show_errors

ADVICE = "Change its settings and train again. If the machine was the cause, continue the run."
NOT_MEASURED = (
    "How good it is, nobody can tell: the network it started from may already have learned the "
    "test digits."
)


def show_end(run: Run, status: Status) -> None:
    """Show how a run ended, and offer what can be done next."""
    after = f"after {status.trained_epochs} of {counted(status.epochs, 'epoch')}"
    match status.state:
        case "finished":
            show_success(run)
        case "stopped" if not status.started:
            st.info("It left the queue before it started.", icon=":material/logout:")
            offer_to_resume(run, "Queue again")
        case "stopped":
            saved = " Its best weights are saved." if has_weights(run) else ""
            reason = f" {plain(status.error)}" if status.error else ""
            st.info(f"Stopped {after}.{reason}{saved}", icon=":material/stop_circle:")
            offer_to_resume(run)
        case "interrupted":
            saved = " The finished epochs are saved." if run.checkpoint.exists() else ""
            st.warning(
                f"Interrupted {after}. {plain(status.error)}{saved}", icon=":material/power_off:"
            )
            offer_to_resume(run)
        case _:
            st.error(f"Failed {after}. {plain(status.error)}", icon=":material/error:")
            st.caption(ADVICE)
            offer_to_resume(run)


def show_success(run: Run) -> None:
    """Show how good the network is, some of its readings, and what can be done with it."""
    card, model = run.card(), run.model
    if card is None:
        return
    every_digit = uses_every_digit(run.data)
    summary = summary_of_every_digit if every_digit else result_summary
    st.success(summary(card) if card.metrics else NOT_MEASURED, icon=":material/check_circle:")
    if model:
        offer_model(run, card)
    if card.metrics:
        with show_errors():
            show_scores(run, card)
    if model:
        with show_errors():
            if show_lesson(run, model):
                use_on_draw(run, card)
    if model and not every_digit:
        with show_errors():
            try:
                show_samples(model, run.data)
            except DataError:
                st.caption("Its test digits have been deleted, so none of them is shown here.")


def offer_to_resume(run: Run, label: str = "Continue") -> None:
    """Offer to continue an unfinished run, or to evaluate the weights it has."""
    with st.container(horizontal=True):
        resume = st.button(label, type="primary", icon=":material/play_arrow:")
        finish = has_weights(run) and st.button(
            "Stop here and evaluate",
            icon=":material/done_all:",
            help="Evaluates the best weights so far and makes a model of them.",
        )
    with show_errors():
        if resume or finish:
            (continue_run if resume else finish_run)(run.id)
            st.rerun()


def has_weights(run: Run) -> bool:
    """Return whether a run has weights that a model can be made of."""
    return run.best.exists() or run.checkpoint.exists()
