"""A model's card as the page shows it."""

import streamlit as st

from mnist_core.intervals import Interval
from mnist_core.models.cards import Card
from mnist_core.recipes.layer_plan import layers_of
from mnist_core.workspace import size_of
from ui.base.wording import percent, plain
from ui.components.datasets import OUTLIERS, TEST_SETS
from ui.components.recipe_fields import FIELDS
from ui.components.recipe_settings import changes_of, format_setting, settings_of
from ui.components.run_wording import short_title
from ui.components.tables import show_table
from ui.models.model_list import Model
from ui.models.model_speed import seconds_for_a_digit
from ui.models.model_words import (
    calibration_cells,
    describe_calibration,
    describe_judge,
    megabytes,
    milliseconds,
    story,
)

OFF = (0, "none", "default", ())  # values with which a setting does nothing


def show_card(model: Model, card: Card) -> None:
    """Show how good a model is, how well calibrated, and its architecture."""
    st.subheader("Performance", anchor=False)
    show_metrics(card)
    st.subheader("Calibration", anchor=False)
    show_calibration(card)
    st.subheader("Architecture", anchor=False)
    show_figures(model, card)
    left, right = st.columns(2, gap="medium")
    with left:
        show_layers(card)
    with right:
        show_settings(card)


def show_story(card: Card) -> None:
    """Show what a model is, and what it was trained on."""
    st.header(plain(short_title(card.recipe)), anchor=False)
    st.markdown(story(card))
    changes = ", ".join(changes_of(card.recipe))
    changed = f" Changed: {changes}." if changes else ""
    st.caption(plain(f"Recipe: {card.recipe.source.rstrip('.')}.{changed}"))


def show_metrics(card: Card) -> None:
    """Show a model's accuracy on each set, and how many outliers it accepts as digits."""
    tiles = st.grid(3, min_column_width=220)
    for name, metrics in card.metrics.items():
        with tiles.container(border=True, gap="xsmall", height="stretch"):
            st.metric(TEST_SETS.get(name, name), f"{metrics.accuracy * 100:.2f} %")
            st.caption(f"Accuracy on {metrics.n:,} digits; {format_interval(metrics.interval)}")
    for name, ood in card.refusals.items():
        with tiles.container(border=True, gap="xsmall", height="stretch"):
            low, high = ood.auroc_interval
            st.metric(
                f"{OUTLIERS.get(name, name.capitalize())} accepted as digits",
                percent(ood.called_digit),
                help="Outliers of kinds it was never trained on: the fewer it accepts the better. "
                "The AUROC, which says how well any threshold separates them from digits, is "
                f"{ood.auroc:.4f} (95 % interval {low:.4f} to {high:.4f}): 1 is perfect, 0.5 is "
                "chance.",
            )
            st.caption(f"Of {ood.n:,} outliers; {format_interval(ood.interval)}")


def show_calibration(card: Card) -> None:
    """Show how far a model's confidence can be trusted."""
    rows = [
        (f"{TEST_SETS.get(name, name)} ({metrics.n:,})", *calibration_cells(metrics))
        for name, metrics in card.metrics.items()
    ]
    show_table(("Digits", "Coverage", "Accuracy when answered", "Calibration error"), rows)
    st.caption(
        "In brackets: 95 % intervals. Coverage is the share of digits it answers instead of "
        "abstaining. Calibration error is the average gap between its confidence and its accuracy, "
        "in percentage points; in brackets, the range that a perfectly calibrated model would "
        "reach by chance."
    )
    lines = [*describe_calibration(card), *describe_judge(card)]
    st.markdown("\n".join(f"- {line}" for line in lines))


def format_interval(interval: Interval) -> str:
    """Return an interval as text: "95 % interval 99.35 to 99.63 %"."""
    low, high = (f"{end * 100:.2f}" for end in interval)
    return f"95 % interval {low} to {high} %"


def show_figures(model: Model, card: Card) -> None:
    """Show a model's size and speed."""
    size = size_of(model.folder)
    tflite = (model.folder / "model.tflite").stat().st_size
    tiles = st.grid(4, min_column_width=150)
    tiles.metric("Weights", f"{card.parameters:,}", border=True)
    tiles.metric(
        "Size",
        megabytes(tflite),
        border=True,
        help=f"Of model.tflite, which reads the digits; all files together: {megabytes(size)}",
    )
    tiles.metric(
        "Time per digit",
        milliseconds(seconds_for_a_digit(model.name)),
        border=True,
        help="The network alone, on this machine, measured within the last ten minutes",
    )
    tiles.metric("Layers", len(layers_of(card.recipe)), border=True)


def show_layers(card: Card) -> None:
    """Show a network's layers, their output shapes and weights."""
    lines = [
        f"| {layer.name} | {shape(layer.output_shape)} | {layer.parameters:,} |"
        for layer in layers_of(card.recipe)
    ]
    st.markdown("**Layers**")
    st.markdown("\n".join(["| Layer | Output shape | Weights |", "|:--|:--|--:|", *lines]))


def shape(sizes: tuple[int, ...]) -> str:
    """Return an output shape as text: "14 × 14 × 32"."""
    return " × ".join(map(str, sizes))


def show_settings(card: Card) -> None:
    """Show the hyperparameters that a network was trained with."""
    used = settings_of(card.recipe)
    lines = [
        f"| {field.label} | {plain(format_setting(setting, getattr(card.recipe, setting)))} |"
        for setting, field in FIELDS.items()
        if setting in used and getattr(card.recipe, setting) not in OFF
    ]
    st.markdown("**Hyperparameters**")
    st.markdown("\n".join(["| Setting | Value |", "|:--|:--|", *lines]))
    versions = ", ".join(f"{name} {number}" for name, number in card.versions.items())
    st.caption(plain(versions))
