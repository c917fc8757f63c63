"""Identify the visitor and their workspace.

The owner, and everyone at home, works in the data root. Any other visitor has a workspace of their
own, found by a random token that their browser stores. What the browser sends is not trusted: it is
hashed, and never used as a path.
"""

import re
import secrets
import threading
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mnist_core.runs.retention import clean_workspaces, mark_seen
from mnist_core.workspace import current_workspace, data_root, resolve_with, workspace_of
from ui.access.limits import chosen_limits
from ui.access.rights import is_owner
from ui.base import session_keys

TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
BYTES = 24  # give the 32 characters of a token
CLEANING_INTERVAL = timedelta(minutes=10)  # as a text, Streamlit would read it with pandas

# Session keys
KEY = "known_visitor"  # Visitor
LAST_WORKSPACE = "workspace_before"  # str: the workspace of the previous page run
NEW_TOKEN = "visitor_token"  # str: the token for a browser that has none yet

OF_A_WORKSPACE = (  # session keys of what is selected in one workspace, and not there in another
    session_keys.CHOSEN_MODEL,
    session_keys.SELECTED_RUN,
    session_keys.CURVES,
    session_keys.TRAIN_CSV,
    session_keys.TEST_CSV,
    session_keys.SUBMISSION,
)

ask_browser = st.components.v2.component(
    "inkling_visitor",
    js="""
export default function ({ data, setStateValue }) {
  const name = "inkling-visitor"
  let token = data.fresh
  try {
    const stored = localStorage.getItem(name)
    if (/^[A-Za-z0-9_-]{32}$/.test(stored)) token = stored
    else localStorage.setItem(name, token)
  } catch {
    // A browser without storage has a workspace for as long as this page is open.
  }
  setStateValue("token", token)
}
""",
)


@dataclass(frozen=True)
class Visitor:
    """The visitor of a session, once known; a browser cannot send an object of this class."""

    workspace: Path


def known_visitor() -> Visitor | None:
    """Return the visitor of this session; None until the browser has sent its token."""
    visitor = st.session_state.get(KEY)
    return visitor if isinstance(visitor, Visitor) else None


def identify_visitor() -> None:
    """Ask a visitor's browser for its token, unless they are known; note that they are here."""
    if not is_owner() and not known_visitor():
        answer = ask_browser(
            key="visitor", data={"fresh": fresh_token()}, height=0, on_token_change=lambda: None
        )
        if is_token(answer.token):
            st.session_state[KEY] = Visitor(workspace_of(answer.token))
            st.session_state.pop(NEW_TOKEN, None)
    if is_owner() or known_visitor():
        forget_other_selection()
        note_visit(current_workspace())


def await_visitor() -> None:
    """Stop the page until the visitor is known: for a moment, once per session."""
    if not known_visitor() and not is_owner():
        st.stop()
    if not is_owner():
        clean_now_and_then()


def forget_other_selection() -> None:
    """Forget what was selected when the workspace changes: at signing in or out as the owner."""
    here = str(current_workspace())
    if st.session_state.setdefault(LAST_WORKSPACE, here) != here:
        for key in (LAST_WORKSPACE, *OF_A_WORKSPACE):
            st.session_state.pop(key, None)


def fresh_token() -> str:
    """Return a token for a browser that has none; always the same one in this session."""
    token: str = st.session_state.setdefault(NEW_TOKEN, secrets.token_urlsafe(BYTES))
    return token


def is_token(value: object) -> bool:
    """Return whether what a browser has sent could be a token."""
    return isinstance(value, str) and bool(TOKEN.fullmatch(value))


def resolve_workspaces() -> None:
    """Make the library use each visitor's workspace; until then all would use the data root."""
    resolve_with(visitor_workspace)


def visitor_workspace() -> Path | None:
    """Return the workspace of this session's visitor; None outside of a session."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return None
    if is_owner():
        return data_root()
    visitor = known_visitor()
    return visitor.workspace if visitor else workspace_of(fresh_token())


def note_visit(folder: Path) -> None:
    """Record that a visitor's workspace or run is in use, so that it is not deleted."""
    if current_workspace() != data_root():
        mark_seen(folder)


@st.cache_resource(show_spinner=False, ttl=CLEANING_INTERVAL)
def clean_now_and_then() -> None:
    """Delete what visitors have not used for long, in the background."""
    threading.Thread(target=clean_workspaces, args=[chosen_limits()], daemon=True).start()
