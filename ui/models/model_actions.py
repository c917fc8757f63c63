"""What a visitor can do with a model: use it on Draw, and rename or delete their own.

The owner also chooses the default for everyone.
"""

import streamlit as st

from mnist_core.models.own_models import delete_model, rename_model
from mnist_core.models.registry import default_model, is_public
from mnist_core.workspace import current_workspace, data_root
from ui.access.rights import is_local, is_owner
from ui.base import session_keys
from ui.base.wording import plain
from ui.components.model_choice import choose_model, chosen_model, make_default, offer_default
from ui.components.model_names import ensure_name_available
from ui.models.model_list import Model
from ui.shell.page import show_errors


def offer_actions(model: Model) -> None:
    """Offer everything that can be done with a model."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if not model.problem:
            offer_to_use(model)
            offer_to_make_default(model)
        if model.is_own:
            offer_changes(model)
        elif model.ships:
            st.badge("Ships with Inkling", icon=":material/inventory_2:", color="gray")
        else:
            st.badge("Shared with everyone here", icon=":material/group:", color="gray")


def offer_to_make_default(model: Model) -> None:
    """Let the owner make a model the default for everyone."""
    if is_local() or not is_owner() or not is_public(model.name):
        return
    if model.name == default_model():
        st.badge("Default for everyone", icon=":material/group:", color="blue")
    else:
        clicked = st.button(
            "Make default for everyone",
            icon=":material/group:",
            help="For everyone here who has not chosen another model.",
        )
        if clicked:
            with show_errors():
                make_default(model.name)


def offer_changes(model: Model) -> None:
    """Offer to rename and to delete a visitor's own model."""
    if not model.problem and st.button("Rename", icon=":material/edit:"):
        ask_for_new_name(model.name)
    if st.button("Delete", icon=":material/delete:"):
        ask_to_delete(model.name)


def offer_to_use(model: Model) -> None:
    """Offer to use a model on Draw, or lead there if it is in use, and to its other pages."""
    if model.is_in_use:
        st.badge("In use on Draw", icon=":material/check:", color="green")
        st.page_link("pages/draw.py", label="Draw", icon=":material/ink_pen:")
    else:
        st.button(
            "Use on Draw",
            type="primary",
            icon=":material/ink_pen:",
            on_click=use_on_draw,
            args=[model.name],
            help="For you, during this visit. Other visitors keep theirs.",
        )
    offer_default()
    st.page_link(
        "pages/curves.py",
        label="How it learned",
        icon=":material/show_chart:",
        query_params={"networks": model.name},
    )
    st.page_link(
        "pages/misclassifications.py",
        label="What it gets wrong",
        icon=":material/rule:",
        query_params={"model": model.name},
    )


def use_on_draw(name: str) -> None:
    """Use a model on Draw for this visitor; the default needs no choice."""
    choose_model(None if name == default_model() else name)


@st.dialog("Rename this model", icon=":material/edit:")
def ask_for_new_name(name: str) -> None:
    """Ask for a new name, and rename a visitor's own model."""
    new = st.text_input(
        "New name", name, help="Lower-case letters, digits, dots, hyphens and underscores"
    )
    st.caption("Links with its old name will stop working.")
    if st.button(f"Rename {name}", type="primary"):
        with show_errors():
            rename_model(name, ensure_name_available(new))
            if chosen_model() == name:
                choose_model(new)
            st.session_state[session_keys.MODEL_TO_SEE] = new
            st.rerun()


@st.dialog("Delete this model?", icon=":material/delete:")
def ask_to_delete(name: str) -> None:
    """Ask for confirmation, and delete a visitor's own model."""
    for_all = " for everyone" if current_workspace() == data_root() else ""
    st.markdown(
        f"**{plain(name)}** will be deleted{for_all}. This cannot be undone. Its training run "
        "stays, if it still exists."
    )
    with st.container(horizontal=True):
        confirmed = st.button(f"Delete {name}", type="primary", icon=":material/delete:")
        if st.button("Cancel"):
            st.rerun()
    if confirmed:
        with show_errors():
            delete_model(name)
            if chosen_model() == name:
                choose_model(None)
            st.session_state[session_keys.MODEL_TO_SEE] = default_model()
            st.rerun()
