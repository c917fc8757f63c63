"""The names of models: titles of those that exist, and a free name for the next."""

import streamlit as st

from mnist_core import InklingError
from mnist_core.errors import ModelError
from mnist_core.models.own_models import ensure_name_free
from mnist_core.models.registry import model_dirs
from mnist_core.recipes.catalog import RECIPES
from mnist_core.runs.status import ACTIVE_STATES
from mnist_core.runs.store import list_runs
from mnist_core.workspace import current_workspace, data_root
from ui.components.resources import card_of


def titles_of(names: list[str]) -> dict[str, str]:
    """Return a readable title for each model; damaged ones are left out."""
    titles = {}
    for name in names:
        try:
            title = card_of(name).recipe.title
        except InklingError:
            continue
        titles[name] = title if name in RECIPES else f"{name} · {title}"
    return titles


def ask_for_name(stem: str) -> str:
    """Ask for a model's name; a free one is filled in."""
    free = free_name(stem)
    return st.text_input(
        "Model name",
        free,
        key=f"name-{free}",
        width=240,
        help="Everyone on this server will be able to choose it."
        if current_workspace() == data_root()
        else "Only you will see it.",
    )


def free_name(stem: str) -> str:
    """Return the first of stem-1, stem-2 and so on that no model has and no run has reserved."""
    reserved, number = reserved_names(), 1
    while is_taken(f"{stem}-{number}", reserved):
        number += 1
    return f"{stem}-{number}"


def ensure_name_available(name: str) -> str:
    """Return the name if a new model can have it.

    Raises:
        ModelError: a model has this name, a run has reserved it, or it is not a valid name.
    """
    if ensure_name_free(name) in reserved_names():
        raise ModelError(f"A model {name} is being trained already. Choose another name.")
    return name


def is_taken(name: str, reserved: set[str]) -> bool:
    """Return whether a model has this name, or a run has reserved it."""
    return name in reserved or any((folder / name).exists() for folder in model_dirs())


def reserved_names() -> set[str]:
    """Return the names of the models that are being trained or waiting to be."""
    return {run.name for run in list_runs() if run.name and run.status().state in ACTIVE_STATES}
