"""Pictures that can be opened, and one of them looked at closely."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.analysis.disputed import VOTERS, Dispute
from ui.charts import show_probabilities
from ui.draw.canvas import put_on_canvas
from ui.draw.opinions import readers
from ui.mistakes.evaluations import Study
from ui.mistakes.likeness import offer_likeness
from ui.pictures import enlarge, picture_url
from ui.shell import PAGES, problems_told
from ui.words import percent

Places = NDArray[np.intp]

WIDTH = 76  # pixels of a tile, at least; four fit side by side on a phone
LARGE = 260
HARD = "\N{NO-BREAK SPACE}"


def show_tiles(study: Study, places: Places, page: slice, columns: int, key: str = "") -> None:
    """Show some of many pictures, each with label, reading and the two best probabilities.

    Args:
        study: what was read.
        places: of all that can be leafed through.
        page: which of these to show.
        columns: side by side, at most.
        key: sets galleries on one page apart.
    """
    tiles = st.grid(columns, min_column_width=WIDTH, gap="small")
    for number in range(len(places))[page]:
        place = int(places[number])
        label, read = int(study.result.labels[place]), int(study.result.read[place])
        with tiles.container(gap="xxsmall"):
            st.image(
                picture_url(enlarge(study.digits.images[place])),
                best_two(study, place),
                width="stretch",
                alt=f"A {label} that was read as {read}",
            )
            flag = ":material/flag: " if place in study.disputed else ""
            opened = st.button(
                f"{flag}{label} → {read}", key=f"open-{key}-{place}", width="stretch"
            )
        if opened:
            st.session_state.closeup = number
            look_closely(study, places)


def best_two(study: Study, place: int) -> str:
    """Return the two most probable digits, each with its probability in per cent."""
    probabilities = study.result.probabilities[place]
    two = study.result.ranked[place, :2].tolist()
    first, second = (f"**{digit}** {whole_percent(float(probabilities[digit]))}" for digit in two)
    return f"{first} · {second}".replace(" ", HARD)


def whole_percent(probability: float) -> str:
    """Return a probability in whole per cent, never as a certainty that it is not."""
    if probability >= 0.995:
        return ">99"
    return "<1" if probability < 0.005 else f"{probability * 100:.0f}"


@st.dialog("A closer look", width="medium", icon=":material/search:")
def look_closely(study: Study, places: Places) -> None:
    """Show one picture, and let the visitor go on to the next."""
    number = min(st.session_state.get("closeup", 0), len(places) - 1)
    place = int(places[number])
    with problems_told():
        left, right = st.columns([LARGE, 410], gap="medium", vertical_alignment="center")
        with left:
            show_large(study, place)
        with right:
            show_reading(study, place)
        show_opinions(study, place)
        offer_likeness(study, place)
    with st.container(horizontal=True):
        st.button("Previous", on_click=turn, args=(number - 1,), disabled=number == 0)
        last = number == len(places) - 1
        st.button("Next", on_click=turn, args=(number + 1,), disabled=last)
        st.space("stretch")
        wanted = st.button("Put it on the canvas", type="primary", icon=":material/ink_pen:")
    if wanted:
        put_on_canvas(study.digits.images[place])
        st.session_state.way_in = "Draw"  # the visitor may have left Draw at another way in
        # Without new parameters Streamlit refuses to leave those that are bound to widgets.
        st.switch_page(PAGES / "draw.py", query_params={})


def turn(number: int) -> None:
    """Go on to another picture."""
    st.session_state.closeup = number


def show_large(study: Study, place: int) -> None:
    """Show a picture, large."""
    label = int(study.result.labels[place])
    st.image(
        picture_url(enlarge(study.digits.images[place])),
        f"Number {place:,} of {len(study.digits):,}, counted from 0",
        width="stretch",
        alt=f"A {label}, enlarged",
    )


def show_reading(study: Study, place: int) -> None:
    """Show what was read, how surely, and what people say of the label."""
    label, read = int(study.result.labels[place]), int(study.result.read[place])
    sure = percent(float(study.result.confidence[place]))
    st.markdown(f"The label is **{label}**; it was read as **{read}**, {sure} sure.")
    probabilities = study.result.probabilities[place].tolist()
    show_probabilities(probabilities, (read,))
    if dispute := study.disputed.get(place):
        st.info(votes(dispute), icon=":material/flag:")


def votes(dispute: Dispute) -> str:
    """Return what people said of a label."""
    return (
        f"The label is disputed. Of {VOTERS} people who looked at it, {dispute.for_label} saw a "
        f"{dispute.label}, {dispute.for_suggested} a {dispute.suggested}, and "
        f"{dispute.for_neither} neither or both."
    )


def show_opinions(study: Study, place: int) -> None:
    """Show what every other network that ships reads in a picture."""
    label = int(study.result.labels[place])
    lines = []
    for reader in readers():
        if reader.name == study.reader.name:
            continue
        probabilities = reader.predict(study.digits.images[place][None])[0]
        read = int(probabilities.argmax())
        mark = "✓" if read == label else "✗"
        lines.append(
            f"| {reader.name} | {mark} **{read}** | {percent(float(probabilities[read]))} |"
        )
    agreeing = sum("✓" in line for line in lines)
    st.markdown(f"**The other networks.** {agreeing} of {len(lines)} read the label (✓).")
    with st.expander("What each of them reads"):
        st.markdown("\n".join(["| Network | Reads | How sure |", "|:--|:--|--:|", *lines]))
