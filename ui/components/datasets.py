"""The data sets: their titles, and loading them once for all visitors."""

from pathlib import Path

import streamlit as st

from mnist_core.data.additions import PREFIX, Addition
from mnist_core.data.datasets import load_dataset
from mnist_core.data.digits import Dataset
from mnist_core.data.mnist import local_mnist
from mnist_core.errors import DataError

DATASETS = {"mnist": "MNIST", "uci-digits": "UCI digits"}
TRAINING_SETS = {**DATASETS, "train.csv": "Kaggle's train.csv"}
TEST_SETS = {  # titles for the sets in a model's card
    "strangers": "Digits by strangers (UNIPEN)",
    "mnist-test": "MNIST's test set",
    "uci-digits": "UCI digits",
    "uci-digits-test": "UCI digits, test set",
    "train.csv-test": "Your file, test set",
    "held-out": "Validation set",
    "pens": "Pen drawings of unseen writers",
    "pens-small-bold": "Small drawings, bold pen",
    "pens-large-fine": "Large drawings, fine pen",
}

OUTLIERS = {  # titles for the kinds of outliers in a model's card
    "clear-letters": "Clear letters by strangers",
    "look-alikes": "Their letters that look like digits",
    "signs": "Their signs",
    "letters": "Letters in new typefaces",
    "symbols": "Symbols of new kinds",
}


@st.cache_resource(show_spinner="Loading the digits …")
def load_digits(name: str) -> Dataset:
    """Return a data set; MNIST takes 55 MB, once for all visitors."""
    return load_dataset(name)


def data_title(data: str) -> str:
    """Return a data set's title."""
    if data.startswith(PREFIX):
        return f"{data_title(Addition.parse(data).data)} and your drawings"
    return TRAINING_SETS.get(data, Path(data).name)


def is_mnist_here() -> bool:
    """Return whether MNIST can be loaded without a download."""
    try:
        return local_mnist() is not None
    except DataError:  # MNIST_NPZ names a file that is not there
        return False
