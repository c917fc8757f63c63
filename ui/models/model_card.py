"""A model's card, as a person reads it."""

import streamlit as st

from mnist_core.cards import Card
from mnist_core.intervals import Interval
from mnist_core.running.estimate import layers_of
from ui.models.model_shelf import Model
from ui.models.model_speed import seconds_for_a_digit
from ui.models.model_words import (
    calibration_in_words,
    changes_of,
    megabytes,
    milliseconds,
    story,
    trust_in_figures,
)
from ui.retrain.recipe_fields import FIELDS
from ui.retrain.recipe_settings import in_words, settings_of
from ui.retrain.run_words import short_title
from ui.tables import show_table
from ui.words import SETS, percent, plain

OFF = (0, "none", "default", ())  # a setting that does nothing


def show_card(model: Model, card: Card) -> None:
    """Show what a model is, how good, how far to trust it, and what is inside."""
    st.subheader("How good it is", anchor=False)
    show_metrics(card)
    st.subheader("How far to trust it", anchor=False)
    show_trust(card)
    st.subheader("What is inside", anchor=False)
    show_figures(model, card)
    left, right = st.columns(2, gap="medium")
    with left:
        show_layers(card)
    with right:
        show_settings(card)


def show_story(card: Card) -> None:
    """Say what a model is, and what it was trained on."""
    st.header(plain(short_title(card.recipe)), anchor=False)
    st.markdown(story(card))
    changes = ", ".join(changes_of(card.recipe))
    changed = f" Changed: {changes}." if changes else ""
    st.caption(plain(f"Its recipe: {card.recipe.source.rstrip('.')}.{changed}"))


def show_metrics(card: Card) -> None:
    """Show how many digits of each set a model reads right and what it takes for digits."""
    tiles = st.grid(3, min_column_width=220)
    for name, metrics in card.metrics.items():
        with tiles.container(border=True, gap="xsmall", height="stretch"):
            st.metric(SETS.get(name, name), f"{metrics.accuracy * 100:.2f} % right")
            st.caption(f"of {metrics.n:,} digits; {in_words_of(metrics.interval)}")
    for name, refusal in card.refusals.items():
        with tiles.container(border=True, gap="xsmall", height="stretch"):
            low, high = refusal.auroc_interval
            st.metric(
                f"{name.capitalize()} taken for digits",
                percent(refusal.called_digit),
                help="Of kinds it has never seen; the fewer the better. How well digits are told "
                "from them at any threshold, the AUROC, is "
                f"{refusal.auroc:.4f} (95 % interval {low:.4f} to {high:.4f}).",
            )
            st.caption(f"of {refusal.n:,} new to it; {in_words_of(refusal.interval)}")


def show_trust(card: Card) -> None:
    """Say what a model's own certainty is worth."""
    rows = [
        (f"{SETS.get(name, name)} ({metrics.n:,})", *trust_in_figures(metrics))
        for name, metrics in card.metrics.items()
    ]
    show_table(("Digits", "Answered", "Of these right", "Off by"), rows)
    st.caption(
        "In brackets: 95 % intervals. Off by: percentage points between how sure it says it is and "
        "how often it is right, on average; in brackets, what chance alone would make of them if "
        "it said the exact truth."
    )
    lines = calibration_in_words(card.calibration)
    st.markdown("\n".join(f"- {line}" for line in lines))


def in_words_of(interval: Interval) -> str:
    """Return between what a share lies with 95 % certainty."""
    low, high = (f"{end * 100:.2f}" for end in interval)
    return f"95 % interval {low} to {high} %"


def show_figures(model: Model, card: Card) -> None:
    """Show how large a model is, and how quick."""
    size = sum(path.stat().st_size for path in model.folder.iterdir())
    served = (model.folder / "model.tflite").stat().st_size
    tiles = st.grid(4, min_column_width=150)
    tiles.metric("Weights", f"{card.parameters:,}", border=True)
    tiles.metric(
        "Size", megabytes(served), border=True, help=f"What reads; all its files: {megabytes(size)}"
    )
    tiles.metric(
        "One digit takes",
        milliseconds(seconds_for_a_digit(model.name)),
        border=True,
        help="The network alone, on this machine, measured within the last ten minutes",
    )
    tiles.metric("Layers", len(layers_of(card.recipe)), border=True)


def show_layers(card: Card) -> None:
    """Show a network layer by layer."""
    lines = [
        f"| {layer.name} | {shape(layer.output_shape)} | {layer.parameters:,} |"
        for layer in layers_of(card.recipe)
    ]
    st.markdown("**Layer by layer**")
    st.markdown("\n".join(["| Layer | Gives | Weights |", "|:--|:--|--:|", *lines]))


def shape(sizes: tuple[int, ...]) -> str:
    """Return the shape of a layer's output as people write it."""
    return " × ".join(map(str, sizes))


def show_settings(card: Card) -> None:
    """Show with which settings a network was trained."""
    used = settings_of(card.recipe)
    lines = [
        f"| {field.label} | {plain(in_words(setting, getattr(card.recipe, setting)))} |"
        for setting, field in FIELDS.items()
        if setting in used and getattr(card.recipe, setting) not in OFF
    ]
    st.markdown("**Trained with**")
    st.markdown("\n".join(["| Setting | Value |", "|:--|:--|", *lines]))
    versions = ", ".join(f"{name} {number}" for name, number in card.versions.items())
    st.caption(plain(versions))
