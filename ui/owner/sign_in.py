"""Where the owner signs in, and out again."""

import streamlit as st

from ui.logs import log
from ui.owner.attempts import try_password
from ui.owner.signed_in import has_email, has_password, sign_out
from ui.rights import is_local, owner_is_set_up
from ui.settings import settings


def ask_for_owner() -> None:
    """Let whoever runs the app prove it, in the ways that are set up."""
    st.markdown(
        "This page is for whoever runs the app, and so is all that changes it for everybody."
    )
    if not owner_is_set_up():
        st.info(
            "No owner is set up. Whoever runs the app chooses a password or an e-mail address for"
            " it: `docs/configuration.md` says how.",
            icon=":material/key_off:",
        )
        return
    if settings().owner_email:
        offer_login()
    if settings().owner_password.get_secret_value():
        ask_for_password()


def offer_login() -> None:
    """Let the owner sign in where their e-mail is known, and tell anybody else that they are not.

    Which ways there are is written in the secrets: one without a name, or several with.
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
    """Return the names of those who know e-mail addresses; None for one without a name."""
    auth = st.secrets.get("auth", {})
    named = [name for name, value in auth.items() if "client_id" in dict_of(value)]
    return [None] if "client_id" in auth else [*named]


def dict_of(value: object) -> dict[str, object]:
    """Return a section of the secrets; nothing for what is no section."""
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
    """Let the owner be a visitor again; at home there is nothing to sign out of."""
    if is_local():
        return
    if has_password():
        st.button("Sign out", icon=":material/logout:", on_click=sign_out)
    elif has_email():
        tell_log_once()
        st.button("Sign out", icon=":material/logout:", on_click=st.logout)


def tell_log_once() -> None:
    """Log that the owner has come back from where they signed in."""
    if not st.session_state.get("owner_logged"):
        st.session_state.owner_logged = True
        log("owner signed in", by="e-mail")
