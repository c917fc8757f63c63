"""The privacy notice: what is stored of a visitor, and who can see it."""

import streamlit as st

from ui.access.rights import is_owner
from ui.base.settings import settings


def show_privacy_notice() -> None:
    """Say what is stored; link to the sign-in for the owner."""
    st.markdown(
        "Your drawings are neither stored nor passed on. They are gone when you close the page,"
        " except those that you teach it: these are kept here for you, until you delete them on"
        " *Your hand*. The link in the address bar is the drawing itself: whoever has it sees what"
        " you drew, and so does your browser's history."
    )
    if is_owner():
        return
    if settings().collect_drawings:
        st.markdown(
            "If you agree to it on *Your hand*, the owner may also download the drawings that you"
            " teach it."
        )
    st.markdown(
        f"{who_sees_runs()} Your browser stores the key to your data here. That data is deleted"
        f" after {settings().visitor_days} days without a visit. The app's log records that a page"
        " was opened or that something failed, but not who you are."
    )
    st.page_link("pages/status.py", label="Is this app yours? Sign in", icon=":material/key:")


def who_sees_runs() -> str:
    """Return the sentences that say who can see a visitor's training runs."""
    if not settings().mlflow.get_secret_value():
        return "Only you can see what you train."
    return (
        "Other visitors cannot see what you train. The app's owner keeps a copy of each training"
        " and its model elsewhere (in MLflow), without your name and without your drawings."
    )
