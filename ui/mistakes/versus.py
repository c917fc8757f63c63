"""Two models against each other, on digits that neither has learned from."""

from dataclasses import replace

import streamlit as st

from mnist_core.analysis.comparison import Comparison, compare
from mnist_core.analysis.unseen import shared
from mnist_core.errors import DataError
from mnist_core.registry import list_models
from ui.mistakes.closeup import show_tiles
from ui.mistakes.evaluations import Study, evaluate_with_progress, study_of
from ui.mistakes.versus_words import verdict
from ui.resources import load_named_reader

COLUMNS = 8
MOST = 5 * COLUMNS


def show_versus(study: Study) -> None:
    """Let the visitor choose another model, and show what only one of the two misreads."""
    others = [name for name in list_models() if name != study.reader.name]
    other = st.selectbox("Against", others, key="against", bind="query-params", width=300)
    if other is None:
        st.caption("There is no other model.")
        return
    first, second = on_same_digits(study, study_of(load_named_reader(other), study.set))
    comparison = compare(first.result.right, second.result.right)
    st.markdown("\n".join(table(comparison, study.reader.name, other)))
    st.markdown(verdict(comparison, study.reader.name, other))
    show_differences(comparison, first, second)


def on_same_digits(first: Study, second: Study) -> tuple[Study, Study]:
    """Return both studies on the digits that they have in common.

    Raises:
        DataError: there is none.
    """
    if first.digits.fingerprint() == second.digits.fingerprint():
        return first, second
    digits = shared(first.digits, second.digits)
    if not len(digits):
        raise DataError(
            "Expected digits that neither model has learned from. Received: each of these digits "
            "is known to one of the two. Choose another set."
        )
    both = (
        replace(
            study, digits=digits, disputed={}, result=evaluate_with_progress(study.reader, digits)
        )
        for study in (first, second)
    )
    return next(both), next(both)


def table(comparison: Comparison, first: str, second: str) -> list[str]:
    """Return how often each, both or neither is right, line by line."""
    return [
        f"| | {second} right | {second} wrong |",
        "|:--|--:|--:|",
        f"| **{first} right** | {comparison.neither:,} | {len(comparison.only_second):,} |",
        f"| **{first} wrong** | {len(comparison.only_first):,} | {len(comparison.both):,} |",
    ]


def show_differences(comparison: Comparison, first: Study, second: Study) -> None:
    """Let the visitor look at what only one of the two misreads, or both."""
    kinds = {
        f"Only {first.reader.name} wrong": (first, comparison.only_first),
        f"Only {second.reader.name} wrong": (second, comparison.only_second),
        "Both wrong": (first, comparison.both),
    }
    kind = st.segmented_control(
        "Pictures", kinds, default=next(iter(kinds)), required=True, key="difference"
    )
    shown, places = kinds.get(kind, next(iter(kinds.values())))
    st.caption(
        f"{len(places):,} pictures: label → what {shown.reader.name} read"
        + (f". The first {MOST}:" if len(places) > MOST else "")
    )
    show_tiles(shown, places, slice(MOST), COLUMNS, "versus")
