"""All models, intact or damaged, and the one that is shown."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from mnist_core.errors import ModelError
from mnist_core.models.cards import Card
from mnist_core.models.own_models import is_own
from mnist_core.models.registry import (
    default_model,
    find_model,
    list_all_models,
    shipped_models_dir,
)
from ui.base import session_keys
from ui.components.model_choice import chosen_model, warn_if_missing
from ui.components.resources import card_of, load_named_reader


@dataclass(frozen=True)
class Model:
    """A model as the page shows it.

    Attributes:
        name: the name of its folder.
        folder: its folder.
        card: its card; None if that is damaged too.
        problem: what is wrong with it; empty if nothing is.
    """

    name: str
    folder: Path
    card: Card | None
    problem: str

    @property
    def is_own(self) -> bool:
        """Whether it is this visitor's own and may be renamed and deleted."""
        return is_own(self.name)

    @property
    def ships(self) -> bool:
        """Whether it ships with Inkling."""
        return self.folder.parent == shipped_models_dir()

    @property
    def is_in_use(self) -> bool:
        """Whether this visitor uses it on Draw."""
        return self.name == (chosen_model() or default_model())


def open_model(name: str) -> Model:
    """Return a model with its card, and with what is wrong with it.

    Raises:
        ModelError: there is no such model.
    """
    folder = find_model(name)
    try:
        return Model(name, folder, load_named_reader(name).card, "")
    except ModelError as problem:
        try:
            return Model(name, folder, card_of(name), str(problem))
        except ModelError:
            return Model(name, folder, None, str(problem))


def choose_model_to_see() -> str | None:
    """Let the visitor choose the model shown, which the URL names; None if there is none."""
    names = list_all_models()
    wanted = st.session_state.pop(session_keys.MODEL_TO_SEE, None)
    if wanted in names:  # it was just renamed, or another one deleted
        st.session_state[session_keys.MODEL] = wanted
    elif wanted is None:
        warn_if_missing(names)
    return st.selectbox("Model", names, key=session_keys.MODEL, bind="query-params", width=300)
