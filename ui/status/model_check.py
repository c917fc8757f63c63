"""Whether every model is still the one that was made, and reads as well as its card says."""

import gc

import streamlit as st

from mnist_core.analysis.evaluation import evaluate
from mnist_core.cards import Card
from mnist_core.errors import ModelError
from mnist_core.reader import Reader
from mnist_core.registry import find_model, list_models, open_card
from ui.logs import log
from ui.progress import progress
from ui.resources import load_sample_digits
from ui.tables import show_table
from ui.words import plain

SET = "uci-digits"
NEAR = 0.0005  # one digit of the 1,797 more or less: processors round differently
GOOD, BAD = ":green[:material/check_circle:]", ":red[:material/error:]"

Row = list[str]


def check_models() -> None:
    """Look at every model's files and, on request, measure it again."""
    st.markdown(
        "Each file is compared with the checksum in the model's card. Measuring again has every"
        " model read the 1,797 UCI digits, as its card says it did."
    )
    rows = st.session_state.get("model_check")
    if st.button("Measure again", icon=":material/speed:"):
        rows = st.session_state.model_check = measure_all()
    show_table(
        ["Model", "Files", "Right, by its card", "Right, today"],
        rows or [look_at(name) for name in list_models()],
    )


def measure_all() -> list[Row]:
    """Check and measure every model."""
    names = list_models()
    rows = []
    with progress("models measured") as show:
        for done, name in enumerate(names):
            rows.append(look_at(name, measured=True))
            show(done + 1, len(names))
    gc.collect()  # interpreters hold on to one another, and to what they have read
    log("models measured", models=len(names), wrong=sum(BAD in "".join(row) for row in rows))
    return rows


def look_at(name: str, *, measured: bool = False) -> Row:
    """Return a line on a model, read anew from the disk."""
    try:
        folder = find_model(name)
        card = open_card(folder)
        today = measure(Reader(folder)) if measured else ""
    except ModelError as problem:
        return [plain(name), f"{BAD} {plain(str(problem))}", "", ""]
    return [plain(name), f"{GOOD} as made", share(claimed(card)), today]


def measure(reader: Reader) -> str:
    """Return how much of the UCI digits a model reads right, and whether its card says so."""
    digits = load_sample_digits()
    found = float(evaluate(reader.network, reader.card.calibration, digits).right.mean())
    claim = claimed(reader.card)
    if claim is None:
        return share(found)
    return f"{GOOD if abs(found - claim) <= 2 * NEAR else BAD} {share(found)}"


def claimed(card: Card) -> float | None:
    """Return the share that a card names; None where the model has learned from these digits."""
    return card.metrics[SET].accuracy if SET in card.metrics else None


def share(value: float | None) -> str:
    """Return a share as a percentage."""
    return "not measured" if value is None else f"{value * 100:.2f} %"
