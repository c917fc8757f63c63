"""All examples as pictures, by digit: relabel them, delete them, forget everything."""

from contextlib import suppress

import streamlit as st

from mnist_core import Hand, InklingError
from mnist_core.errors import DataError
from mnist_core.hand.example import Example, Label
from ui.base.wording import counted
from ui.components.own_hand import (
    LABELS,
    example_in_words,
    label_in_words,
    note_problem,
    own_hand,
)
from ui.components.pictures import enlarge, picture_url

ON_A_PAGE = 36
NEW_LABEL = "new_label"  # widget, str: what the example really is


def show_examples(hand: Hand) -> None:
    """Show every example below its digit."""
    groups = {label: of_label(hand, label) for label in (*range(10), None)}
    for label, examples in groups.items():
        if examples:
            st.markdown(f"**{heading(label)}** · {counted(len(examples), 'drawing')}")
            show_group(label, examples)


def of_label(hand: Hand, label: Label) -> list[Example]:
    """Return the examples with a label, the newest first."""
    return [example for example in reversed(hand.examples) if example.label == label]


def show_group(label: Label, examples: list[Example]) -> None:
    """Show some examples of one label, page by page; each can be changed."""
    pages = -(-len(examples) // ON_A_PAGE)
    page = st.pagination(pages, key=f"examples-{label}") if pages > 1 else 1
    tiles = st.grid(9, min_column_width=76, gap="xsmall")
    for example in examples[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]:
        with tiles.cell():
            st.image(
                picture_url(enlarge(example.ink)),
                width="stretch",
                alt=label_in_words(example.label),
            )
            if st.button("Change", key=f"change-{example.id}", type="tertiary", width="stretch"):
                change_example(example)


@st.dialog("Change this drawing")
def change_example(example: Example) -> None:
    """Let the visitor relabel or delete an example."""
    st.image(picture_url(enlarge(example.ink)), width=140, alt=label_in_words(example.label))
    st.markdown(f"Learned as {example_in_words(example, 'on')}. What is it?")
    now = LABELS[-1] if example.label is None else str(example.label)
    st.pills(
        "What it is",
        LABELS,
        default=now,
        key=f"{NEW_LABEL}-{example.id}",
        label_visibility="collapsed",
        wrap=True,
        required=True,
    )
    with st.container(horizontal=True):
        saved = st.button("Save", type="primary", on_click=change, args=[example.id])
        deleted = st.button("Delete", icon=":material/delete:", on_click=delete, args=[example.id])
    if saved or deleted:
        st.rerun()  # closes the dialog


def change(example_id: str) -> None:
    """Give an example the label that the visitor has chosen."""
    chosen = st.session_state[f"{NEW_LABEL}-{example_id}"]
    label = None if chosen == LABELS[-1] else int(chosen)
    try:
        with own_hand().changing() as hand, suppress(DataError):  # it is gone already
            if hand.find(example_id).label != label:
                hand.relabel(example_id, label)
    except InklingError as problem:
        note_problem(problem)


def delete(example_id: str) -> None:
    """Forget one example."""
    try:
        with own_hand().changing() as hand, suppress(DataError):  # it is gone already
            hand.remove(example_id)
    except InklingError as problem:
        note_problem(problem)


def offer_forgetting(hand: Hand) -> None:
    """Let the visitor forget everything, once they have confirmed it."""
    with st.popover("Forget everything", icon=":material/delete_forever:"):
        st.markdown(
            f"This deletes {counted(len(hand), 'drawing')} for good. Download them first if you "
            "may want them back."
        )
        st.button("Yes, forget everything", type="primary", on_click=forget)


def forget() -> None:
    """Forget every example."""
    try:
        with own_hand().changing() as hand:
            hand.clear()
    except InklingError as problem:
        note_problem(problem)


def heading(label: Label) -> str:
    """Return the heading of a group."""
    return "No digit" if label is None else f"{label}"
