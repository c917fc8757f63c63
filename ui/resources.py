"""What every visitor shares: the reader, and the digits for a surprise."""

from dataclasses import dataclass

import streamlit as st

from mnist_core import Reader, load_reader
from mnist_core.data import Digits, load_uci_digits
from mnist_core.errors import ModelError
from mnist_core.registry import list_models


@dataclass(frozen=True)
class LoadedReader:
    """A reader, and what a visitor should know about how it was found."""

    reader: Reader
    warning: str | None = None


@st.cache_resource(show_spinner=False)
def load_best_reader() -> LoadedReader:
    """Load the default model, or the first other one that is whole."""
    try:
        return LoadedReader(load_reader())
    except ModelError as problem:
        for name in list_models():
            try:
                reader = load_reader(name)
            except ModelError:
                continue
            return LoadedReader(reader, f"{problem} Until then, {name} reads in its place.")
        raise


@st.cache_resource(show_spinner=False)
def load_sample_digits() -> Digits:
    """Load the real handwritten digits that ship with the app."""
    return load_uci_digits()
