"""The training curves of the chosen networks: as charts, in words and as files."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from mnist_core.errors import RunError
from ui.base.wording import plain
from ui.components.chart_files import offer_chart
from ui.curves.curve_charts import HEIGHT, accuracy_chart, both_charts, loss_chart
from ui.curves.curve_points import curve_points, describe
from ui.curves.histories import History, refresh, write_table
from ui.curves.overfitting import overfitting_summary

POLL_SECONDS = 1.0
HOW_TO_READ = (
    "Solid: training set. Dashed: validation set. A ring marks the best epoch, the one with the "
    "lowest validation loss."
)
NO_ZERO = "A line ends where the error rate reaches 0, which a logarithmic scale cannot show."
LEGEND_HEIGHT = 44  # pixels above the chart, room for two lines of names


def show_curves(histories: Sequence[History]) -> None:
    """Show the curves, and update them every second while a network is training."""
    going_on = any(history.is_going_on for history in histories)
    st.fragment(draw_curves, run_every=POLL_SECONDS if going_on else None)(histories)


def draw_curves(histories: Sequence[History]) -> None:
    """Show the curves as they are now."""
    now = refresh_all(histories)
    logarithmic = st.toggle(
        "Logarithmic scale",
        key="log",
        bind="query-params",
        help="Makes small differences between good networks visible: the step from 2 % to 1 % "
        "errors is as large as the one from 20 % to 10 %.",
    )
    points = curve_points(now)
    if not points:
        st.caption("The curves start after the first epoch.")
        return
    line_ends = logarithmic and any(point["wrong"] <= 0 for point in points)
    st.caption(f"{HOW_TO_READ} {NO_ZERO}" if line_ends else HOW_TO_READ)
    for chart in (accuracy_chart, loss_chart):
        spec = chart(now, logarithmic=logarithmic)
        st.vega_lite_chart(points, spec, height=HEIGHT + LEGEND_HEIGHT, alt=describe(now))
    show_overfitting(now)
    offer_files(now, logarithmic=logarithmic)


def refresh_all(histories: Sequence[History]) -> list[History]:
    """Return the histories as they are now; if a training has ended, rerun the whole page."""
    try:
        now = [refresh(history) for history in histories]
    except RunError:  # somebody has deleted it
        st.rerun()
    if any(a.is_going_on and not b.is_going_on for a, b in zip(histories, now, strict=True)):
        st.rerun()
    return now


def show_overfitting(histories: Sequence[History]) -> None:
    """Say of each network whether it overfits."""
    lines = [
        f"- **{plain(history.title)}**: {overfitting_summary(history)}" for history in histories
    ]
    st.markdown("\n".join(lines))


def offer_files(histories: Sequence[History], *, logarithmic: bool) -> None:
    """Offer the curves as a table and as a picture."""
    with st.container(horizontal=True):
        st.download_button(
            "Figures (CSV)",
            partial(write_table, histories),
            "training-curves.csv",
            "text/csv",
            icon=":material/table:",
            on_click="ignore",
        )
        spec = both_charts(histories, logarithmic=logarithmic)
        offer_chart(spec, "training-curves.png", "Picture (PNG)")
