"""What a model's card says, in words."""

from datetime import datetime
from math import isfinite, isnan

from mnist_core.cards import Calibration, Card, Metrics
from mnist_core.intervals import Interval
from mnist_core.recipe import Recipe
from mnist_core.recipes import RECIPES
from ui.retrain.recipe_settings import Draft
from ui.retrain.run_words import duration
from ui.retrain.training_data import data_title
from ui.words import NARROW, percent


def story(card: Card) -> str:
    """Return what a model learned from, when, and how long it took."""
    held_out = card.data.get("held_out")
    more = f"; {held_out:,} more were held out" if held_out else ""
    return (
        f"Trained on {learned_from(card)}{more}. That took {duration(card.seconds)}, on "
        f"{day(card.trained)}."
    )


def learned_from(card: Card) -> str:
    """Return what a model learned from: "55,000 digits of MNIST"."""
    return f"{card.data.get('trained_on', 0):,} digits of {data_title(card.data['name'])}"


def changes_of(recipe: Recipe) -> list[str]:
    """Return which settings are not the recipe's own, such as "epochs 10 → 4"."""
    own = RECIPES.get(recipe.name, recipe)
    return Draft(own, recipe).changes


def day(moment: str) -> str:
    """Return an ISO time as a day: "20 November 2026"."""
    try:
        when = datetime.fromisoformat(moment)
    except ValueError:
        return "an unknown day"
    return f"{when.day} {when:%B %Y}"


def calibration_in_words(calibration: Calibration) -> list[str]:
    """Return how a model's outputs become an answer; nothing if nobody has seen to that."""
    if calibration.fitted_on == "nothing":
        return []
    return [
        hesitation(calibration),
        correction(calibration.temperature),
        f"All this was fitted on {calibration.fitted_on}.",
    ]


def trust_in_figures(metrics: Metrics) -> tuple[str, str, str]:
    """Return how many digits are answered, how many of these right, and how honest confidence is.

    In brackets: 95 % intervals; of the last, what chance alone makes of it.
    """
    return (
        share(metrics.answered, metrics.answered_interval),
        share(metrics.right_when_answered, metrics.right_when_answered_interval),
        bracketed(metrics.calibration_error, metrics.calibration_error_by_chance),
    )


def share(of: float, interval: Interval) -> str:
    """Return a share with its interval: "**99.72 %** (99.55–99.82)"; a dash for none."""
    return "–" if isnan(of) else bracketed(of, interval, f"{NARROW}%")


def bracketed(of: float, interval: Interval, unit: str = "") -> str:
    """Return a figure times a hundred, and its interval in brackets."""
    low, high = (f"{end * 100:.2f}" for end in interval)
    return f"**{of * 100:.2f}{unit}** ({low}–{high})"


def hesitation(calibration: Calibration) -> str:
    """Return when a model names two digits, and when none."""
    unsure = calibration.least_confidence
    hesitates = (
        f"It hesitates between two digits when it is less than {percent(unsure)} sure"
        if unsure > 0
        else "It never hesitates between two digits"
    )
    refuses = (
        "turns away what looks less like a digit than nearly all digits do"
        if isfinite(calibration.least_digitness)
        else "takes everything for a digit"
    )
    return f"{hesitates}, and it {refuses}."


def correction(temperature: float) -> str:
    """Return whether a network is too sure of itself before it is calibrated."""
    if 0.97 <= temperature <= 1.03:
        return "Its own certainty is about right as it is."
    much = "too sure" if temperature > 1 else "not sure enough"
    return (
        f"By itself it would be {much}, so what it says is divided by {temperature:.2f} first "
        "(its temperature)."
    )


def megabytes(size: int) -> str:
    """Return a size as people read it."""
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.0f} kB"


def milliseconds(seconds: float) -> str:
    """Return a short time as people read it."""
    ms = seconds * 1000
    return f"{ms:.2f} ms" if ms < 1 else f"{ms:.1f} ms"
