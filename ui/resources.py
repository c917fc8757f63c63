"""What every visitor shares: the readers, and the digits for a surprise."""

from dataclasses import dataclass

import streamlit as st

from mnist_core import Reader, load_reader
from mnist_core.cards import Card
from mnist_core.data import load_uci_digits
from mnist_core.digits import Digits
from mnist_core.errors import ModelError
from mnist_core.registry import FILES, default_model, find_model, list_models, shelves
from ui.state import chosen_model

MOST_READERS = 16

Version = tuple[str | tuple[int, int, int], ...]  # where it is, and how its files are


@dataclass(frozen=True)
class LoadedReader:
    """A reader, and what a visitor should know about how it was found."""

    reader: Reader
    warning: str | None = None


def load_best_reader() -> LoadedReader:
    """Load the model that this visitor has chosen, else the default one, else any that is whole.

    Raises:
        ModelError: there is none.
    """
    try:
        return LoadedReader(load_named_reader(chosen_model() or default_model()))
    except ModelError as problem:
        for name in list_models():
            try:
                reader = load_named_reader(name)
            except ModelError:
                continue
            return LoadedReader(reader, f"{reason(problem)} Until then, {name} reads in its place.")
        raise


def reason(problem: ModelError) -> str:
    """Return why a model cannot read, and what to do, for the visitor who has chosen it."""
    name = chosen_model()
    if name is None or any((shelf / name).is_dir() for shelf in shelves()):
        return str(problem)
    return f"The model {name}, which you had chosen, is not here any more. Choose another."


@st.cache_resource(show_spinner=False)
def load_sample_digits() -> Digits:
    """Load the real handwritten digits that ship with the app."""
    return load_uci_digits()


def load_named_reader(name: str) -> Reader:
    """Load a model, anew when it has changed.

    Raises:
        ModelError: there is no such model, or it is incomplete or damaged.
    """
    found = try_to_load(name, version_of(name))
    if isinstance(found, ModelError):
        raise found
    return found


def card_of(name: str) -> Card:
    """Return a model's card, anew when it has changed; raises what `load_named_reader` does."""
    return read_card_of(name, version_of(name))


def version_of(name: str) -> Version:
    """Return what changes whenever a model does; a look at its folder, not into its files.

    Models of two visitors may have the same name, but never the same version.

    Raises:
        ModelError: there is no such model.
    """
    folder = find_model(name)
    version: list[str | tuple[int, int, int]] = [str(folder)]
    for file in FILES:
        try:
            found = (folder / file).stat()
            version.append((found.st_ino, found.st_mtime_ns, found.st_size))
        except OSError:  # what is missing is told when somebody wants to read with the model
            version.append((0, 0, 0))
    return tuple(version)


@st.cache_resource(show_spinner=False, max_entries=MOST_READERS)
def try_to_load(name: str, version: Version) -> Reader | ModelError:
    """Load a model in one version; that it is damaged is remembered like that it is not."""
    try:
        return load_reader(name)
    except ModelError as problem:
        return problem


@st.cache_resource(show_spinner=False, max_entries=MOST_READERS)
def read_card_of(name: str, version: Version) -> Card:
    """Read a card in one version."""
    return Card.read(find_model(name) / "card.json")
