"""Is its confidence true? And what is gained where it may say that it is unsure?"""

import numpy as np
import streamlit as st

from mnist_core.analysis.evaluation import Evaluation
from mnist_core.analysis.reliability import (
    Booleans,
    Floats,
    bins_of_equal_mass,
    bins_of_equal_width,
    expected_calibration_error,
    risk_against_coverage,
    sure_answers,
)
from mnist_core.calibration import probabilities_of
from ui.mistakes.evaluations import Study
from ui.mistakes.scores import share
from ui.mistakes.trust_charts import CALIBRATED, RAW, show_reliability, show_risk

SURE = 0.9
MEASURES = (
    "Calibration error, 15 ranges equally wide",
    "The same, equally many answers in each",
    "Answers given with at least 90 %",
    "Of these right",
)


def show_trust(study: Study) -> None:
    """Show whether confidence can be believed, before and after calibration."""
    result = study.result
    raw = probabilities_of(result.logits, 1.0).max(axis=1)
    series = {RAW: raw, CALIBRATED: result.confidence}
    n, right = sure_answers(result.confidence, result.right, SURE)
    st.markdown(promise(n, right))
    st.markdown(
        "On the dashed line, confidence is true: of the answers given with 80 %, 80 % are right. "
        "Below it the network is too sure of itself; above it, too modest. Few answers say little:"
        " the bars count them."
    )
    bins = {name: bins_of_equal_width(sure, result.right) for name, sure in series.items()}
    show_reliability(bins)
    st.markdown("\n".join(table(series, result.right)))
    st.markdown(judgement(*(expected_calibration_error(bins[name]) for name in (RAW, CALIBRATED))))
    st.caption(
        "Calibration error: how far confidence and accuracy lie apart, on average over all answers."
        f" Calibrated: the network's outputs divided by {result.calibration.temperature:.2f}, as "
        f"measured on {result.calibration.fitted_on}."
    )
    st.subheader("If it may say *unsure*", anchor=False)
    weigh_silence(result)


def promise(n: int, right: int) -> str:
    """Return what an answer given with great confidence is worth."""
    if not n:
        return f"It gave no answer with at least {SURE:.0%}.".replace("%", " %")
    return (
        f"Of the **{n:,}** answers given with at least 90 %, **{right:,}** were right: "
        f"**{share(right / n)}**."
    )


def judgement(before: float, after: float) -> str:
    """Return what calibration has done on these digits, in words."""
    if after <= before:
        return "Calibration has made its confidence truer on these digits."
    return (
        "On these digits it was truer before: it was calibrated for hands that are harder to read "
        "than these."
    )


def table(series: dict[str, Floats], right: Booleans) -> list[str]:
    """Return the figures of calibration, line by line."""
    columns = [figures(confidence, right) for confidence in series.values()]
    lines = [f"| {' | '.join(cells)} |" for cells in zip(MEASURES, *columns, strict=True)]
    return [f"| | {' | '.join(series)} |", "|:--|--:|--:|", *lines]


def figures(confidence: Floats, right: Booleans) -> list[str]:
    """Return what MEASURES names."""
    width, mass = (
        share(expected_calibration_error(bins(confidence, right)))
        for bins in (bins_of_equal_width, bins_of_equal_mass)
    )
    n, good = sure_answers(confidence, right, SURE)
    return [width, mass, f"{n:,}", share(good / n) if n else "–"]


@st.fragment
def weigh_silence(result: Evaluation) -> None:
    """Let the visitor choose below which confidence it says *unsure*, and show what that costs."""
    own = round(result.calibration.least_confidence * 100)
    percent = st.slider(
        "It says *unsure* below this confidence, in percent",
        0,
        100,
        own,
        key=f"unsure_below_{own}",
        help=f"On Draw, this model says so below {own} %.",
    )
    least = percent / 100
    n, right = sure_answers(result.confidence, result.right, least)
    total = len(result.labels)
    risk = (n - right) / n if n else 0.0
    st.markdown(
        f"It then answers **{share(n / total)}** of the digits, and **{share(risk)}** of its "
        f"answers are wrong; without *unsure* it would be {share(float((~result.right).mean()))}. "
        f"It keeps silent {total - n:,} times: {silent_wrong(result, least):,} of these answers "
        "would have been wrong."
    )
    show_risk(risk_against_coverage(result.confidence, result.right), (n / total, risk))


def silent_wrong(result: Evaluation, least: float) -> int:
    """Return how many wrong answers are not given."""
    return int(np.count_nonzero(~result.right & (result.confidence < least)))
