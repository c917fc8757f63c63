"""The answer: what was read, how confidently, and what the network saw."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core import Reading
from mnist_core.preprocessing import Steps
from ui.base.wording import NAMED, STEP_NAMES, explanation, guess, headline
from ui.components.bars import show_empty_bars, show_probabilities
from ui.components.last_picture import ask_why
from ui.components.pictures import empty_tile, enlarge, picture_url
from ui.draw.big_digit import show_big_digit

READ_ANYWAY = "read_anyway"  # session key, bytes: the rejected drawing that is to be read anyway
ALTS = (
    "The ink that was found, light on dark",
    "The same, cropped to the ink",
    "The same, scaled to 20 pixels",
    "What the network sees: 28 by 28 pixels, centred by mass",
)
EXPLANATIONS = (
    "**1 · Ink.** Paper, shadows and specks are removed. The ink stays, light on dark.",
    "**2 · Crop.** From here on, it makes no difference where and how large you wrote.",
    "**3 · Scale.** The longer side becomes 20 pixels; the proportions stay the same.",
    "**4 · Centre.** The centre of mass moves to the middle of 28 × 28 pixels.",
)


def show_answer(reading: Reading) -> None:
    """Show what was read, how confidently, and what the network saw."""
    rejected = reading.verdict == "not a digit"
    anyway = rejected and st.session_state.get(READ_ANYWAY) == drawing_id(reading)
    text, line = guess(reading) if anyway else (headline(reading), explanation(reading))
    named = 1 if anyway else NAMED.get(reading.verdict, 0)
    with show_headline(text, line, reading.candidates[:named]):
        if rejected and not anyway:
            st.button("Read it anyway", on_click=read_anyway, args=(drawing_id(reading),))
        if reading.steps:
            ask_why()
    show_likelihood(reading, named)
    show_steps(reading.steps)


def drawing_id(reading: Reading) -> bytes:
    """Return bytes that identify a drawing: its ink as the network saw it."""
    return reading.ink.tobytes()


def read_anyway(drawing: bytes) -> None:
    """Show the best guess for this rejected drawing; a changed drawing can be rejected again."""
    st.session_state[READ_ANYWAY] = drawing


def show_invitation(invitation: str, advice: str) -> None:
    """Show an empty answer, so that nothing moves when the real one arrives."""
    show_headline(invitation, advice, digits=[])
    show_likelihood(None, named=0)
    show_steps(None)


def show_headline(
    text: str, line: str, digits: Sequence[int], *, is_number: bool = False
) -> DeltaGenerator:
    """Show the answer's digits as large as fits, its text, and a line below it; return that line.

    The box has a fixed height: page.css.
    """
    with st.container(key="answer"):
        show_big_digit(digits, spoken=f"{text}. {line}", is_number=is_number)
        with st.container(gap=None):
            st.header(text, anchor=False)
            beside = st.container(horizontal=True, vertical_alignment="center", gap="small")
            beside.markdown(line, width="content")
    return beside


def show_likelihood(reading: Reading | None, named: int) -> None:
    """Show how likely each digit is, with the `named` likeliest ones in full colour."""
    rejected = reading is not None and reading.verdict == "not a digit"
    title = "If it had to be a digit" if rejected else "How likely each digit is"
    with bars_box(title):
        if reading is None or reading.verdict == "blank":
            show_empty_bars()
        else:
            show_probabilities(
                reading.probabilities.tolist(),
                reading.candidates[:named],
                labelled=not rejected or named > 0,
            )


def show_steps(steps: Steps | None) -> None:
    """Show the picture after each of the four steps of preprocessing."""
    with seen_box(
        "The ink is cropped, scaled to 20 pixels and centred by its centre of mass, as in MNIST. "
        "The last picture is all that the network sees."
    ):
        tiles = st.grid(4, min_column_width=60, gap="small")
        for tile, caption, alt in zip(tiles_of(steps), STEP_NAMES, ALTS, strict=True):
            tiles.image(tile, caption, width="stretch", alt=alt if steps else "")


def bars_box(title: str) -> DeltaGenerator:
    """Return the container of the bars, with its title."""
    box = st.container(key="chart", gap="small")
    box.markdown(f"**{title}**")
    return box


def seen_box(explained: str) -> DeltaGenerator:
    """Return the container of what the network saw, with its title and an explanation."""
    box = st.container(key="steps", gap="small")
    box.markdown("**What the network saw**", help=explained)
    return box


def explain_steps(steps: Steps | None) -> None:
    """Show the same four pictures, larger and with explanations."""
    tiles = st.grid(4, min_column_width=150)
    for tile, text, alt in zip(tiles_of(steps), EXPLANATIONS, ALTS, strict=True):
        with tiles.cell():
            st.image(tile, width="stretch", alt=alt)
            st.markdown(text)


def tiles_of(steps: Steps | None) -> list[str]:
    """Return the four pictures in order, each as the URL of a tile."""
    if steps is None:
        return [picture_url(empty_tile())] * 4
    pictures = (steps.ink, steps.crop, steps.box, steps.centred)
    return [picture_url(enlarge(picture)) for picture in pictures]
