"""Model integrity: whether files match their checksums and accuracies match the cards."""

import gc
from contextlib import suppress

import streamlit as st

from mnist_core.errors import ModelError
from mnist_core.evaluation.evaluation import evaluate
from mnist_core.inference.reader import Reader
from mnist_core.models.cards import Card
from mnist_core.models.registry import find_model, list_all_models, open_card
from ui.base.logs import log
from ui.base.wording import plain
from ui.components.progress import progress
from ui.components.resources import Version, load_sample_digits, version_of
from ui.components.tables import show_table

SET = "uci-digits"
TOLERANCE = 0.001  # one or two of the 1,797 digits: processors round differently
MEASURED = "model_check"  # session key: the last measured accuracies, by the models' versions
GOOD, BAD = ":green[:material/check_circle:]", ":red[:material/error:]"


def check_models() -> None:
    """Check every model's files and, on request, measure its accuracy again."""
    st.markdown(
        "Each model's files are compared with the checksums in its card. *Measure again* also tests"
        " every model on the 1,797 UCI digits and compares the accuracy with that in its card."
    )
    if st.button("Measure again", icon=":material/speed:"):
        st.session_state[MEASURED] = measure_all()
    measured = st.session_state.get(MEASURED, {})
    show_table(
        ["Model", "Files", "Accuracy in card", "Accuracy today"],
        [check_model(name, measured) for name in list_all_models()],
    )


def measure_all() -> dict[Version, str]:
    """Return the accuracy of every intact model, by its version."""
    names = list_all_models()
    measured = {}
    with progress("models measured") as show:
        for done, name in enumerate(names):
            with suppress(ModelError):  # the table says what is wrong with it
                open_card(find_model(name))
                measured[version_of(name)] = measure(Reader(find_model(name)))
            show(done + 1, len(names))
    gc.collect()  # interpreters stay in memory, in reference cycles, until they are collected
    wrong = len(names) - len(measured) + sum(BAD in text for text in measured.values())
    log("models measured", models=len(names), wrong=wrong)
    return measured


def check_model(name: str, measured: dict[Version, str]) -> list[str]:
    """Return the table row of a model, read again from the disk."""
    try:
        card = open_card(find_model(name))
        today = measured.get(version_of(name), "")
    except ModelError as problem:
        return [plain(name), f"{BAD} {plain(str(problem))}", "", ""]
    return [plain(name), f"{GOOD} intact", format_accuracy(card_accuracy(card)), today]


def measure(reader: Reader) -> str:
    """Return a model's accuracy on the UCI digits, and whether it matches the card."""
    digits = load_sample_digits()
    measured = float(evaluate(reader.network, reader.card.calibration, digits).correct.mean())
    claim = card_accuracy(reader.card)
    if claim is None:
        return format_accuracy(measured)
    return f"{GOOD if abs(measured - claim) <= TOLERANCE else BAD} {format_accuracy(measured)}"


def card_accuracy(card: Card) -> float | None:
    """Return the accuracy in a card; None if the model was trained on these digits."""
    return card.metrics[SET].accuracy if SET in card.metrics else None


def format_accuracy(value: float | None) -> str:
    """Return an accuracy as text."""
    return "not measured" if value is None else f"{value * 100:.2f} %"
