"""The picture or photograph that Draw has just read, for the page that explains the answer."""

import streamlit as st

from mnist_core.ink.ink import LONGEST_SIDE
from mnist_core.pictures import Picture, shrink
from ui.base import session_keys


def remember_picture(picture: Picture | None) -> None:
    """Remember a picture that was read, no larger than it is read; None where the canvas is."""
    if picture is None:
        st.session_state.pop(session_keys.LAST_PICTURE, None)
    else:
        st.session_state[session_keys.LAST_PICTURE] = shrink(picture, LONGEST_SIDE)


def last_picture() -> Picture | None:
    """Return the picture that was read last; None if it was the drawing on the canvas."""
    picture: Picture | None = st.session_state.get(session_keys.LAST_PICTURE)
    return picture


def ask_why() -> None:
    """Offer the way to the page that explains the answer."""
    st.page_link("pages/inside.py", label="Why?", icon=":material/visibility:", query_params={})
