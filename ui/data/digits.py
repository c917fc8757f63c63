"""The digits of the Data page: shared by all visitors, and loaded when somebody asks for them."""

import streamlit as st

from mnist_core.data.digits import Dataset
from mnist_core.data.mnist import local_mnist
from ui.components.datasets import DATASETS, load_digits
from ui.components.mnist_download import offer_mnist
from ui.data.profile import DatasetProfile, profile_dataset


@st.cache_resource(show_spinner="Checking every picture …")
def load_profile(name: str) -> DatasetProfile:
    """Return the profile of a set of digits; every picture is looked at once for all visitors."""
    return profile_dataset(load_digits(name))


def choose_digits() -> Dataset | None:
    """Let the visitor choose a set of digits; None where it is not on this machine yet.

    Raises:
        DataError: the set is damaged, or MNIST is said to be where it is not.
    """
    name = st.segmented_control(
        "Data set",
        ("uci-digits", "mnist"),
        format_func=DATASETS.__getitem__,
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
