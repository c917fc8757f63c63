"""Second opinions: how every network that ships reads the same drawing."""

import streamlit as st

from mnist_core import InklingError, Reader, Reading
from mnist_core.registry import SHIPPED, list_models
from ui.resources import load_named_reader
from ui.words import NARROW, percent


def offer_opinions(reading: Reading | None) -> None:
    """Let the visitor ask the other networks; they are loaded when somebody does."""
    if len(shipped_models()) < 2:
        return
    opinions = st.expander(
        "Second opinions", key="opinions", on_change="rerun", icon=":material/groups:"
    )
    if opinions.open:
        with opinions:
            if reading is None or reading.steps is None:
                st.caption("What the other networks read, as soon as there is ink")
            else:
                show_opinions(reading)


def shipped_models() -> list[str]:
    """Return the names of the models that ship, the default one first."""
    return [name for name in list_models() if (SHIPPED / name).is_dir()]


def show_opinions(reading: Reading) -> None:
    """Show what each network reads, a line each."""
    opinions = [(reader, ask(reader, reading)) for reader in readers()]
    agreeing = sum(opinion.digit == reading.digit for _, opinion in opinions)
    lines = [row(reader, opinion, reading) for reader, opinion in opinions]
    st.markdown(f"{agreeing} of {len(opinions)} networks agree with the answer (✓).")
    st.markdown("\n".join(["| Network | Reads | How sure |", "|:--|:--|--:|", *lines]))


def readers() -> list[Reader]:
    """Return the readers of all models that ship; a damaged one is left out."""
    found = []
    for name in shipped_models():
        try:
            found.append(load_named_reader(name))
        except InklingError:
            continue
    return found


def ask(reader: Reader, reading: Reading) -> Reading:
    """Return what a reader makes of a drawing that has been prepared already."""
    steps = reading.steps
    if steps is None:
        return reading
    return reader.judge(steps, reader.logits(steps.centred[None])[0])


def row(reader: Reader, opinion: Reading, answer: Reading) -> str:
    """Return a line of the table."""
    name = reader.card.recipe.title.partition(":")[0]
    mark = "✓" if opinion.digit == answer.digit else "✗"
    if opinion.digit is None:
        return f"| {name} | {mark} no{NARROW}digit | |"
    sure = percent(opinion.confidence).replace(" ", NARROW)
    return f"| {name} | {mark} **{opinion.digit}** | {sure} |"
