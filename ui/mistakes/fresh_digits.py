"""The digits of a set that a model was not trained on, with a remark for the visitor."""

import streamlit as st

from mnist_core import Reader
from mnist_core.data.datasets import load_in_mnist_form
from mnist_core.data.digits import Dataset
from mnist_core.data.kaggle import AS_IS
from mnist_core.evaluation.leakage import FreshDigits, exclude_training_samples
from ui.components.datasets import load_digits


def fresh_digits(name: str, reader: Reader) -> tuple[FreshDigits, str]:
    """Return the digits of a known set that a model was not trained on, and a remark or ""."""
    fresh = exclude_training_samples(load_digits(name), reader.card)
    return fresh, fresh.caution


def fresh_digits_of_upload(path: str, reader: Reader, *, as_is: bool) -> tuple[FreshDigits, str]:
    """Return the digits of a visitor's file that a model was not trained on, and a remark or ""."""
    fresh = exclude_training_samples(load_upload(f"{AS_IS if as_is else ''}{path}"), reader.card)
    return fresh, " ".join(filter(None, [fresh.in_words, fresh.caution]))


@st.cache_resource(max_entries=2, show_spinner="Reading your digits …")
def load_upload(name: str) -> Dataset:
    """Read a visitor's file, whose path only they know."""
    return load_in_mnist_form(name, to_train=False)
