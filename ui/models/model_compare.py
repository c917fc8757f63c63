"""Two models side by side: their figures, their settings, and what they read in a drawing."""

import io
from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st
from PIL import Image

from mnist_core.cards import Card
from mnist_core.errors import ModelError
from mnist_core.recipe import Recipe
from ui.charts import show_probabilities
from ui.models.model_shelf import Model, model_names, open_model
from ui.models.model_speed import seconds_for_a_digit
from ui.models.model_words import day, learned_from, megabytes, milliseconds, share
from ui.resources import load_named_reader
from ui.retrain.recipe_fields import FIELDS
from ui.retrain.recipe_settings import in_words
from ui.retrain.run_words import duration, short_title
from ui.shell import problems_told
from ui.state import current_drawing
from ui.tables import show_table
from ui.words import SETS, explanation, headline, plain

NOTHING = "Nothing"
NAMED = {"digit": 1, "unsure": 2}  # how many digits an answer names
Pair = tuple[Model, Model]
Row = Sequence[str]


def offer_comparison(model: Model) -> None:
    """Let the visitor lay another model beside this one; the address names it, too."""
    others = [name for name in model_names() if name != model.name]
    other = st.selectbox(
        "Beside it",
        [NOTHING, *others],
        key="beside",
        bind="query-params",
        width=300,
    )
    if other in others:
        with problems_told():
            beside = open_model(other)
            if beside.problem:
                raise ModelError(beside.problem)
            compare((model, beside))


def compare(pair: Pair) -> None:
    """Show what tells two models apart."""
    one, other = (model.card for model in pair)
    if one is None or other is None:
        return
    names = [plain(model.name) for model in pair]
    shared = [name for name in one.metrics if is_shared(name, one, other)]
    rows = [score_row(name, one, other) for name in shared]
    show_table(["", *names], rows + [figure_row(figure, pair) for figure in FIGURES])
    lines = [f"- {SETS.get(name, name)}: {verdict(names, name, one, other)}" for name in shared]
    st.markdown("\n".join(lines))
    st.markdown("**Settings that differ**")
    show_table(["Setting", *names], differences(one.recipe, other.recipe))
    show_readings(pair)


def is_shared(name: str, one: Card, other: Card) -> bool:
    """Tell whether two models were measured on the same digits; each holds out others."""
    sizes = [card.metrics[name].n for card in (one, other) if name in card.metrics]
    return name != "held-out" and len(sizes) == 2 and sizes[0] == sizes[1]


def score_row(name: str, one: Card, other: Card) -> Row:
    """Return how much of a set two models read right."""
    measured = (card.metrics[name] for card in (one, other))
    cells = (share(metrics.accuracy, metrics.interval) for metrics in measured)
    return (f"Read right, {SETS.get(name, name)}", *cells)


def verdict(names: Sequence[str], name: str, one: Card, other: Card) -> str:
    """Say which of two models reads a set better, if that can be told."""
    first, second = one.metrics[name], other.metrics[name]
    (low, high), (other_low, other_high) = first.interval, second.interval
    if low > other_high or other_low > high:
        better = names[0] if first.accuracy > second.accuracy else names[1]
        return f"**{better}** is better; that is hardly chance, for the intervals do not overlap."
    return "about as good; the intervals overlap, so with other digits it may be the other way."


FIGURES: dict[str, Callable[[Model, Card], str]] = {
    "Learned from": lambda model, card: learned_from(card),
    "Trained on": lambda model, card: day(card.trained),
    "Training took": lambda model, card: duration(card.seconds),
    "Weights": lambda model, card: f"{card.parameters:,}",
    "Size": lambda model, card: megabytes((model.folder / "model.tflite").stat().st_size),
    "One digit takes": lambda model, card: milliseconds(seconds_for_a_digit(model.name)),
}


def figure_row(figure: str, pair: Pair) -> Row:
    """Return one figure of two models."""
    one, other = (FIGURES[figure](model, model.card) if model.card else "" for model in pair)
    return figure, one, other


def differences(one: Recipe, other: Recipe) -> list[Row]:
    """Return the settings in which two recipes differ, the recipes first."""
    rows: list[Row] = [("Recipe", short_title(one), short_title(other))]
    for setting, field in FIELDS.items():
        values = [getattr(recipe, setting) for recipe in (one, other)]
        if values[0] != values[1]:
            rows.append((field.label, *(plain(in_words(setting, value)) for value in values)))
    return rows


def show_readings(pair: Pair) -> None:
    """Show how two models read what the visitor has drawn, if they have."""
    png = current_drawing().png
    if png is None:
        st.caption("Draw a digit on the Draw page, and both readings of it appear here.")
        return
    st.markdown("**What they read in your drawing**")
    picture = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
    for column, model in zip(st.columns(2, gap="medium"), pair, strict=True):
        reading = load_named_reader(model.name).read(picture)
        with column.container(border=True):
            st.markdown(f"{plain(model.name)}: **{headline(reading)}**")
            st.caption(explanation(reading))
            if reading.verdict != "blank":
                named = NAMED.get(reading.verdict, 0)
                show_probabilities(reading.probabilities.tolist(), reading.candidates[:named])
