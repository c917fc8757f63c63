"""Whether this visitor has signed in as the owner."""

import streamlit as st

from ui.logs import log
from ui.settings import settings

KEY = "owner"


class SignedIn:
    """What the session of an owner holds; a browser can send nothing of this kind."""


def is_signed_in() -> bool:
    """Tell whether this visitor has proved to be the owner."""
    return has_password() or has_email()


def has_password() -> bool:
    """Tell whether this visitor has given the owner's password."""
    return isinstance(st.session_state.get(KEY), SignedIn)


def has_email() -> bool:
    """Tell whether this visitor has signed in with the owner's e-mail."""
    owner = settings().owner_email.casefold()
    user = st.user.to_dict()
    if not owner or not user.get("is_logged_in") or user.get("email_verified") is False:
        return False
    return str(user.get("email", "")).casefold() == owner


def sign_in() -> None:
    """Let this visitor be the owner until they sign out or close the page."""
    st.session_state[KEY] = SignedIn()
    log("owner signed in", by="password")


def sign_out() -> None:
    """Let this visitor be a visitor again."""
    st.session_state.pop(KEY, None)
    log("owner signed out")
