"""Models of runs: saved under a name, and used on Draw."""

import streamlit as st

from mnist_core.errors import InklingError, ModelError
from mnist_core.models.cards import Card
from mnist_core.models.own_models import save_model
from mnist_core.models.registry import list_models
from mnist_core.runs.run import Run
from mnist_core.workspace import size_of
from ui.access.limits import check_disk_now
from ui.components.model_choice import choose_model
from ui.components.model_names import free_name
from ui.components.resources import card_of


def use_on_draw(run: Run, card: Card) -> None:
    """Open Draw with a run's model, which is saved under a free name if it has none.

    Raises:
        ModelError: the run has made no model.
        LimitError: this visitor has used up their disk space.
    """
    choose_model(saved_name(card) or save_model_of(run, free_name(run.recipe.name)))
    st.switch_page("pages/draw.py", query_params={})


def save_model_of(run: Run, name: str) -> str:
    """Save a run's model under a name; return the name.

    Raises:
        ModelError: the run has made no model, or the name is taken.
        LimitError: this visitor has used up their disk space.
    """
    if run.model is None:
        raise ModelError("This run has made no model.")
    check_disk_now(size_of(run.model))
    save_model(run.model, name)
    return name


def saved_name(card: Card) -> str | None:
    """Return the name under which exactly this model is saved, or None."""
    for name in list_models():
        try:
            if card_of(name).checksums == card.checksums:
                return name
        except InklingError:
            continue
    return None
