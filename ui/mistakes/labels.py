"""Labels that may be wrong: those that people dispute, or that the network suspects."""

import numpy as np
import streamlit as st

from mnist_core.analysis.label_issues import suspicious_labels
from ui.mistakes.closeup import show_tiles
from ui.mistakes.evaluations import Study
from ui.mistakes.scores import share
from ui.words import plain

COLUMNS = 8
MOST = 5 * COLUMNS
PAPER = "https://arxiv.org/abs/2103.14749"
METHOD = "https://arxiv.org/abs/1911.00068"


def show_labels(study: Study) -> None:
    """Show the labels of a set that may be wrong."""
    if study.disputed:
        show_disputed(study)
    else:
        show_suspicious(study)


def show_disputed(study: Study) -> None:
    """Show the labels that people dispute, and the accuracy with and without them."""
    st.markdown(
        f"[Northcutt, Athalye and Mueller]({PAPER}) showed the suspicious labels of MNIST's test "
        f"set to five people each. For {len(study.disputed)} pictures fewer than three of the five "
        "agreed with the label. Below: label → what was read. Open one to see the votes."
    )
    places = np.array(sorted(study.disputed))
    show_tiles(study, places, slice(None), COLUMNS, "disputed")
    whole = study.result.metrics()
    without = study.result.leaving_out(study.disputed).metrics()
    rows = [("as they are", whole), ("without the disputed ones", without)]
    lines = [
        f"| {what} | {metrics.n:,} | {share(metrics.accuracy)} | "
        f"{share(metrics.interval[0])} to {share(metrics.interval[1])} |"
        for what, metrics in rows
    ]
    header = ["| Labels | Digits | Read right | 95 % interval |", "|:--|--:|--:|--:|"]
    st.markdown("\n".join([*header, *lines]))


def show_suspicious(study: Study) -> None:
    """Show the labels that the network suspects, the most suspicious first."""
    places = suspicious_labels(study.result.probabilities, study.result.labels)
    name = plain(study.reader.name)
    if not len(places):
        st.markdown(f"{name} suspects none of these labels.")
    else:
        n = f"**{len(places):,}** of {len(study.digits):,} labels"
        st.markdown(
            f"{name} suspects {n}. Either the label is wrong, or the network is, and very sure of "
            "itself: look. Below: label → what was read, the most suspicious first."
        )
        show_tiles(study, places, slice(MOST), COLUMNS, "suspicious")
    st.caption(
        "A label is suspected where the network is surer of another digit than it is, on average, "
        f"of that digit's own pictures ([confident learning]({METHOD})). A network that misreads "
        "a kind of digit suspects right labels, too."
    )
