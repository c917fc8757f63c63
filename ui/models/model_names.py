"""What models are called: the names there are, and a free one for the next."""

import streamlit as st

from mnist_core import InklingError
from mnist_core.errors import ModelError
from mnist_core.own_models import check_free
from mnist_core.recipes import RECIPES
from mnist_core.registry import shelves
from mnist_core.running.runs import list_runs
from mnist_core.spaces import home, space
from ui.resources import card_of


def titles_of(names: list[str]) -> dict[str, str]:
    """Return what models are called, as people say it; a damaged one is left out."""
    titles = {}
    for name in names:
        try:
            title = card_of(name).recipe.title
        except InklingError:
            continue
        titles[name] = title if name in RECIPES else f"{name} · {title}"
    return titles


def ask_for_name(stem: str) -> str:
    """Ask what a model shall be called; the first answer is a free name."""
    free = free_name(stem)
    return st.text_input(
        "Name of the model",
        free,
        key=f"name-{free}",
        width=240,
        help="Everybody who comes to this server will be able to choose it."
        if space() == home()
        else "You alone will see it.",
    )


def free_name(stem: str) -> str:
    """Return the first of stem-1, stem-2 and so on that no model has or will have."""
    promised, number = promised_names(), 1
    while is_taken(f"{stem}-{number}", promised):
        number += 1
    return f"{stem}-{number}"


def refuse_taken(name: str) -> str:
    """Return a name that a new model can have.

    Raises:
        ModelError: there is or will be one of this name, or it is no name for a model.
    """
    if check_free(name) in promised_names():
        raise ModelError(f"A model {name} is being trained already. Choose another name.")
    return name


def is_taken(name: str, promised: set[str]) -> bool:
    """Tell whether a model has this name, or will have it."""
    return name in promised or any((shelf / name).exists() for shelf in shelves())


def promised_names() -> set[str]:
    """Return the names of the models that are being trained or wait for it."""
    return {
        run.name for run in list_runs() if run.name and run.status().state in ("queued", "running")
    }
