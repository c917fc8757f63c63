"""Where the owner signs in and out."""

import streamlit as st

from ui.access.rate_limit import try_password
from ui.access.rights import is_local, owner_is_set_up
from ui.access.session import has_email, has_password, sign_out
from ui.base.logs import log
from ui.base.settings import settings

LOGGED = "owner_logged"  # session key: whether this sign-in has been logged


def ask_for_owner() -> None:
    """Offer the ways to sign in as the owner that are set up."""
    st.markdown("This page is for the owner of the app, who alone can change what everyone sees.")
    if not owner_is_set_up():
        st.info(
            "No owner is set up. To become the owner, set a password or an e-mail address on the"
            " server: `docs/configuration.md` explains how.",
            icon=":material/key_off:",
        )
        return
    if settings().owner_email:
        offer_login()
    if settings().owner_password.get_secret_value():
        ask_for_password()


def offer_login() -> None:
    """Offer to sign in with an e-mail provider; say so if the visitor is not the owner.

    The secrets define the providers: one without a name, or several with names.
    """
    if st.user.get("is_logged_in"):
        st.warning(
            "You are signed in, but not as the owner of this app.", icon=":material/person_off:"
        )
        st.button("Sign out", on_click=st.logout)
        return
    for provider in providers():
        name = provider.capitalize() if provider else "your account"
        st.button(
            f"Sign in with {name}", icon=":material/login:", on_click=st.login, args=[provider]
        )


def providers() -> list[str | None]:
    """Return the names of the e-mail providers; None stands for one without a name."""
    try:
        auth = st.secrets.get("auth", {})
    except FileNotFoundError:  # there is no file with secrets
        return []
    named = [name for name, value in auth.items() if "client_id" in dict_of(value)]
    return [None] if "client_id" in auth else [*named]


def dict_of(value: object) -> dict[str, object]:
    """Return a section of the secrets as a dict; an empty one if it is not a section."""
    return value.to_dict() if hasattr(value, "to_dict") else {}


def ask_for_password() -> None:
    """Let the owner sign in with the password."""
    with st.form("sign-in", clear_on_submit=True, width=420):
        given = st.text_input("Password", type="password", autocomplete="current-password")
        if st.form_submit_button("Sign in", icon=":material/login:", type="primary"):
            reason = try_password(given)
            if reason is None:
                st.rerun()
            st.error(reason, icon=":material/lock:")


def offer_sign_out() -> None:
    """Offer to sign out; at home there is nothing to sign out of."""
    if is_local():
        return
    if has_password():
        st.button("Sign out", icon=":material/logout:", on_click=sign_out)
    elif has_email():
        log_sign_in_once()
        st.button("Sign out", icon=":material/logout:", on_click=st.logout)


def log_sign_in_once() -> None:
    """Log, once per session, that the owner has signed in with an e-mail provider."""
    if not st.session_state.get(LOGGED):
        st.session_state[LOGGED] = True
        log("owner signed in", by="e-mail")
