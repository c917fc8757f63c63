"""The curves of the networks that were chosen, in charts, in words, and as files."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from mnist_core.errors import RunError
from ui.chart_files import offer_chart
from ui.curves.curve_charts import HEIGHT, accuracy_chart, loss_chart, picture
from ui.curves.curve_points import curve_points, describe
from ui.curves.gaps import gap_in_words
from ui.curves.histories import History, refresh, write_table
from ui.words import plain

LOOK_EVERY = 1.0  # seconds
KEY = (
    "Solid: the digits it learned from. Dashed: digits held out while it learned. A ring marks "
    "the best epoch, where the loss on the digits held out was lowest."
)
ENDS = "A line ends where nothing is read wrong any more: a logarithmic scale has no 0."
LEGEND = 44  # pixels above the chart, for two lines of names


def show_curves(histories: Sequence[History]) -> None:
    """Show how networks learned; while one of them still does, anew every second."""
    going_on = any(history.is_going_on for history in histories)
    st.fragment(draw_curves, run_every=LOOK_EVERY if going_on else None)(histories)


def draw_curves(histories: Sequence[History]) -> None:
    """Show how networks learned, as far as they have come."""
    now = look_again(histories)
    logarithmic = st.toggle(
        "Logarithmic scale",
        key="log",
        bind="query-params",
        help="Shows small differences between good networks: from 2 % wrong to 1 % is as far as "
        "from 20 % to 10 %.",
    )
    points = curve_points(now)
    if not points:
        st.caption("The curves begin when the first epoch is over.")
        return
    st.caption(f"{KEY} {ENDS}" if logarithmic and any(p["wrong"] <= 0 for p in points) else KEY)
    for chart in (accuracy_chart, loss_chart):
        spec = chart(now, logarithmic=logarithmic)
        st.vega_lite_chart(points, spec, height=HEIGHT + LEGEND, alt=describe(now))
    show_gaps(now)
    offer_files(now, logarithmic=logarithmic)


def look_again(histories: Sequence[History]) -> list[History]:
    """Return the histories as they are now; where one has ended, the whole page starts anew."""
    try:
        now = [refresh(history) for history in histories]
    except RunError:  # somebody has deleted it
        st.rerun()
    if any(a.is_going_on and not b.is_going_on for a, b in zip(histories, now, strict=True)):
        st.rerun()
    return now


def show_gaps(histories: Sequence[History]) -> None:
    """Say of each network whether it learns by heart."""
    lines = [f"- **{plain(history.title)}**: {gap_in_words(history)}" for history in histories]
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
        spec = picture(histories, logarithmic=logarithmic)
        offer_chart(spec, "training-curves.png", "Picture (PNG)")
