"""What else there is to know of a model's mistakes, each behind a tab."""

from collections.abc import Callable

import streamlit as st

from ui.mistakes.evaluations import Study
from ui.mistakes.labels import show_labels
from ui.mistakes.takeaway import offer_files
from ui.mistakes.trust import show_trust
from ui.mistakes.versus import show_versus
from ui.shell import problems_told

VIEWS: dict[str, Callable[[Study], None]] = {
    "Is its confidence true?": show_trust,
    "Disputed labels": show_labels,
    "Two models": show_versus,
    "Take it away": offer_files,
}


@st.fragment
def show_views(study: Study) -> None:
    """Show the tabs; what is behind one is made when it is opened."""
    st.space("small")
    tabs = st.tabs(list(VIEWS), key="view", on_change="rerun", bind="query-params")
    for tab, show in zip(tabs, VIEWS.values(), strict=True):
        if tab.open:
            with tab, problems_told():
                show(study)
