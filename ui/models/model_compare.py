"""Two models compared: their figures, their settings, and their readings of a drawing."""

from collections.abc import Callable, Sequence

import streamlit as st

from mnist_core.errors import ModelError
from mnist_core.models.cards import Card
from mnist_core.models.registry import list_all_models
from mnist_core.recipes.recipe import Recipe
from ui.base.wording import NAMED, explanation, headline, plain
from ui.components.bars import show_probabilities
from ui.components.datasets import TEST_SETS
from ui.components.drawing import SIDE, WIDE, current_drawing
from ui.components.pictures import open_drawing
from ui.components.recipe_fields import FIELDS
from ui.components.recipe_settings import format_setting
from ui.components.resources import load_named_reader
from ui.components.run_wording import duration, short_title
from ui.components.tables import show_table
from ui.models.model_list import Model, open_model
from ui.models.model_speed import seconds_for_a_digit
from ui.models.model_words import day, megabytes, milliseconds, share_with_interval, training_data
from ui.shell.page import show_errors

NO_MODEL = "No other model"
Pair = tuple[Model, Model]
Row = Sequence[str]


def offer_comparison(model: Model) -> None:
    """Let the visitor compare this model with another, which the URL names too."""
    others = [name for name in list_all_models() if name != model.name]
    other = st.selectbox(
        "Compare with",
        [NO_MODEL, *others],
        key="beside",
        bind="query-params",
        width=300,
    )
    if other in others:
        with show_errors():
            second = open_model(other)
            if second.problem:
                raise ModelError(second.problem)
            show_comparison((model, second))


def show_comparison(pair: Pair) -> None:
    """Show how two models differ."""
    one, other = (model.card for model in pair)
    if one is None or other is None:
        return
    names = [plain(model.name) for model in pair]
    shared = [name for name in one.metrics if is_shared(name, one, other)]
    rows = [score_row(name, one, other) for name in shared]
    show_table(["Figure", *names], rows + [figure_row(figure, pair) for figure in FIGURES])
    lines = [
        f"- {TEST_SETS.get(name, name)}: {verdict(names, name, one, other)}" for name in shared
    ]
    st.markdown("\n".join(lines))
    st.markdown("**Settings that differ**")
    show_table(["Setting", *names], differences(one.recipe, other.recipe))
    show_readings(pair)


def is_shared(name: str, one: Card, other: Card) -> bool:
    """Return whether both were evaluated on this set; validation sets always differ."""
    sizes = [card.metrics[name].n for card in (one, other) if name in card.metrics]
    return name != "held-out" and len(sizes) == 2 and sizes[0] == sizes[1]


def score_row(name: str, one: Card, other: Card) -> Row:
    """Return the accuracy of two models on a set, as a row."""
    both = (card.metrics[name] for card in (one, other))
    cells = (share_with_interval(metrics.accuracy, metrics.interval) for metrics in both)
    return (f"Accuracy, {TEST_SETS.get(name, name)}", *cells)


def verdict(names: Sequence[str], name: str, one: Card, other: Card) -> str:
    """Return which of two models is better on a set, if the intervals tell."""
    first, second = one.metrics[name], other.metrics[name]
    (low, high), (other_low, other_high) = first.interval, second.interval
    if low > other_high or other_low > high:
        better = names[0] if first.accuracy > second.accuracy else names[1]
        return f"**{better}** is better. The intervals do not overlap, so this is hardly chance."
    return "about equally good. The intervals overlap, so other digits could reverse the order."


FIGURES: dict[str, Callable[[Model, Card], str]] = {
    "Training data": lambda model, card: training_data(card),
    "Trained": lambda model, card: day(card.trained),
    "Training time": lambda model, card: duration(card.seconds),
    "Weights": lambda model, card: f"{card.parameters:,}",
    "Size": lambda model, card: megabytes((model.folder / "model.tflite").stat().st_size),
    "Time per digit": lambda model, card: milliseconds(seconds_for_a_digit(model.name)),
}


def figure_row(figure: str, pair: Pair) -> Row:
    """Return one figure of two models, as a row."""
    one, other = (FIGURES[figure](model, model.card) if model.card else "" for model in pair)
    return figure, one, other


def differences(one: Recipe, other: Recipe) -> list[Row]:
    """Return the settings in which two recipes differ, after the recipes themselves."""
    rows: list[Row] = [("Recipe", short_title(one), short_title(other))]
    for setting, field in FIELDS.items():
        values = [getattr(recipe, setting) for recipe in (one, other)]
        if values[0] != values[1]:
            rows.append((field.label, *(plain(format_setting(setting, value)) for value in values)))
    return rows


def show_readings(pair: Pair) -> None:
    """Show both models' readings of the visitor's drawing, if there is one."""
    png = current_drawing().png
    if png is None:
        st.caption("Draw a digit on the Draw page, and both readings of it appear here.")
        return
    st.markdown("**What they read in your drawing**")
    picture = open_drawing(png, SIDE, WIDE)
    for column, model in zip(st.columns(2, gap="medium"), pair, strict=True):
        reading = load_named_reader(model.name).read(picture)
        with column.container(border=True):
            st.markdown(f"{plain(model.name)}: **{headline(reading)}**")
            st.caption(explanation(reading))
            if reading.verdict != "blank":
                named = NAMED.get(reading.verdict, 0)
                show_probabilities(reading.probabilities.tolist(), reading.candidates[:named])
