"""Calibration: whether confidence matches accuracy, and what abstaining gains."""

import numpy as np
import streamlit as st

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.reliability import (
    BINS,
    HIGH_CONFIDENCE,
    Booleans,
    Floats,
    count_confident,
    equal_mass_bins,
    equal_width_bins,
    expected_calibration_error,
    risk_coverage_curve,
)
from mnist_core.inference.calibration import probabilities_of
from ui.mistakes.calibration_charts import (
    CALIBRATED,
    UNCALIBRATED,
    show_reliability,
    show_risk_coverage,
)
from ui.mistakes.evaluations import EvaluatedModel
from ui.mistakes.scores import as_percent

CONFIDENT = f"at least {HIGH_CONFIDENCE * 100:.0f} % confidence"
MEASURES = (
    f"Calibration error (ECE), {BINS} bins of equal width",
    f"Calibration error, {BINS} bins with equally many answers",
    f"Answers with {CONFIDENT}",
    "Accuracy of these answers",
)


def show_calibration(evaluated: EvaluatedModel) -> None:
    """Show how well confidence matches accuracy, before and after calibration."""
    result = evaluated.result
    uncalibrated = probabilities_of(result.logits, 1.0).max(axis=1)
    series = {UNCALIBRATED: uncalibrated, CALIBRATED: result.confidence}
    st.markdown(confidence_summary(*count_confident(result.confidence, result.correct)))
    st.markdown(
        "The dashed line is perfect calibration: of the answers with 80 % confidence, 80 % are "
        "correct. Below the line the network is overconfident, above it underconfident. The bars "
        "show how many answers each point rests on."
    )
    bins = {name: equal_width_bins(values, result.correct) for name, values in series.items()}
    show_reliability(bins)
    st.markdown("\n".join(table(series, result.correct)))
    errors = (expected_calibration_error(bins[name]) for name in (UNCALIBRATED, CALIBRATED))
    st.markdown(calibration_summary(*errors))
    st.caption(
        "Calibration error: the distance between confidence and accuracy, averaged over all "
        "answers. Calibrated: the network's outputs are divided by a temperature of "
        f"{result.calibration.temperature:.2f}, fitted on {result.calibration.fitted_on}."
    )
    st.subheader("Abstaining", anchor=False)
    show_abstention(result)


def confidence_summary(n: int, correct: int) -> str:
    """Return a sentence on how accurate the confident answers are."""
    if not n:
        return f"It gave no answer with {CONFIDENT}."
    return (
        f"Of the **{n:,}** answers given with {CONFIDENT}, **{correct:,}** were correct: "
        f"**{as_percent(correct / n)}**."
    )


def calibration_summary(before: float, after: float) -> str:
    """Return a sentence on whether calibration helped on these digits."""
    if after <= before:
        return "Calibration brought confidence closer to accuracy on this set."
    return "Calibration made confidence worse on this set."


def table(series: dict[str, Floats], correct: Booleans) -> list[str]:
    """Return the calibration figures as the lines of a Markdown table."""
    columns = [figures(confidence, correct) for confidence in series.values()]
    lines = [f"| {' | '.join(cells)} |" for cells in zip(MEASURES, *columns, strict=True)]
    return [f"| Measure | {' | '.join(series)} |", "|:--|--:|--:|", *lines]


def figures(confidence: Floats, correct: Booleans) -> list[str]:
    """Return the figures that MEASURES names."""
    width, mass = (
        as_percent(expected_calibration_error(bins(confidence, correct)))
        for bins in (equal_width_bins, equal_mass_bins)
    )
    n, right = count_confident(confidence, correct)
    return [width, mass, f"{n:,}", as_percent(right / n) if n else "–"]


@st.fragment
def show_abstention(result: Evaluation) -> None:
    """Let the visitor choose the confidence below which it abstains, and show the effect."""
    own = round(result.calibration.least_confidence * 100)
    percent = st.slider(
        "Abstain below this confidence, in percent",
        0,
        100,
        own,
        key=f"unsure_below_{own}",
        help=f"On Draw, this model names two digits (as in “4 or 9?”) below {own} %.",
    )
    threshold = percent / 100
    n, right = count_confident(result.confidence, result.correct, threshold)
    total = len(result.labels)
    risk = (n - right) / n if n else 0.0
    st.markdown(
        f"It answers **{as_percent(n / total)}** of the digits (its coverage), and "
        f"**{as_percent(risk)}** of these answers are wrong; without abstaining, "
        f"{as_percent(float((~result.correct).mean()))} would be. It abstains on {total - n:,} "
        f"digits; it would have got {wrong_among_abstained(result, threshold):,} of them wrong."
    )
    curve = risk_coverage_curve(result.confidence, result.correct)
    show_risk_coverage(curve, (n / total, risk))


def wrong_among_abstained(result: Evaluation, threshold: float) -> int:
    """Return how many wrong answers abstaining avoids."""
    return int(np.count_nonzero(~result.correct & (result.confidence < threshold)))
