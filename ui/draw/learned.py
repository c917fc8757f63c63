"""What was learned from a drawing, and how it is taken back."""

from contextlib import suppress

import streamlit as st

from mnist_core import Hand, InklingError
from mnist_core.errors import DataError
from mnist_core.hand.example import Example
from mnist_core.pictures import Picture
from ui.base.wording import counted
from ui.components.own_hand import label_in_words, learn, note_problem, own_hand


def learn_drawing(example: Example) -> None:
    """Learn a drawing, and say so if it was something else before."""
    addition = learn(example)
    if addition and addition.changed_mind and addition.replaced:
        st.toast(f"It was {label_in_words(addition.replaced.label)} before. The later one holds.")


def example_of(ink: Picture, hand: Hand) -> Example | None:
    """Return the example that this very drawing is, if it has been taught."""
    drawn = ink.tobytes()
    return next((item for item in hand.examples if item.ink.tobytes() == drawn), None)


def show_learned(example: Example, hand: Hand) -> None:
    """Say what was learned from this drawing, and offer to take it back."""
    with st.container(key="learned_row", horizontal=True, vertical_alignment="center", gap="small"):
        say_learned(example, hand)
        offer_undo(example)


def say_learned(example: Example, hand: Hand) -> None:
    """Say what was learned from a drawing."""
    alike = sum(item.label == example.label for item in hand.examples)
    st.markdown(
        f":material/check: It is {label_in_words(example.label)}, learned from "
        f"{counted(alike, 'drawing')}.",
        width="content",
    )


def offer_undo(example: Example) -> None:
    """Offer to take back what was learned from a drawing."""
    st.button("Undo learning", on_click=unlearn, args=[example.id], type="tertiary")


def unlearn(example_id: str) -> None:
    """Take back what was learned from a drawing."""
    try:
        with own_hand().changing() as hand, suppress(DataError):  # it is undone already
            hand.unlearn(example_id)
    except InklingError as problem:
        note_problem(problem)
