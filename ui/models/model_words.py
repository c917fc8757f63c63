"""What a model's card says, as text."""

from datetime import datetime
from math import isfinite, isnan

from mnist_core.inference.reader import judge_version
from mnist_core.intervals import Interval
from mnist_core.models.cards import Card, Metrics
from ui.base.wording import NARROW, percent, plain
from ui.components.datasets import data_title
from ui.components.run_wording import duration


def story(card: Card) -> str:
    """Return what a model was trained on, when, and how long it took."""
    n = card.data.get("held_out")
    validation = f", with {n:,} more as the validation set" if n else ""
    return (
        f"Trained on {training_data(card)}{validation}. Training took {duration(card.seconds)}, "
        f"on {day(card.trained)}."
    )


def training_data(card: Card) -> str:
    """Return what a model was trained on: "55,000 digits of MNIST"."""
    return f"{card.data.get('trained_on', 0):,} digits of {data_title(card.data['name'])}"


def day(moment: str) -> str:
    """Return the day of an ISO time: "20 November 2026"."""
    try:
        when = datetime.fromisoformat(moment)
    except ValueError:
        return "an unknown day"
    return f"{when.day} {when:%B %Y}"


def describe_calibration(card: Card) -> list[str]:
    """Return how a model's outputs become an answer; nothing if it was not calibrated."""
    calibration = card.calibration
    if calibration.fitted_on == "nothing":
        return []
    return [
        describe_thresholds(card),
        describe_temperature(calibration.temperature),
        f"Temperature and thresholds were fitted on {calibration.fitted_on}.",
    ]


def describe_judge(card: Card) -> list[str]:
    """Return who decides whether a drawing shows a digit at all, unless the model itself does."""
    judge = judge_version()
    if card.judges_itself or judge is None:
        return []
    return [
        "It has seen digits alone, and sees one in anything. So whether a drawing shows a digit at "
        f"all is judged by {plain(judge[0].name)}."
    ]


def calibration_cells(metrics: Metrics) -> tuple[str, str, str]:
    """Return coverage, accuracy when answered and calibration error, as table cells.

    In brackets: 95 % intervals; for the calibration error, what chance alone would make of it.
    """
    return (
        share_with_interval(metrics.answered, metrics.answered_interval),
        share_with_interval(metrics.right_when_answered, metrics.right_when_answered_interval),
        with_interval(metrics.calibration_error, metrics.calibration_error_by_chance),
    )


def share_with_interval(share: float, interval: Interval) -> str:
    """Return a share with its interval: "**99.72 %** (99.55–99.82)"; a dash for NaN."""
    return "–" if isnan(share) else with_interval(share, interval, f"{NARROW}%")


def with_interval(share: float, interval: Interval, unit: str = "") -> str:
    """Return a share times a hundred, and its interval in brackets."""
    low, high = (f"{end * 100:.2f}" for end in interval)
    return f"**{share * 100:.2f}{unit}** ({low}–{high})"


def describe_thresholds(card: Card) -> str:
    """Return when a model abstains and, unless another model decides that, when it rejects."""
    threshold = card.calibration.least_confidence
    abstains = (
        f"It abstains and names two digits when its confidence is below {percent(threshold)}"
        if threshold > 0
        else "It never abstains"
    )
    if not card.judges_itself:
        return f"{abstains}."
    rejects = (
        "rejects drawings that look less like a digit than nearly all digits do"
        if isfinite(card.calibration.least_digitness)
        else "accepts every drawing as a digit"
    )
    return f"{abstains}, and it {rejects}."


def describe_temperature(temperature: float) -> str:
    """Return whether a network is overconfident before it is calibrated."""
    if 0.97 <= temperature <= 1.03:
        return "Its confidence is about right without a correction."
    bias = "overconfident" if temperature > 1 else "underconfident"
    return (
        f"Uncorrected it would be {bias}, so its outputs are divided by {temperature:.2f} first "
        "(its temperature)."
    )


def megabytes(size: int) -> str:
    """Return a size in bytes as text: "4.8 MB"."""
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.0f} kB"


def milliseconds(seconds: float) -> str:
    """Return a short time as text: "0.14 ms"."""
    ms = seconds * 1000
    return f"{ms:.2f} ms" if ms < 1 else f"{ms:.1f} ms"
