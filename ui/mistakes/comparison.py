"""Two models compared on digits that neither was trained on."""

from dataclasses import replace

import numpy as np
import streamlit as st

from mnist_core.errors import DataError
from mnist_core.evaluation.comparison import Comparison, compare
from mnist_core.evaluation.leakage import occurs_in
from mnist_core.models.registry import list_models
from ui.base.wording import counted
from ui.components.resources import load_named_reader
from ui.mistakes.comparison_wording import verdict
from ui.mistakes.detail import show_tiles
from ui.mistakes.evaluations import EvaluatedModel, evaluate_model, evaluate_with_progress

COLUMNS = 8
MAX_SHOWN = 5 * COLUMNS


def show_comparison(evaluated: EvaluatedModel) -> None:
    """Let the visitor choose a second model, and show which digits only one of the two misreads."""
    others = [name for name in list_models() if name != evaluated.reader.name]
    other = st.selectbox("Compare with", others, key="against", bind="query-params", width=300)
    if other is None:
        st.caption("There is no other model.")
        return
    first, second = on_common_digits(
        evaluated, evaluate_model(load_named_reader(other), evaluated.set)
    )
    comparison = compare(first.result.correct, second.result.correct)
    st.markdown("\n".join(table(comparison, evaluated.reader.name, other)))
    st.markdown(verdict(comparison, evaluated.reader.name, other))
    show_differences(comparison, first, second)


def on_common_digits(
    first: EvaluatedModel, second: EvaluatedModel
) -> tuple[EvaluatedModel, EvaluatedModel]:
    """Return both evaluations on the digits that they have in common.

    Raises:
        DataError: there are none.
    """
    if first.digits.fingerprint() == second.digits.fingerprint():
        return first, second
    common = np.flatnonzero(occurs_in(first.digits, second.digits))
    if not len(common):
        raise DataError(
            "Expected digits that neither model was trained on. Received: only digits that one of "
            "the two was trained on. Choose another set."
        )
    digits, positions = first.digits[common], first.positions[common]
    both = (
        replace(
            evaluated,
            digits=digits,
            positions=positions,
            disputed={},
            result=evaluate_with_progress(evaluated.reader, digits),
        )
        for evaluated in (first, second)
    )
    return next(both), next(both)


def table(comparison: Comparison, first: str, second: str) -> list[str]:
    """Return how often both, one or neither is right, as the lines of a Markdown table."""
    one, other = len(comparison.only_first_wrong), len(comparison.only_second_wrong)
    return [
        f"| Digits | {second} right | {second} wrong |",
        "|:--|--:|--:|",
        f"| **{first} right** | {comparison.both_right:,} | {other:,} |",
        f"| **{first} wrong** | {one:,} | {len(comparison.both_wrong):,} |",
    ]


def show_differences(comparison: Comparison, first: EvaluatedModel, second: EvaluatedModel) -> None:
    """Let the visitor look at the digits that only one of the two misreads, or both."""
    kinds = {
        f"Only {first.reader.name} wrong": (first, comparison.only_first_wrong),
        f"Only {second.reader.name} wrong": (second, comparison.only_second_wrong),
        "Both wrong": (first, comparison.both_wrong),
    }
    kind = st.segmented_control(
        "Pictures", kinds, default=next(iter(kinds)), required=True, key="difference"
    )
    shown, indices = kinds.get(kind, next(iter(kinds.values())))
    st.caption(
        f"{counted(len(indices), 'picture')}, as {shown.reader.name} read them"
        + (f". The first {MAX_SHOWN}:" if len(indices) > MAX_SHOWN else "")
    )
    show_tiles(shown, indices, slice(MAX_SHOWN), COLUMNS, "comparison")
