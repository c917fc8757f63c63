"""Labels that may be wrong: those that people dispute, or those that the network suspects."""

import numpy as np
import streamlit as st

from mnist_core.evaluation.labels import suspicious_labels
from ui.base.wording import plain
from ui.mistakes.detail import show_tiles
from ui.mistakes.evaluations import EvaluatedModel
from ui.mistakes.scores import as_percent

COLUMNS = 8
MAX_SHOWN = 5 * COLUMNS
PAPER = "https://arxiv.org/abs/2103.14749"
METHOD = "https://arxiv.org/abs/1911.00068"


def show_labels(evaluated: EvaluatedModel) -> None:
    """Show the labels of a test set that may be wrong."""
    if evaluated.disputed:
        show_disputed(evaluated)
    else:
        show_suspicious(evaluated)


def show_disputed(evaluated: EvaluatedModel) -> None:
    """Show the labels that people dispute, and the accuracy with and without them."""
    st.markdown(
        f"[Northcutt, Athalye and Mueller]({PAPER}) showed each suspicious label of MNIST's "
        f"test set to five people. For {len(evaluated.disputed)} pictures, fewer than three of the "
        "five agreed with the label. Open a picture to see the votes."
    )
    indices = np.array(sorted(evaluated.disputed))
    show_tiles(evaluated, indices, slice(None), COLUMNS, "disputed")
    all_labels = evaluated.result.metrics()
    without = evaluated.result.excluding(evaluated.disputed).metrics()
    rows = [("all", all_labels), ("undisputed", without)]
    lines = [
        f"| {what} | {metrics.n:,} | {as_percent(metrics.accuracy)} | "
        f"{as_percent(metrics.interval[0])} to {as_percent(metrics.interval[1])} |"
        for what, metrics in rows
    ]
    header = ["| Labels | Digits | Accuracy | 95 % interval |", "|:--|--:|--:|--:|"]
    st.markdown("\n".join([*header, *lines]))


def show_suspicious(evaluated: EvaluatedModel) -> None:
    """Show the labels that the network suspects, the most suspicious first."""
    indices = suspicious_labels(evaluated.result.probabilities, evaluated.result.labels)
    name = plain(evaluated.reader.name)
    if not len(indices):
        st.markdown(f"{name} suspects none of these labels.")
    else:
        n = f"**{len(indices):,}** of {len(evaluated.digits):,} labels"
        st.markdown(
            f"{name} suspects {n}. In each case either the label is wrong, or the network is, "
            "with great confidence: look for yourself. The most suspicious come first."
        )
        show_tiles(evaluated, indices, slice(MAX_SHOWN), COLUMNS, "suspicious")
    st.caption(
        "A label is suspected if the network is as sure of another digit as it usually is for real "
        f"pictures of that digit ([confident learning]({METHOD})). A network that often misreads a "
        "digit suspects correct labels, too."
    )
