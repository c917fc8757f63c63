"""Who is the owner: everyone at home; on a server, whoever has signed in as the owner."""

from urllib.parse import urlsplit

import streamlit as st

from ui.access.session import is_signed_in
from ui.base.settings import settings

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")


def is_local() -> bool:
    """Return whether only the person at this machine can reach the app.

    That is so if it listens on localhost, the settings do not say that it is deployed, and this
    request came directly: a reverse proxy on the same machine would bring strangers.
    """
    if st.get_option("server.address") not in LOOPBACK or settings().deployed:
        return False
    headers = st.context.headers
    if any(name in headers for name in FORWARDED):
        return False
    addresses = [f"//{headers.get('Host', 'localhost')}", headers.get("Origin", "//localhost")]
    return all(host_of(address) in LOOPBACK for address in addresses)


def host_of(address: str) -> str | None:
    """Return the host in an address; None if there is none, or the address is invalid."""
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def is_owner() -> bool:
    """Return whether this visitor is the owner, who may change what everyone sees."""
    return is_local() or is_signed_in()


def owner_is_set_up() -> bool:
    """Return whether the settings define an owner who could sign in."""
    chosen = settings()
    by_password = bool(chosen.owner_password.get_secret_value())
    return by_password or bool(chosen.owner_email and "is_logged_in" in st.user)
