"""The training digits that a network finds most similar to one that it misread."""

import streamlit as st

from mnist_core.data.digits import Digits
from mnist_core.evaluation.neighbours import CACHED_AS, has_features, nearest_neighbours
from mnist_core.evaluation.output_cache import is_cached
from ui.components.datasets import is_mnist_here, load_digits
from ui.components.gallery import show_gallery
from ui.components.progress import progress
from ui.mistakes.evaluations import EvaluatedModel

NEIGHBOURS = 8


def offer_neighbours(evaluated: EvaluatedModel, index: int) -> None:
    """Let the visitor ask for the most similar training digits; the first time takes seconds."""
    section = st.expander("The most similar training digits", key="neighbours", on_change="rerun")
    if section.open:
        with section:
            if has_features(evaluated.reader):
                show_neighbours(evaluated, index)
            else:
                st.caption(
                    f"{evaluated.reader.name} has no layer just before its output in which digits "
                    "could be compared. pen-cnn, for example, has one."
                )


def show_neighbours(evaluated: EvaluatedModel, index: int) -> None:
    """Show the training digits whose features in the penultimate layer are nearest."""
    name = training_set(evaluated)
    digits = load_digits(name).train
    indices = nearest_with_progress(evaluated, index, digits)
    captions = [str(label) for label in digits.labels[indices].tolist()]
    show_gallery(digits.images[indices], captions, [f"A training {label}" for label in captions])
    label, read = int(evaluated.result.labels[index]), int(evaluated.result.predicted[index])
    found = [
        f"{(n := captions.count(str(digit)))} {'is' if n == 1 else 'are'} labelled {digit}"
        for digit in dict.fromkeys((label, read))
    ]
    st.caption(
        f"The nearest of {len(digits):,} training digits of "
        f"{'MNIST' if name == 'mnist' else 'the UCI digits'}, compared in the network's last "
        f"hidden layer. Of the {len(captions)} shown, {' and '.join(found)}."
    )


def training_set(evaluated: EvaluatedModel) -> str:
    """Return the data set to search: the one the model was trained on, if it is on this machine."""
    if evaluated.reader.card.data["name"] == "uci-digits" or not is_mnist_here():
        return "uci-digits"
    return "mnist"


def nearest_with_progress(evaluated: EvaluatedModel, index: int, digits: Digits) -> list[int]:
    """Return the indices of the most similar digits."""
    image = evaluated.digits.images[index]
    if is_cached(evaluated.reader, digits, CACHED_AS):
        return nearest_neighbours(evaluated.reader, image, digits, NEIGHBOURS).tolist()
    with progress("training digits compared") as show:
        return nearest_neighbours(evaluated.reader, image, digits, NEIGHBOURS, show).tolist()
