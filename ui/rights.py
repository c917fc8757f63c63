"""Who may do what: everybody everything at home, and the owner where others visit."""

from urllib.parse import urlsplit

import streamlit as st

from ui.owner.signed_in import is_signed_in
from ui.settings import settings

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")


def is_local() -> bool:
    """Tell whether the app is only for whoever sits at this machine.

    It listens on localhost, nobody has said that it is deployed all the same, and this visitor
    has come here directly: a reverse proxy on the same machine brings strangers.
    """
    if st.get_option("server.address") not in LOOPBACK or settings().deployed:
        return False
    headers = st.context.headers
    if any(name in headers for name in FORWARDED):
        return False
    places = [f"//{headers.get('Host', 'localhost')}", headers.get("Origin", "//localhost")]
    return all(host_of(place) in LOOPBACK for place in places)


def host_of(place: str) -> str | None:
    """Return the host that an address names; None where it names none, or is not an address."""
    try:
        return urlsplit(place).hostname
    except ValueError:
        return None


def is_owner() -> bool:
    """Tell whether this visitor may change what everybody sees."""
    return is_local() or is_signed_in()


def owner_is_set_up() -> bool:
    """Tell whether anybody could sign in as the owner."""
    chosen = settings()
    by_password = bool(chosen.owner_password.get_secret_value())
    return by_password or bool(chosen.owner_email and "is_logged_in" in st.user)
