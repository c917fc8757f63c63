"""The digits of the Data page: shared by all visitors, and loaded when somebody asks for them."""

import streamlit as st

from mnist_core.data import load_dataset
from mnist_core.digits import Dataset
from mnist_core.sources.mnist_source import local_mnist
from ui.data.download import offer_mnist
from ui.data.findings import Findings, examine

SETS = {"uci-digits": "UCI digits", "mnist": "MNIST"}


@st.cache_resource(show_spinner="Loading the digits …")
def load_digits(name: str) -> Dataset:
    """Load a set of digits; MNIST takes 55 MB, once for all visitors."""
    return load_dataset(name)


@st.cache_resource(show_spinner="Looking at every picture …")
def examine_digits(name: str) -> Findings:
    """Check a set of digits."""
    dataset = load_digits(name)
    return examine((dataset.train, dataset.test))


def choose_digits() -> Dataset | None:
    """Let the visitor choose a set of digits; None where it is not on this machine yet.

    Raises:
        DataError: the set is damaged, or MNIST is said to be where it is not.
    """
    name = st.segmented_control(
        "Set of digits",
        SETS,
        format_func=SETS.__getitem__,
        default="uci-digits",
        required=True,
        key="set_of_digits",
        persist_state="session",
        label_visibility="collapsed",
    )
    if name == "mnist" and local_mnist() is None:
        offer_mnist()
        return None
    return load_digits(name)
