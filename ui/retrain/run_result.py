"""What came of a training run, however it ended, and the ways on from there."""

import streamlit as st

from mnist_core.running.runs import Run
from mnist_core.running.status import Status
from ui.models.model_keeping import offer_model
from ui.retrain.jobs import continue_run, finish_run
from ui.retrain.run_samples import show_samples
from ui.retrain.run_scores import praise, show_scores
from ui.shell import problems_told
from ui.words import plain

ADVICE = "Change its settings and train another; or, if the machine was at fault, let it continue."


def show_end(run: Run, status: Status) -> None:
    """Say how a run ended, and offer what can be done now."""
    after = f"after {status.trained_epochs} of {status.epochs} epochs"
    match status.state:
        case "finished":
            show_success(run)
        case "stopped" if not status.started:
            st.info("It left the queue before its turn.", icon=":material/logout:")
            offer_to_go_on(run, "Train it after all")
        case "stopped":
            kept = " Its best weights are kept." if has_weights(run) else ""
            why = f" {plain(status.error)}" if status.error else ""
            st.info(f"Stopped {after}.{why}{kept}", icon=":material/stop_circle:")
            offer_to_go_on(run)
        case "interrupted":
            st.warning(
                f"Interrupted {after}. {plain(status.error)} What it learned in whole epochs is "
                "kept.",
                icon=":material/power_off:",
            )
            offer_to_go_on(run)
        case _:
            st.error(f"It failed {after}. {plain(status.error)}", icon=":material/error:")
            st.caption(ADVICE)
            offer_to_go_on(run)


def show_success(run: Run) -> None:
    """Show how good the network has become, what it reads, and what to do with it."""
    card, model = run.card(), run.model
    if card is None:
        return
    st.success(praise(card), icon=":material/check_circle:")
    if model:
        offer_model(run, card)
    with problems_told():
        show_scores(run, card)
    if model:
        with problems_told():
            show_samples(model, run.data)


def offer_to_go_on(run: Run, label: str = "Continue") -> None:
    """Offer what can be done with a run that has not come to its end."""
    with st.container(horizontal=True):
        go_on = st.button(label, type="primary", icon=":material/play_arrow:")
        finish = has_weights(run) and st.button(
            "Evaluate what it has",
            icon=":material/done_all:",
            help="Measures the best weights so far and makes a model of them.",
        )
    with problems_told():
        if go_on or finish:
            (continue_run if go_on else finish_run)(run.id)
            st.rerun()


def has_weights(run: Run) -> bool:
    """Tell whether a run has learned anything that could be made a model of."""
    return run.best.exists() or run.checkpoint.exists()
