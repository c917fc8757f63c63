"""The hand of this visitor: where it is kept, and the reader that learns from it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import streamlit as st

from mnist_core import Hand, Reader
from mnist_core.errors import DataError, InklingError
from mnist_core.hand.example import Example, Label
from mnist_core.hand.hand import Addition, Merged
from mnist_core.hand.stored import StoredHand, hand_file
from ui.access.limits import check_disk_now
from ui.base import session_keys
from ui.base.wording import a_digit

MAX_HANDS = 512  # in memory at once; a hand of 50 examples takes 0.2 MB
EXAMPLE_BYTES = 4_000  # what an example takes in its file, with its strokes

LABELS = (*(str(digit) for digit in range(10)), "no digit")  # what a drawing can be taught as

Change = TypeVar("Change")

# Session keys
ADAPTED = (
    "adapted_reader"  # (Reader, Hand, Reader): for everybody, whose hand, and for this visitor
)
PROBLEM = "hand_problem"  # str: why the last change of the hand failed


@st.cache_resource(show_spinner=False, max_entries=MAX_HANDS)
def stored_hand(path: Path) -> StoredHand:
    """Return the hand in a file: the same object for all tabs of a visitor."""
    return StoredHand(path)


def own_hand() -> StoredHand:
    """Return this visitor's hand, which may be empty."""
    return stored_hand(hand_file())


def own_examples() -> Hand:
    """Return this visitor's examples as they are now.

    Raises:
        DataError: their file is damaged.
    """
    return own_hand().current()


def reads_for_visitor() -> bool:
    """Return whether this visitor wants to be read by their own examples."""
    return bool(st.session_state.get(session_keys.READ_FOR_ME, True))


def reader_for_visitor(reader: Reader) -> Reader:
    """Return a reader that learns from this visitor's hand; the same one without examples.

    Raises:
        DataError: the hand's file is damaged.
        ModelError: the model cannot learn a hand.
    """
    hand = own_examples()
    if not len(hand) or not reads_for_visitor():
        return reader
    known = st.session_state.get(ADAPTED)
    if known and known[0] is reader and known[1] is hand:
        return known[2]
    adapted = reader.with_hand(hand)
    st.session_state[ADAPTED] = (reader, hand, adapted)
    return adapted


def check_room(examples: int = 1) -> None:
    """Raise if this visitor has no disk space left for so many more examples.

    Raises:
        LimitError: they have not; says how much they have.
    """
    check_disk_now(EXAMPLE_BYTES * examples)


def learn(example: Example) -> Addition | None:
    """Learn an example, for a callback; None if that failed, which is noted."""
    return change_hand(lambda hand: hand.add_example(example), examples=1)


def learn_all(examples: Sequence[Example]) -> Merged | None:
    """Learn examples as one change, for a callback; None if that failed, which is noted."""
    return change_hand(lambda hand: hand.merge(examples), len(examples))


def change_hand(change: Callable[[Hand], Change], examples: int) -> Change | None:
    """Add so many examples to this visitor's hand, which is in force from then on.

    Args:
        change: adds them; returns what that did.
        examples: how many there are.

    Returns:
        What `change` returned; None if that failed, which is noted.
    """
    try:
        check_room(examples)
        with own_hand().changing() as hand:
            changed = change(hand)
    except InklingError as problem:
        note_problem(problem)
        return None
    st.session_state[session_keys.READ_FOR_ME] = True
    return changed


def note_problem(problem: InklingError) -> None:
    """Keep a problem that arose in a callback, where nothing can be shown."""
    st.session_state[PROBLEM] = str(problem)


def take_problem() -> str | None:
    """Return the problem of the last change, once."""
    problem: str | None = st.session_state.pop(PROBLEM, None)
    return problem


def note_as_for_everybody() -> None:
    """Say that the visitor's examples are not used here, if there are any."""
    with suppress(DataError):
        if len(own_examples()):
            st.caption("Read as for everybody: your own examples are not used here.")


def label_in_words(label: Label) -> str:
    """Return a label in words: "a 4" or "no digit"."""
    return LABELS[-1] if label is None else a_digit(label)


def example_in_words(example: Example, preposition: str) -> str:
    """Return an example's label with its day, where that is known: "a 4 on 2026-07-01"."""
    label = label_in_words(example.label)
    return f"{label} {preposition} {example.day}" if example.day else label
