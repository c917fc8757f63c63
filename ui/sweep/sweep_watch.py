"""The view of a sweep: its progress, the combinations with the best first, and what matters."""

import streamlit as st

from mnist_core.runs.run import Run
from mnist_core.runs.status import why_it_ended
from mnist_core.sweeps.process import stop_sweep
from mnist_core.sweeps.sweep import Combination, Sweep
from ui.base.wording import counted, plain
from ui.components.datasets import data_title
from ui.components.recipe_fields import label_of
from ui.components.run_models import use_on_draw
from ui.components.run_wording import duration
from ui.shell.page import show_errors
from ui.sweep.parallel_chart import show_parallel
from ui.sweep.sweep_list import title_of
from ui.sweep.sweep_runner import is_active, resume_sweep
from ui.sweep.sweep_table import show_table

POLL_SECONDS = 2.0
GO_ON_HELP = "Train the networks that are left. The time starts again."
MATTERS_HELP = (
    "How much each setting decides whether a network is among the best quarter (PED-ANOVA). "
    "It is shown when the sweep has ended and at least eight choices of settings were trained."
)


def show_sweep(sweep: Sweep) -> None:
    """Show a sweep; while it is running, refreshed every two seconds."""
    st.header(title_of(sweep), anchor=False)
    most = f", {duration(60 * sweep.minutes)} at most" if sweep.minutes else ""
    st.caption(f"{counted(sweep.trials, 'network')} on {data_title(sweep.data)}{most}.")
    if is_active(sweep):
        watch(sweep)
    else:
        show_end(sweep)
        show_combinations(sweep, sweep.combinations())


@st.fragment(run_every=POLL_SECONDS)
def watch(sweep: Sweep) -> None:
    """Show a sweep that is running, with a button to stop it."""
    if not is_active(sweep):
        st.rerun()
    found = sweep.combinations()
    with st.container(horizontal=True, vertical_alignment="center"):
        done = len(sweep.ended())
        text = f"{done:,} of {counted(sweep.trials, 'network')} trained" if found else "Starting"
        st.progress(min(done / sweep.trials, 1.0), text)
        st.button("Stop", icon=":material/stop_circle:", on_click=stop_sweep, args=[sweep])
    show_combinations(sweep, found)


def show_end(sweep: Sweep) -> None:
    """Say how a sweep ended, and offer to go on, or to use the best on Draw."""
    found = sweep.combinations()
    if not found:
        show_why_nothing(sweep)
    best = best_run(found)
    with st.container(horizontal=True, vertical_alignment="center"):
        if best:
            use = st.button("Use the best on Draw", type="primary", icon=":material/ink_pen:")
            card = best.card()
            if use and card:
                with show_errors():
                    use_on_draw(best, card)
        left = sweep.trials - len(sweep.ended())
        if left and st.button("Go on", icon=":material/play_arrow:", help=GO_ON_HELP):
            with show_errors():
                resume_sweep(sweep)
                st.rerun()
    if left:
        st.caption(f"It ended early: {counted(left, 'network')} of {sweep.trials:,} left to train.")


def show_why_nothing(sweep: Sweep) -> None:
    """Say why a sweep ended before its first network."""
    if sweep.stop_mark.exists():
        reason = sweep.stop_mark.read_text(encoding="utf-8") or "It was stopped."
        st.info(f"{reason} No network was trained.", icon=":material/stop_circle:")
        return
    reason = why_it_ended(sweep.output) if sweep.output.exists() else "No network was trained."
    st.error(plain(reason), icon=":material/error:")


def best_run(combinations: list[Combination]) -> Run | None:
    """Return the best run that has made a model, in the best combination that has one."""
    for one in combinations:
        for trial in sorted(one.trials, key=lambda trial: trial.score, reverse=True):
            if trial.run.model:
                return trial.run
    return None


def show_combinations(sweep: Sweep, combinations: list[Combination]) -> None:
    """Show the combinations in a table and a chart, and which setting matters."""
    if not combinations:
        st.caption("The first network is ready in about half a minute.")
        return
    show_table(sweep, combinations)
    show_parallel(sweep, combinations)
    if shares := sweep.importance():
        listed = ", ".join(f"{label_of(name)} {share:.0%}" for name, share in shares.items())
        st.markdown(f"**What matters most:** {plain(listed)}", help=MATTERS_HELP)
