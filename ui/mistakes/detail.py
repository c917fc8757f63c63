"""Tiles of pictures, and the dialog that shows one of them in detail."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.evaluation.labels import VOTERS, Dispute
from mnist_core.inference.verdicts import verdicts_of
from ui.base import session_keys
from ui.base.wording import article, percent
from ui.components.bars import show_probabilities
from ui.components.drawing import put_on_canvas
from ui.components.pictures import enlarge, picture_url
from ui.components.resources import shipped_readers
from ui.mistakes.evaluations import SETS, EvaluatedModel
from ui.mistakes.neighbours import offer_neighbours
from ui.shell.page import PAGES, show_errors

Indices = NDArray[np.intp]

WIDTH = 96  # pixels, the minimum for a tile; three fit side by side on a phone
LARGE = 260
HARD = "\N{NO-BREAK SPACE}"


def show_tiles(
    evaluated: EvaluatedModel, indices: Indices, page: slice, columns: int, key: str = ""
) -> None:
    """Show pictures, each with its label, the prediction and the second guess; one can be opened.

    Args:
        evaluated: a model and the digits it has read.
        indices: of all the pictures that the dialog can step through.
        page: which of these to show as tiles.
        columns: the maximum side by side.
        key: distinguishes the galleries of a page.
    """
    tiles = st.grid(columns, min_column_width=WIDTH, gap="small")
    for number in range(len(indices))[page]:
        index = int(indices[number])
        label, read = int(evaluated.result.labels[index]), int(evaluated.result.predicted[index])
        with tiles.container(key=f"tile-{key}-{index}", gap="xxsmall"):
            st.image(
                picture_url(enlarge(evaluated.digits.images[index])),
                tile_caption(evaluated, index),
                width="stretch",
                alt=f"{article(label).capitalize()} {label} that was read as {read}",
            )
            flag = ":material/flag: " if index in evaluated.disputed else ""
            opened = st.button(
                f"{flag}{label} → {read}", key=f"open-{key}-{index}", width="stretch"
            )
        if opened:
            st.session_state.detail_number = number
            show_detail(evaluated, indices)


def tile_caption(evaluated: EvaluatedModel, index: int) -> str:
    """Return label, prediction and second guess as sentences, in a line each."""
    probabilities = evaluated.result.probabilities[index]
    two = evaluated.result.ranked[index, :2].tolist()
    first, second = (
        f"**{digit}**, {rounded_percent(float(probabilities[digit]))}".replace(" ", HARD)
        for digit in two
    )
    return f"{label_sentence(evaluated, index)}  \nIt said {first},  \nthen {second}."


def label_sentence(evaluated: EvaluatedModel, index: int) -> str:
    """Return what a digit was, or, if people dispute that, what its label says."""
    label = int(evaluated.result.labels[index])
    if index in evaluated.disputed:
        return f"Its label says **{label}**."
    return f"It was {article(label)} **{label}**."


def rounded_percent(probability: float) -> str:
    """Return a probability in whole percent, never rounded up to 100 or down to 0."""
    if probability >= 0.995:
        return ">99 %"
    return "<1 %" if probability < 0.005 else f"{probability * 100:.0f} %"


@st.dialog("A closer look", width="medium", icon=":material/search:")
def show_detail(evaluated: EvaluatedModel, indices: Indices) -> None:
    """Show one picture in detail, and let the visitor step to the next."""
    number = min(st.session_state.get("detail_number", 0), len(indices) - 1)
    index = int(indices[number])
    with show_errors():
        left, right = st.columns([LARGE, 410], gap="medium", vertical_alignment="center")
        with left:
            show_large(evaluated, index)
        with right:
            show_reading(evaluated, index)
        show_other_networks(evaluated, index)
        offer_neighbours(evaluated, index)
    with st.container(horizontal=True):
        st.button("Previous", on_click=step_to, args=(number - 1,), disabled=number == 0)
        last = number == len(indices) - 1
        st.button("Next", on_click=step_to, args=(number + 1,), disabled=last)
        st.space("stretch")
        wanted = st.button("Put it on the canvas", type="primary", icon=":material/ink_pen:")
    if wanted:
        put_on_canvas(evaluated.digits.images[index])
        # The visitor may have left Draw at another input.
        st.session_state[session_keys.INPUT_METHOD] = "Draw"
        # Without query_params, Streamlit would try to keep those bound to widgets, and fail.
        st.switch_page(PAGES / "draw.py", query_params={})


def step_to(number: int) -> None:
    """Show another picture in the dialog."""
    st.session_state.detail_number = number


def show_large(evaluated: EvaluatedModel, index: int) -> None:
    """Show a picture enlarged."""
    label = int(evaluated.result.labels[index])
    st.image(
        picture_url(enlarge(evaluated.digits.images[index])),
        f"{SETS[evaluated.set]}: picture {evaluated.positions[index]:,}, counting from 0",
        width="stretch",
        alt=f"{article(label).capitalize()} {label}, enlarged",
    )


def show_reading(evaluated: EvaluatedModel, index: int) -> None:
    """Show label and prediction, all ten probabilities, and what people say about the label."""
    read = int(evaluated.result.predicted[index])
    confidence = percent(float(evaluated.result.confidence[index]))
    st.markdown(f"{label_sentence(evaluated, index)} It said **{read}**, {confidence}.")
    probabilities = evaluated.result.probabilities[index].tolist()
    show_probabilities(probabilities, (read,))
    st.caption(verdict_on_draw(evaluated, index))
    if dispute := evaluated.disputed.get(index):
        st.info(describe_votes(dispute), icon=":material/flag:")


def verdict_on_draw(evaluated: EvaluatedModel, index: int) -> str:
    """Return what Draw would say of a digit: there, thresholds decide; here, every digit counts."""
    images, logits = evaluated.digits.images[[index]], evaluated.result.logits[[index]]
    match verdicts_of(evaluated.reader, images, logits)[0]:
        case "digit":
            return "On Draw, it would give the same answer."
        case "unsure":
            first, second = evaluated.result.ranked[index, :2].tolist()
            return f"On Draw, it would hesitate: {first} or {second}?"
        case _:
            return "On Draw, it would say that this does not look like a digit."


def describe_votes(dispute: Dispute) -> str:
    """Return how the five people voted on a label."""
    return (
        f"The label is disputed. Of {VOTERS} people who looked at it, {dispute.for_label} saw "
        f"{article(dispute.label)} {dispute.label}, {dispute.for_suggested} "
        f"{article(dispute.suggested)} {dispute.suggested}, and {dispute.for_neither} neither or "
        "both."
    )


def show_other_networks(evaluated: EvaluatedModel, index: int) -> None:
    """Show what every other shipped network reads in a picture."""
    label = int(evaluated.result.labels[index])
    lines = []
    for reader in shipped_readers():
        if reader.name == evaluated.reader.name:
            continue
        probabilities = reader.predict(evaluated.digits.images[index][None])[0]
        read = int(probabilities.argmax())
        mark = "✓" if read == label else "✗"
        lines.append(
            f"| {reader.name} | {mark} **{read}** | {percent(float(probabilities[read]))} |"
        )
    agreeing = sum("✓" in line for line in lines)
    st.markdown(f"**The other networks:** {agreeing} of {len(lines)} agree with the label (✓).")
    with st.expander("What each of them reads"):
        st.markdown("\n".join(["| Network | Prediction | Confidence |", "|:--|:--|--:|", *lines]))
