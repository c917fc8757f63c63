"""How accurate a model is: the headline figures, and the figures of each digit."""

from math import isfinite

import streamlit as st

from mnist_core.evaluation.evaluation import Evaluation
from ui.base.wording import plain
from ui.mistakes.evaluations import EvaluatedModel


def show_headline(evaluated: EvaluatedModel) -> None:
    """Show accuracy with its confidence interval, the number wrong, loss and macro F1."""
    metrics = evaluated.result.metrics()
    wrong = int((~evaluated.result.correct).sum())
    tiles = st.grid(4, min_column_width=150)
    tiles.metric("Accuracy", as_percent(metrics.accuracy), border=True)
    tiles.metric(f"Wrong, of {metrics.n:,}", f"{wrong:,}", border=True)
    tiles.metric(
        "Loss",
        f"{metrics.loss:.4f}",
        border=True,
        help="How wrong it is, counting confident mistakes more: 0 is best, guessing gives 2.3. "
        "(The mean cross-entropy.)",
    )
    tiles.metric(
        "Macro F1",
        as_percent(evaluated.result.macro_f1()),
        border=True,
        help="The mean of the digits' F1 scores: a rare digit counts as much as a frequent one.",
    )
    st.markdown(" ".join(accuracy_sentences(evaluated)))
    if evaluated.remark:
        st.info(plain(evaluated.remark), icon=":material/info:")


def accuracy_sentences(evaluated: EvaluatedModel) -> list[str]:
    """Return what the accuracy says about other digits, and about undisputed ones."""
    low, high = evaluated.result.metrics().interval
    sentences = [
        "A test set is only a sample: over all digits of this kind, accuracy would probably lie "
        f"between **{as_percent(low)}** and **{as_percent(high)}** (95 % confidence interval)."
    ]
    if evaluated.disputed:
        without = evaluated.result.excluding(evaluated.disputed).metrics()
        sentences.append(
            f"{len(evaluated.disputed)} of the labels are themselves disputed; without them, "
            f"accuracy is **{as_percent(without.accuracy)}**."
        )
    return sentences


def show_each_digit(result: Evaluation) -> None:
    """Show precision, recall and F1 of each digit."""
    lines = [
        f"| **{row['digit']}** | {row['n']:,} | {figure(row['precision'])} | "
        f"{figure(row['recall'])} | {figure(row['f1'])} |"
        for row in result.per_class()
    ]
    header = ["| Digit | Count | Precision % | Recall % | F1 % |", "|:-:|--:|--:|--:|--:|"]
    st.markdown("\n".join([*header, *lines]))
    st.caption(
        "**Precision**: the share of the digits read as this one that really are this digit. "
        "**Recall**: the share of the digits with this label that were read correctly. "
        "**F1**: the harmonic mean of the two."
    )


def figure(share: float) -> str:
    """Return a share in percent with two decimals, or a dash for a digit that does not occur."""
    return f"{share * 100:.2f}" if isfinite(share) else "–"


def as_percent(share: float) -> str:
    """Return a share in percent with two decimals."""
    return f"{share * 100:.2f} %"
