"""Correcting a digit of a number: the visitor's hand learns from it."""

import streamlit as st

from mnist_core import Hand, Number
from mnist_core.hand.example import Example
from ui.draw.learned import example_of, learn_drawing, offer_undo, say_learned

PLACE = "corrected_place"  # widget, int: the digit that is being corrected
DIGIT = "corrected_digit"  # widget, int: what the visitor says that it is


def correct_digits(number: Number, hand: Hand) -> None:
    """Let the visitor correct a digit, and show what was learned last from this number.

    The popover comes first and keeps its place; on a phone the longest comes below the others.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        offer_corrections(number)
        if example := last_learned(number, hand):
            offer_undo(example)
            say_learned(example, hand)


def last_learned(number: Number, hand: Hand) -> Example | None:
    """Return the latest example that is a digit of this number, or None."""
    examples = [example_of(digit.reading.ink, hand) for digit in number.digits]
    return max(filter(None, examples), key=lambda example: example.when, default=None)


def offer_corrections(number: Number) -> None:
    """Let the visitor say which digit is wrong, and what it is."""
    digits = [digit.digit for digit in number.digits]
    with st.popover("Correct a digit", icon=":material/edit:"):
        place = st.segmented_control(
            "Which one?",
            range(len(digits)),
            format_func=lambda i: f"{digits[i]}",
            default=0,
            required=True,
            key=f"{PLACE}_{len(digits)}",
        )
        st.segmented_control(
            "It is a", range(10), key=DIGIT, on_change=correct, args=(number, int(place or 0))
        )


def correct(number: Number, place: int) -> None:
    """Learn what the visitor has just said that a digit is."""
    said = st.session_state[DIGIT]
    st.session_state[DIGIT] = None
    if said is not None:
        learn_drawing(Example(number.digits[place].reading.ink, int(said)))
