"""The tabs below the confusion matrix: calibration, labels, comparison and downloads."""

from collections.abc import Callable

import streamlit as st

from ui.mistakes.calibration import show_calibration
from ui.mistakes.comparison import show_comparison
from ui.mistakes.downloads import offer_files
from ui.mistakes.evaluations import EvaluatedModel
from ui.mistakes.labels import show_labels
from ui.shell.page import show_errors

VIEWS: dict[str, Callable[[EvaluatedModel], None]] = {
    "Calibration": show_calibration,
    "Disputed labels": show_labels,
    "Compare models": show_comparison,
    "Download": offer_files,
}
RENAMED = {  # titles in links from before version 0.2
    "Is its confidence true?": "Calibration",
    "Two models": "Compare models",
    "Take it away": "Download",
}


@st.fragment
def show_views(evaluated: EvaluatedModel) -> None:
    """Show the tabs; only the open one is computed."""
    follow_old_link()
    st.space("small")
    tabs = st.tabs(list(VIEWS), key="view", on_change="rerun", bind="query-params")
    for tab, show in zip(tabs, VIEWS.values(), strict=True):
        if tab.open:
            with tab, show_errors():
                show(evaluated)


def follow_old_link() -> None:
    """Open the right tab if the URL names it by a former title."""
    title = st.query_params.get("view")
    if title in RENAMED:
        st.session_state.view = RENAMED[title]
