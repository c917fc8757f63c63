"""What a visitor can do with a model: let it read for them, and rename or delete their own."""

import streamlit as st

from mnist_core.registry import DEFAULT, delete_model, rename_model
from ui.draw.reader_choice import offer_default
from ui.models.model_shelf import Model
from ui.shell import problems_told
from ui.state import choose_model, chosen_model
from ui.words import plain


def offer_actions(model: Model) -> None:
    """Offer what can be done with a model."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if not model.problem:
            offer_to_read(model)
        if not model.is_own:
            st.badge("Ships with Inkling", icon=":material/inventory_2:", color="gray")
        else:
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
    choose_model(None if name == DEFAULT else name)


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
    st.markdown(
        f"**{plain(name)}** will be gone, for everybody, and cannot be brought back. What it "
        "learned stays in its training run, if that is still here."
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
            st.session_state.model_to_see = DEFAULT
            st.rerun()
