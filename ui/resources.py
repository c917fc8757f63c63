"""What every visitor shares: the reader, and the digits for a surprise."""

from dataclasses import dataclass

import streamlit as st

from mnist_core import Reader, load_reader
from mnist_core.cards import Card
from mnist_core.data import load_uci_digits
from mnist_core.digits import Digits
from mnist_core.errors import ModelError
from mnist_core.registry import find_model, list_models


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


MOST_READERS = 16


def load_named_reader(name: str) -> Reader:
    """Load a model, anew when its card has changed.

    Raises:
        ModelError: there is no such model, or it is incomplete or damaged.
    """
    return load_reader_of(name, changed(name))


def card_of(name: str) -> Card:
    """Return a model's card, anew when it has changed; raises what `load_named_reader` does."""
    return read_card_of(name, changed(name))


def changed(name: str) -> int:
    """Return when a model's card has changed last.

    Raises:
        ModelError: there is no such model, or it has no card.
    """
    try:
        return (find_model(name) / "card.json").stat().st_mtime_ns
    except OSError as problem:
        raise ModelError(f"The model {name} is incomplete: it has no card.") from problem


@st.cache_resource(show_spinner=False, max_entries=MOST_READERS)
def load_reader_of(name: str, version: int) -> Reader:
    """Load a model in one version."""
    return load_reader(name)


@st.cache_resource(show_spinner=False, max_entries=MOST_READERS)
def read_card_of(name: str, version: int) -> Card:
    """Read a card in one version."""
    return Card.read(find_model(name) / "card.json")
