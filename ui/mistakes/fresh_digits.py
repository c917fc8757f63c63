"""The digits of a set that a model has not learned from, and what to know about them."""

from pathlib import Path

import streamlit as st

from mnist_core import Reader
from mnist_core.analysis.unseen import unseen, without
from mnist_core.data import load_dataset
from mnist_core.digits import Digits
from mnist_core.errors import DataError
from mnist_core.sources.kaggle import read_train
from mnist_core.sources.mnist_source import local_mnist
from ui.data.digits import load_digits

SOURCES = ("mnist", "uci-digits")  # the sets whose digits are known here


def fresh_digits(name: str, reader: Reader) -> tuple[Digits, str]:
    """Return digits of a set that is known here, and a remark or ""."""
    return unseen(load_digits(name), reader.card), doubt(reader)


def doubt(reader: Reader) -> str:
    """Return what speaks against measuring a model on a set, or ""."""
    trained_on = reader.card.data["name"]
    if trained_on in SOURCES:
        return ""
    return (
        f"{reader.name} learned from {trained_on}. Whether some of these digits were among those "
        "is not known here: Kaggle's train.csv, for one, has many of MNIST's test digits. "
        "If they were, the figures are too good."
    )


def fresh_digits_of_upload(path: str, reader: Reader) -> tuple[Digits, str]:
    """Return the digits of a train.csv that a model has not learned from, and what to know."""
    data = reader.card.data
    digits = read_labelled(path)
    if data["name"] not in SOURCES:
        test = test_part(path, data["fingerprint"])
        if test is not None:
            return test, "The model learned from this file, but for the sixth that is shown here."
        return digits, doubt(reader)
    if data["name"] == "mnist" and not is_mnist_here():
        return digits, (
            "Kaggle's digits are MNIST's, and the model learned from most of these. With MNIST on "
            "this machine, those would be left out. So the figures may be too good."
        )
    new = without(digits, load_digits(data["name"]).train)
    left_out = len(digits) - len(new)
    return new, f"{left_out:,} digits that it learned from are left out." if left_out else ""


def test_part(path: str, fingerprint: str) -> Digits | None:
    """Return what was kept for testing of a train.csv, if its other digits are these."""
    try:
        dataset = load_dataset(path)
    except DataError:  # too few digits to train on
        return None
    return dataset.test if dataset.train.fingerprint() == fingerprint else None


def is_mnist_here() -> bool:
    """Return whether MNIST can be loaded without a download."""
    try:
        return local_mnist() is not None
    except DataError:  # it is said to be where it is not
        return False


@st.cache_resource(max_entries=2, show_spinner="Reading your digits …")
def read_labelled(path: str) -> Digits:
    """Read a visitor's train.csv, whose path only they know."""
    return read_train(Path(path))
