"""Second opinions: how every model that ships with Inkling reads the same drawing."""

from collections.abc import Callable, Sequence

import streamlit as st

from mnist_core import Number, Reader, Reading
from mnist_core.inference.number_reading import LONGEST_SIDE
from mnist_core.pictures import Picture, shrink, to_grey
from ui.base.wording import NARROW, percent
from ui.components.own_hand import note_as_for_everybody
from ui.components.resources import shipped_models, shipped_readers
from ui.components.strokes import Points


def offer_opinions(
    reading: Reading | None,
    number: Number | None,
    picture: Picture | None,
    strokes: Sequence[Points] | None,
) -> None:
    """Let the visitor ask the other models, which are loaded only then.

    Args:
        reading: what is read as one digit.
        number: the number that is read, if there is one: the others are then asked for it too.
        picture: what was read.
        strokes: the strokes of a drawing; None of any other picture.
    """
    if len(shipped_models()) < 2:
        return
    opinions = st.expander(
        "Second opinions", key="opinions", on_change="rerun", icon=":material/groups:"
    )
    if opinions.open:
        with opinions:
            if number and picture is not None:
                show_opinions(number, ask_for_number(picture, strokes))
            elif reading is None or reading.steps is None:
                st.caption("What the other networks read appears here once you draw")
            else:
                show_opinions(reading, lambda reader: ask(reader, reading))


def show_opinions(
    answer: Reading | Number, opinion_of: Callable[[Reader], Reading | Number]
) -> None:
    """Show a table with a row for what each network reads."""
    opinions = [(reader, opinion_of(reader)) for reader in shipped_readers()]
    agreeing = sum(read_as(opinion) == read_as(answer) for _, opinion in opinions)
    lines = [row(reader, opinion, answer) for reader, opinion in opinions]
    st.markdown(f"{agreeing} of {len(opinions)} networks agree with the answer (✓).")
    note_as_for_everybody()
    st.markdown("\n".join(["| Network | Reads | Confidence |", "|:--|:--|--:|", *lines]))


def ask(reader: Reader, reading: Reading) -> Reading:
    """Return how a reader reads a drawing that is already preprocessed."""
    steps = reading.steps
    if steps is None:
        return reading
    return reader.read_prepared(steps)


def ask_for_number(
    picture: Picture, strokes: Sequence[Points] | None
) -> Callable[[Reader], Number]:
    """Return what asks a reader for the number in a drawing or a picture."""
    if strokes is not None:
        return lambda reader: reader.read_number(strokes=strokes)
    small = shrink(to_grey(picture), LONGEST_SIDE)  # once, and not again by each reader
    return lambda reader: reader.read_number(small)


def row(reader: Reader, opinion: Reading | Number, answer: Reading | Number) -> str:
    """Return a row of the table."""
    name = reader.card.recipe.title.partition(":")[0]
    read = read_as(opinion)
    mark = "✓" if read == read_as(answer) else "✗"
    if not read:
        kind = "number" if isinstance(answer, Number) else "digit"
        return f"| {name} | {mark} no{NARROW}{kind} | |"
    confidence = percent(opinion.confidence).replace(" ", NARROW)
    return f"| {name} | {mark} **{read}** | {confidence} |"


def read_as(answer: Reading | Number) -> str:
    """Return the number or the digit that was read; "" for neither."""
    if isinstance(answer, Number):
        return answer.text.replace("\n", ", ")
    return "" if answer.digit is None else f"{answer.digit}"
