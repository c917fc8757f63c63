"""What a visitor can do with a model: let it read for them, and rename or delete their own.

The owner also chooses the one that reads for everybody.
"""

import streamlit as st

from mnist_core.own_models import delete_model, rename_model
from mnist_core.registry import default_model, is_public, set_default_model
from mnist_core.spaces import home, space
from ui.draw.reader_choice import offer_default
from ui.models.model_shelf import Model
from ui.rights import is_local, is_owner
from ui.shell import problems_told
from ui.state import choose_model, chosen_model
from ui.words import plain


def offer_actions(model: Model) -> None:
    """Offer what can be done with a model."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if not model.problem:
            offer_to_read(model)
            offer_to_make_default(model)
        if model.is_own:
            offer_changes(model)
        elif model.ships:
            st.badge("Ships with Inkling", icon=":material/inventory_2:", color="gray")
        else:
            st.badge("Kept here for everybody", icon=":material/group:", color="gray")


def offer_to_make_default(model: Model) -> None:
    """Let the owner choose a model for everybody who has not chosen another."""
    if is_local() or not is_owner() or not is_public(model.name):
        return
    if model.name == default_model():
        st.badge("Reads for everybody else", icon=":material/group:", color="blue")
    else:
        wanted = st.button(
            "Let it read for everybody",
            icon=":material/group:",
            help="For all who come here and have not chosen another.",
        )
        if wanted:
            with problems_told():
                set_default_model(model.name)
                st.rerun()


def offer_changes(model: Model) -> None:
    """Offer to rename one's own model, and to delete it."""
    if not model.problem and st.button("Rename", icon=":material/edit:"):
        ask_for_new_name(model.name)
    if st.button("Delete", icon=":material/delete:"):
        ask_to_delete(model.name)


def offer_to_read(model: Model) -> None:
    """Let a model read on Draw for this visitor, or lead them there where it does."""
    if model.reads:
        st.badge("Reads on Draw, for you", icon=":material/check:", color="green")
        st.page_link("pages/draw.py", label="Draw", icon=":material/ink_pen:")
    else:
        st.button(
            "Let it read on Draw",
            type="primary",
            icon=":material/ink_pen:",
            on_click=let_read,
            args=[model.name],
            help="For you, in this visit. Everybody else goes on with theirs.",
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


def let_read(name: str) -> None:
    """Let a model read on Draw; the default one needs no choice."""
    choose_model(None if name == default_model() else name)


@st.dialog("Rename it", icon=":material/edit:")
def ask_for_new_name(name: str) -> None:
    """Ask what one's own model shall be called."""
    new = st.text_input("New name", name, help="Small letters, digits, dots and dashes")
    st.caption("Links to it under its old name will lead nowhere.")
    if st.button(f"Rename {name}", type="primary"):
        with problems_told():
            rename_model(name, new)
            if chosen_model() == name:
                choose_model(new)
            st.session_state.model_to_see = new
            st.rerun()


@st.dialog("Delete it for good?", icon=":material/delete:")
def ask_to_delete(name: str) -> None:
    """Ask once more before one's own model is gone."""
    for_all = ", for everybody," if space() == home() else ""
    st.markdown(
        f"**{plain(name)}** will be gone{for_all} and cannot be brought back. What it learned "
        "stays in its training run, if that is still here."
    )
    with st.container(horizontal=True):
        sure = st.button(f"Delete {name}", type="primary", icon=":material/delete:")
        if st.button("Keep it"):
            st.rerun()
    if sure:
        with problems_told():
            delete_model(name)
            if chosen_model() == name:
                choose_model(None)
            st.session_state.model_to_see = default_model()
            st.rerun()
