"""How good a model is, in figures: the head line, and each digit on its own."""

import streamlit as st

from mnist_core.analysis.evaluation import Evaluation
from ui.mistakes.evaluations import Study
from ui.words import plain


def show_headline(study: Study) -> None:
    """Show accuracy with its interval, the number wrong, loss and macro F1."""
    metrics = study.result.metrics()
    wrong = int((~study.result.right).sum())
    tiles = st.grid(4, min_column_width=150)
    tiles.metric("Read right", share(metrics.accuracy), border=True)
    tiles.metric(f"Wrong, of {metrics.n:,}", f"{wrong:,}", border=True)
    tiles.metric(
        "Loss",
        f"{metrics.loss:.4f}",
        border=True,
        help="Mean cross-entropy, in nats: what the model lacked in certainty of the labels. 0 is "
        "best; guessing has 2.3.",
    )
    tiles.metric(
        "Macro F1",
        share(study.result.macro_f1()),
        border=True,
        help="The mean of all digits' F1, so that a rare digit counts as much as a frequent one.",
    )
    st.markdown(" ".join(sentences(study)))
    if study.remark:
        st.info(plain(study.remark), icon=":material/info:")


def sentences(study: Study) -> list[str]:
    """Return what the accuracy is worth, in words."""
    low, high = study.result.metrics().interval
    said = [
        "A sample never tells exactly: of all digits of this kind it would read "
        f"**{share(low)} to {share(high)}** right (95 % interval)."
    ]
    if study.disputed:
        without = study.result.leaving_out(study.disputed).metrics()
        said.append(
            f"{len(study.disputed)} of the labels are themselves disputed; without these, "
            f"**{share(without.accuracy)}** are read right."
        )
    return said


def show_each_digit(result: Evaluation) -> None:
    """Show precision, recall and F1 of each digit."""
    lines = [
        f"| **{row['digit']}** | {row['n']:,} | {row['precision'] * 100:.2f} | "
        f"{row['recall'] * 100:.2f} | {row['f1'] * 100:.2f} |"
        for row in result.per_class()
    ]
    header = ["| Digit | Count | Precision % | Recall % | F1 % |", "|:-:|--:|--:|--:|--:|"]
    st.markdown("\n".join([*header, *lines]))
    st.caption(
        "**Precision**: of all that were read as this digit, how many were it. **Recall**: of all "
        "that were this digit, how many were read as it. **F1**: their harmonic mean."
    )


def share(value: float) -> str:
    """Return a share in per cent, as it was counted."""
    return f"{value * 100:.2f} %"
