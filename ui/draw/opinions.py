"""Second opinions: how every model that ships with Inkling reads the same drawing."""

import streamlit as st

from mnist_core import Reader, Reading
from ui.base.wording import NARROW, percent
from ui.components.own_hand import note_as_for_everybody
from ui.components.resources import shipped_models, shipped_readers


def offer_opinions(reading: Reading | None) -> None:
    """Let the visitor ask the other models, which are loaded only then."""
    if len(shipped_models()) < 2:
        return
    opinions = st.expander(
        "Second opinions", key="opinions", on_change="rerun", icon=":material/groups:"
    )
    if opinions.open:
        with opinions:
            if reading is None or reading.steps is None:
                st.caption("What the other networks read appears here once you draw")
            else:
                show_opinions(reading)


def show_opinions(reading: Reading) -> None:
    """Show a table with a row for what each network reads."""
    opinions = [(reader, ask(reader, reading)) for reader in shipped_readers()]
    agreeing = sum(opinion.digit == reading.digit for _, opinion in opinions)
    lines = [row(reader, opinion, reading) for reader, opinion in opinions]
    st.markdown(f"{agreeing} of {len(opinions)} networks agree with the answer (✓).")
    note_as_for_everybody()
    st.markdown("\n".join(["| Network | Reads | Confidence |", "|:--|:--|--:|", *lines]))


def ask(reader: Reader, reading: Reading) -> Reading:
    """Return how a reader reads a drawing that is already preprocessed."""
    steps = reading.steps
    if steps is None:
        return reading
    return reader.read_prepared(steps)


def row(reader: Reader, opinion: Reading, answer: Reading) -> str:
    """Return a row of the table."""
    name = reader.card.recipe.title.partition(":")[0]
    mark = "✓" if opinion.digit == answer.digit else "✗"
    if opinion.digit is None:
        return f"| {name} | {mark} no{NARROW}digit | |"
    confidence = percent(opinion.confidence).replace(" ", NARROW)
    return f"| {name} | {mark} **{opinion.digit}** | {confidence} |"
