"""The digits it learned from that a network finds most like one that it misread."""

import streamlit as st

from mnist_core.analysis.neighbours import DIRECTIONS, has_features, nearest
from mnist_core.analysis.outputs import is_known
from mnist_core.digits import Digits
from ui.data.digits import load_digits
from ui.gallery import show_gallery
from ui.mistakes.evaluations import Study
from ui.mistakes.fresh_digits import is_mnist_here
from ui.progress import progress

NEIGHBOURS = 8


def offer_likeness(study: Study, place: int) -> None:
    """Let the visitor ask for the most similar training digits; it takes seconds, once."""
    section = st.expander("The most similar training digits", key="likeness", on_change="rerun")
    if section.open:
        with section:
            if has_features(study.reader):
                show_likeness(study, place)
            else:
                st.caption(
                    f"{study.reader.name} has no layer between its filters and its answer in "
                    "which digits could be compared. pen-cnn, for one, has."
                )


def show_likeness(study: Study, place: int) -> None:
    """Show the training digits that are nearest in the network's penultimate layer."""
    name = training_set(study)
    digits = load_digits(name).train
    places = nearest_with_progress(study, place, digits)
    captions = [str(label) for label in digits.labels[places].tolist()]
    show_gallery(digits.images[places], captions, [f"A training {label}" for label in captions])
    label, read = int(study.result.labels[place]), int(study.result.read[place])
    found = [
        f"{captions.count(str(digit))} are a {digit}" for digit in dict.fromkeys((label, read))
    ]
    st.caption(
        f"Nearest in the layer before the answer, of {len(digits):,} training digits of "
        f"{'MNIST' if name == 'mnist' else 'the UCI digits'}. By their labels, "
        f"{' and '.join(found)}."
    )


def training_set(study: Study) -> str:
    """Return the name of the digits to compare with: those it learned from, if they are here."""
    if study.reader.card.data["name"] == "uci-digits" or not is_mnist_here():
        return "uci-digits"
    return "mnist"


def nearest_with_progress(study: Study, place: int, digits: Digits) -> list[int]:
    """Return the places of the most similar digits."""
    image = study.digits.images[place]
    if is_known(study.reader, digits, DIRECTIONS):
        return nearest(study.reader, image, digits, NEIGHBOURS).tolist()
    with progress("training digits looked at") as show:
        return nearest(study.reader, image, digits, NEIGHBOURS, show).tolist()
