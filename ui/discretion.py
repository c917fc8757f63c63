"""What becomes of what a visitor does here, and who may know it."""

import streamlit as st

from ui.rights import is_owner
from ui.settings import settings


def tell_what_is_kept() -> None:
    """Say what is kept; lead whoever runs the app to where they sign in."""
    st.markdown(
        "Your drawings stay in this visit. Nothing of them is stored or sent on, and when you close"
        " the page they are gone."
    )
    if is_owner():
        return
    st.markdown(
        "What you train is seen by you alone. Your browser keeps the key to it, and after"
        f" {settings().visitor_days} days without a visit it is removed. The app's log says that a"
        " page was opened or that something failed, but not who you are."
    )
    st.page_link("pages/status.py", label="Is this app yours? Sign in", icon=":material/key:")
