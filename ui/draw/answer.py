"""The answer: what was read, how surely, and what the network saw."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core import Reading
from mnist_core.preprocessing import Steps
from ui.charts import CHART_HEIGHT, show_probabilities
from ui.pictures import empty_tile, enlarge, picture_url
from ui.words import explanation, guess, headline

INSISTED = "insisted"  # the drawing that a visitor wants read although it looks like no digit
NAMED = {"digit": 1, "unsure": 2}  # how many candidates an answer names
HEADLINE_HEIGHT = 126  # two lines of headline on a phone, and one with a button below
CAPTIONS = ("Your ink", "Cropped", "20 × 20", "Centred")
ALTS = (
    "The ink that was found, light on dark",
    "The same, cut to the ink",
    "The same, scaled to 20 pixels",
    "What the network sees: 28 by 28 pixels, centred by weight",
)
STORIES = (
    "**1 · Ink.** Paper, shadow and specks go; the ink stays, light on dark.",
    "**2 · Crop.** Where you wrote, and how large, makes no difference from here on.",
    "**3 · Scale.** The longer side becomes 20 pixels; the shape stays as it is.",
    "**4 · Centre.** Its centre of weight moves into the middle of 28 × 28 pixels.",
)


def show_answer(reading: Reading) -> None:
    """Show what was read, how surely, and what the network saw."""
    insisted = reading.verdict == "not a digit" and st.session_state.get(INSISTED) == ink_of(
        reading
    )
    said, line = guess(reading) if insisted else (headline(reading), explanation(reading))
    with show_headline(said, line):
        if reading.verdict == "not a digit" and not insisted:
            st.button("Read it anyway", on_click=insist, args=(ink_of(reading),))
    show_certainty(reading, named=1 if insisted else NAMED.get(reading.verdict, 0))
    show_steps(reading.steps)


def ink_of(reading: Reading) -> bytes:
    """Return what tells one drawing from another."""
    return reading.ink.tobytes()


def insist(ink: bytes) -> None:
    """Have this drawing read although it does not look like a digit; the next is judged anew."""
    st.session_state[INSISTED] = ink


def show_invitation(invitation: str, advice: str) -> None:
    """Show the places of an answer, still empty, so that nothing moves when it arrives."""
    show_headline(invitation, advice)
    show_certainty(None, named=0)
    show_steps(None)


def show_headline(text: str, line: str) -> DeltaGenerator:
    """Show the answer and one line below it, in a place of fixed height; return that line."""
    with st.container(height=HEADLINE_HEIGHT, border=False, gap=None):
        st.header(text, anchor=False)
        beside = st.container(horizontal=True, vertical_alignment="center", gap="small")
        beside.markdown(line, width="content")
    return beside


def show_certainty(reading: Reading | None, named: int) -> None:
    """Show how likely each digit is, the first `named` ones in full colour.

    Without ink there is no chart: the browser needs twice the time of the canvas to load it.
    """
    refused = reading is not None and reading.verdict == "not a digit"
    st.markdown("**If it had to be a digit**" if refused else "**How likely each digit is**")
    with st.container(height=CHART_HEIGHT, border=False):
        if reading is None or reading.verdict == "blank":
            st.caption("Ten bars, as soon as there is ink")
        else:
            show_probabilities(reading.probabilities.tolist(), reading.candidates[:named])


def show_steps(steps: Steps | None) -> None:
    """Show the four pictures between the ink and the network."""
    st.markdown(
        "**What the network saw**",
        help="The ink is cut out, scaled to 20 pixels and centred by its weight, as the makers of "
        "MNIST did with theirs. The last picture is all that the network gets to see.",
    )
    tiles = st.grid(4, min_column_width=70, gap="small")
    for tile, caption, alt in zip(tiles_of(steps), CAPTIONS, ALTS, strict=True):
        tiles.image(tile, caption, width="stretch", alt=alt if steps else "")


def show_journey(steps: Steps | None) -> None:
    """Show the same four pictures, larger and explained."""
    tiles = st.grid(4, min_column_width=150)
    for tile, story, alt in zip(tiles_of(steps), STORIES, ALTS, strict=True):
        with tiles.cell():
            st.image(tile, width="stretch", alt=alt)
            st.markdown(story)


def tiles_of(steps: Steps | None) -> list[str]:
    """Return the four pictures in their order, each as a tile's URL."""
    if steps is None:
        return [picture_url(empty_tile())] * 4
    pictures = (steps.ink, steps.crop, steps.box, steps.centred)
    return [picture_url(enlarge(picture)) for picture in pictures]
