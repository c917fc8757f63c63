"""A class's drawings together, where the owner has switched that on and each person has agreed."""

import streamlit as st

from mnist_core import InklingError
from mnist_core.hand.example_files import zip_of
from mnist_core.hand.sharing import is_shared, share, shared_examples
from ui.access.rights import is_owner
from ui.base.settings import settings
from ui.base.wording import counted
from ui.components.own_hand import note_problem

SHARE = "share_hand"  # widget, bool: whether this visitor's drawings may be collected


def offer_sharing() -> None:
    """Ask a visitor whether their drawings may be collected; let the owner download them."""
    if not settings().collect_drawings:
        return
    if is_owner():
        people, examples = shared_examples()
        st.header("Everybody's drawings", anchor=False)
        st.markdown(f"{counted(len(examples), 'drawing')}, shared by {in_people(people)}.")
        if examples:
            st.download_button(
                "Download all examples",
                lambda: zip_of(examples),
                file_name="class.zip",
                mime="application/zip",
                icon=":material/groups:",
            )
        return
    st.session_state[SHARE] = is_shared()
    st.checkbox(
        "The owner of this app may download the drawings I have taught it",
        key=SHARE,
        on_change=agree,
        help="Off unless you agree. Switch it off, and none of yours can be downloaded any more.",
    )


def agree() -> None:
    """Share this visitor's drawings, or withdraw them."""
    try:
        share(st.session_state[SHARE])
    except InklingError as problem:
        note_problem(problem)


def in_people(n: int) -> str:
    """Return a number of people: "1 person", "2 people"."""
    return f"{n:,} {'person' if n == 1 else 'people'}"
