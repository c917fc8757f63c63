"""The digits on a printed sheet: shown, taken away as a file, and learned by the visitor's hand."""

from collections.abc import Sequence

import streamlit as st

from mnist_core import InklingError
from mnist_core.hand.example import Example
from mnist_core.hand.example_formats import csv_of
from mnist_core.inference.form_reading import Examples
from ui.base.wording import a_digit, counted, plain
from ui.components.own_hand import (
    learn_all,
    note_problem,
    own_examples,
    own_hand,
    take_problem,
)
from ui.components.pictures import enlarge, picture_url

NOTHING_WRITTEN = (
    "Nothing was found in the boxes of this sheet. Write in them with a dark pen, and photograph "
    "it again."
)

LEARNED = "sheet_learned"  # session key, tuple of Example: the hand once it had learned a sheet


def show_examples(examples: Examples) -> None:
    """Show the digits of a sheet, and what can be done with them.

    Raises:
        DataError: the hand's file is damaged.
    """
    if not len(examples.labels):
        st.info(NOTHING_WRITTEN)
        return
    other = int((examples.read != examples.labels).sum())
    st.markdown(
        f"**{counted(len(examples.labels), 'digit')} found.** "
        + (f"The network reads {other} of them as another digit." if other else "All read right.")
    )
    tiles = st.grid(10, min_column_width=44, gap="xsmall")
    for image, label, read in zip(examples.images, examples.labels, examples.read, strict=True):
        caption = f"{label}" if label == read else f"{label}, read {read}"
        tiles.image(
            picture_url(enlarge(image)),
            caption,
            width="stretch",
            alt=f"{a_digit(label).capitalize()} from the sheet",
        )
    if drawings := drawings_of(examples):
        offer_download(drawings)
        offer_learning(drawings)


def drawings_of(examples: Examples) -> list[Example]:
    """Return the digits of a sheet as examples of a hand."""
    return [
        Example(image, int(label))
        for image, label in zip(examples.images, examples.labels, strict=True)
    ]


def offer_download(drawings: Sequence[Example]) -> None:
    """Let the visitor take the digits away."""
    st.download_button(
        "Download as train.csv",
        csv_of(drawings),
        "train.csv",
        "text/csv",
        icon=":material/download:",
        help="In the form of Kaggle's Digit Recognizer: a label and 784 pixels a row.",
    )


def offer_learning(drawings: Sequence[Example]) -> None:
    """Let the visitor's hand learn the digits in one press, or say that it has.

    Raises:
        DataError: the hand's file is damaged.
    """
    if problem := take_problem():
        st.error(plain(problem), icon=":material/error:")
    hand = own_examples()
    known = {example.id for example in hand.examples}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if not known.issuperset(drawing.id for drawing in drawings):
            st.button(
                f"Teach it your hand with {counted(len(drawings), 'digit')}",
                icon=":material/back_hand:",
                type="primary",
                on_click=learn_sheet,
                args=[drawings],
                help="On Draw it then reads you by these digits, at once and for you alone.",
            )
            return
        st.markdown(
            f":material/check: Your hand has learned {counted(len(drawings), 'digit')}. One in "
            "the wrong box? Change it there.",
            width="content",
        )
        if hand.examples is st.session_state.get(LEARNED):
            st.button("Undo learning", on_click=unlearn_sheet, type="tertiary")
        st.page_link("pages/hand.py", label="Your hand")


def learn_sheet(drawings: Sequence[Example]) -> None:
    """Learn all digits of a sheet as one change."""
    if learn_all(drawings):
        st.session_state[LEARNED] = own_examples().examples


def unlearn_sheet() -> None:
    """Take back what was learned from the sheet, unless the hand has changed since."""
    try:
        with own_hand().changing() as hand:
            if hand.examples is st.session_state.pop(LEARNED, None):
                hand.undo()
    except InklingError as problem:
        note_problem(problem)
