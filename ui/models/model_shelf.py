"""Every model on the shelf, whole or damaged, and which of them a visitor looks at."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from mnist_core.cards import Card
from mnist_core.errors import ModelError
from mnist_core.own_models import is_own
from mnist_core.registry import NAME, SHIPPED, default_model, find_model, list_models, shelves
from ui.resources import card_of, load_named_reader
from ui.state import chosen_model
from ui.words import plain

KEY = "model"  # of the choice, and what the address calls it


@dataclass(frozen=True)
class Model:
    """A model as a visitor meets it.

    Attributes:
        name: the name of its folder.
        folder: where it is.
        card: what is said of it; None where even that is damaged.
        problem: what is wrong with it, "" if nothing is.
    """

    name: str
    folder: Path
    card: Card | None
    problem: str

    @property
    def is_own(self) -> bool:
        """Whether it is this visitor's, and may be renamed and deleted."""
        return is_own(self.name)

    @property
    def ships(self) -> bool:
        """Whether it came with Inkling."""
        return self.folder.parent == SHIPPED

    @property
    def reads(self) -> bool:
        """Whether it reads on Draw for this visitor."""
        return self.name == (chosen_model() or default_model())


def model_names() -> list[str]:
    """Return the names of all models, those with missing files last."""
    whole = list_models()
    folders = [path for shelf in shelves() if shelf.is_dir() for path in shelf.iterdir()]
    found = {path.name for path in folders if path.is_dir() and NAME.fullmatch(path.name)}
    return whole + sorted(found.difference(whole))


def open_model(name: str) -> Model:
    """Return a model with its card, and what is wrong with it.

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
    """Let the visitor choose a model; the address always names it. None where there is none."""
    names = model_names()
    wanted = st.session_state.pop("model_to_see", None)
    if wanted in names:  # it has just been given this name
        st.session_state[KEY] = wanted
    elif wanted is None:
        tell_if_gone(names)
    return st.selectbox("Model", names, key=KEY, bind="query-params", width=300)


def tell_if_gone(names: list[str]) -> None:
    """Say so where the address names a model that is not here."""
    asked = st.query_params.get(KEY)
    if asked and asked not in names:
        st.warning(f"There is no model {plain(asked)} here (any more).", icon=":material/link_off:")
