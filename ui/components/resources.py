"""Cached resources that all visitors share: readers, cards, and sample digits."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from mnist_core import InklingError, Reader, load_reader
from mnist_core.data.datasets import load_uci_digits
from mnist_core.data.digits import Digits
from mnist_core.errors import ModelError
from mnist_core.inference.reader import judge_version
from mnist_core.models.cards import Card
from mnist_core.models.registry import (
    FILES,
    default_model,
    find_model,
    list_models,
    model_dirs,
    shipped_models_dir,
)
from mnist_core.pictures import Picture
from ui.components.model_choice import chosen_model

MAX_READERS = 16

Version = tuple[str | tuple[int, int, int], ...]  # the folder; inode, time and size of its files


@dataclass(frozen=True)
class LoadedReader:
    """A reader, and a warning if it is not the one that the visitor chose."""

    reader: Reader
    warning: str | None = None


def load_best_reader() -> LoadedReader:
    """Load the model that this visitor has chosen, else the default, else any that works.

    Raises:
        ModelError: no model works.
    """
    try:
        return LoadedReader(load_named_reader(chosen_model() or default_model()))
    except ModelError as problem:
        for name in list_models():
            try:
                reader = load_named_reader(name)
            except ModelError:
                continue
            return LoadedReader(reader, f"{reason(problem)} Until then, {name} is used instead.")
        raise


def reason(problem: ModelError) -> str:
    """Return why the chosen or default model cannot be used, and what to do."""
    name = chosen_model()
    if name is None or any((folder / name).is_dir() for folder in model_dirs()):
        return str(problem)
    return f"The model {name} that you chose no longer exists. Choose another."


@st.cache_resource(show_spinner=False)
def load_sample_digits() -> Digits:
    """Load the real handwritten digits that come with the app."""
    return load_uci_digits()


def choose_sample() -> Picture:
    """Return a random real digit, uint8 (28, 28), ink light on black."""
    digits = load_sample_digits().images
    return digits[np.random.default_rng().integers(len(digits))]


def load_named_reader(name: str) -> Reader:
    """Load a model, again if it or the model that judges for it has changed.

    Raises:
        ModelError: there is no such model, or it is incomplete or damaged.
    """
    result = load_version(name, (*version_of(name), str(judge_version())))
    if isinstance(result, ModelError):
        raise ModelError(str(result))  # a new one: each raise adds to an error's traceback
    return result


def shipped_models() -> list[str]:
    """Return the names of the models that ship with Inkling, the default one first."""
    return [name for name in list_models() if (shipped_models_dir() / name).is_dir()]


def shipped_readers() -> list[Reader]:
    """Return the readers of all models that ship with Inkling, except damaged ones."""
    readers = []
    for name in shipped_models():
        try:
            readers.append(load_named_reader(name))
        except InklingError:
            continue
    return readers


def card_of(name: str) -> Card:
    """Return a model's card, read again if it has changed.

    Raises:
        ModelError: there is no such model, or its card is missing or damaged.
    """
    return read_card_of(name, version_of(name))


def version_of(name: str) -> Version:
    """Return a value that changes whenever a model's files do, without reading them.

    Models of two visitors may have the same name, but never the same version.

    Raises:
        ModelError: there is no such model.
    """
    folder = find_model(name)
    version: list[str | tuple[int, int, int]] = [str(folder)]
    for file in FILES:
        try:
            stat = (folder / file).stat()
            version.append((stat.st_ino, stat.st_mtime_ns, stat.st_size))
        except OSError:  # reported when the model is loaded
            version.append((0, 0, 0))
    return tuple(version)


@st.cache_resource(show_spinner=False, max_entries=MAX_READERS)
def load_version(name: str, version: Version) -> Reader | ModelError:
    """Load one version of a model; an error is returned, so that it is cached too."""
    try:
        return load_reader(name)
    except ModelError as problem:
        return problem


@st.cache_resource(show_spinner=False, max_entries=MAX_READERS)
def read_card_of(name: str, version: Version) -> Card:
    """Read one version of a card."""
    return Card.read(find_model(name) / "card.json")
