"""Which visitor this is, and the space that is theirs.

Who owns the app, and everybody at home, works in the data root. Any other visitor has a space of
their own, found by a token that their browser keeps. It tells nothing about them. What the browser
says is not to be trusted: it is hashed, and never a path.
"""

import re
import secrets
import threading
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mnist_core.running.tidying import note_seen, tidy_spaces
from mnist_core.spaces import find_with, home, space, space_of
from ui.limits import chosen_limits
from ui.rights import is_owner

TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
HERE = "space_before"
BYTES = 24  # as many as a token's 32 characters hold
KEY = "known_visitor"
FRESH = "visitor_token"  # what a browser keeps from now on that keeps none yet
TIDY_EVERY = "10m"

ask_browser = st.components.v2.component(
    "inkling_visitor",
    js="""
export default function ({ data, setStateValue }) {
  const name = "inkling-visitor"
  let token = data.fresh
  try {
    const kept = localStorage.getItem(name)
    if (/^[A-Za-z0-9_-]{32}$/.test(kept)) token = kept
    else localStorage.setItem(name, token)
  } catch {
    // A browser that keeps nothing has a space for as long as this page is open.
  }
  setStateValue("token", token)
}
""",
)


@dataclass(frozen=True)
class Visitor:
    """The visitor of a session, once the browser has told; it can send nothing of this kind."""

    space: Path


def known_visitor() -> Visitor | None:
    """Return the visitor of this session; None until the browser has told."""
    visitor = st.session_state.get(KEY)
    return visitor if isinstance(visitor, Visitor) else None


def meet_visitor() -> None:
    """Ask the browser which visitor this is, unless that is known or makes no difference."""
    if known_visitor() or is_owner():
        return
    answer = ask_browser(
        key="visitor", data={"fresh": fresh_token()}, height=0, on_token_change=lambda: None
    )
    if is_token(answer.token):
        st.session_state[KEY] = Visitor(space_of(answer.token))
        st.session_state.pop(FRESH, None)


def await_visitor() -> None:
    """Hold the page until it is known which visitor this is: a moment, once in a visit."""
    if not known_visitor() and not is_owner():
        st.stop()
    forget_another_space()
    if is_owner():
        return
    note_visit(space())
    tidy_now_and_then()


def forget_another_space() -> None:
    """Forget which runs were looked at before a visitor signed in as the owner, or out."""
    here = str(space())
    if st.session_state.setdefault(HERE, here) != here:
        for key in (HERE, "watched", "curves"):
            st.session_state.pop(key, None)


def fresh_token() -> str:
    """Return the token of a browser that has none; always the same one in this session."""
    token: str = st.session_state.setdefault(FRESH, secrets.token_urlsafe(BYTES))
    return token


def is_token(said: object) -> bool:
    """Tell whether what a browser says could be a token."""
    return isinstance(said, str) and bool(TOKEN.fullmatch(said))


def visitor_space() -> Path | None:
    """Return the space of this session's visitor; None outside of a session."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return None
    if is_owner():
        return home()
    visitor = known_visitor()
    return visitor.space if visitor else space_of(fresh_token())


def note_visit(folder: Path) -> None:
    """Note that somebody looks at a visitor's space or run, so that it is not cleared away."""
    if space() != home():
        note_seen(folder)


@st.cache_resource(show_spinner=False, ttl=TIDY_EVERY)
def tidy_now_and_then() -> None:
    """Clear away what no visitor has used for long; while the page goes on."""
    threading.Thread(target=tidy_spaces, args=[chosen_limits()], daemon=True).start()


find_with(visitor_space)  # not on each page: a part of a page that runs anew runs without it
