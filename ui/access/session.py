"""Whether this visitor has signed in as the owner."""

import streamlit as st

from ui.base.logs import log
from ui.base.settings import settings

KEY = "owner"


class SignedIn:
    """What an owner's session holds; a browser cannot send an object of this class."""


def is_signed_in() -> bool:
    """Return whether this visitor has signed in as the owner."""
    return has_password() or has_email()


def has_password() -> bool:
    """Return whether this visitor has entered the owner's password."""
    return isinstance(st.session_state.get(KEY), SignedIn)


def has_email() -> bool:
    """Return whether this visitor has signed in with the owner's e-mail address."""
    owner = settings().owner_email.casefold()
    user = st.user.to_dict()
    if not owner or not user.get("is_logged_in") or user.get("email_verified") is False:
        return False
    return str(user.get("email", "")).casefold() == owner


def sign_in() -> None:
    """Make this visitor the owner until they sign out or close the page."""
    st.session_state[KEY] = SignedIn()
    log("owner signed in", by="password")


def sign_out() -> None:
    """Make the owner an ordinary visitor again."""
    st.session_state.pop(KEY, None)
    log("owner signed out")
