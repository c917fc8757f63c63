"""The visitor's own drawings as training data beside the others."""

from pathlib import Path

import streamlit as st

from mnist_core.data.additions import LARGEST_SHARE, SHARE, Addition
from mnist_core.hand.example_files import write_examples
from mnist_core.hand.hand import Examples
from ui.access.visitor_files import new_visitor_folder
from ui.base.wording import counted
from ui.components.own_hand import own_examples

# Session keys
ADD = "add_own_drawings"  # widget, bool: whether to train on them
ADDED_SHARE = "own_drawings_share"  # widget, int: their share of the training digits, in percent
WRITTEN = "own_drawings_file"  # (Examples, Path): what was written for a run, and where


def ask_for_own_drawings(data: str) -> Addition | None:
    """Ask whether the visitor's drawings are added to a data set; None if not, or if none are here.

    Raises:
        InklingError: the hand's file is damaged, or there is no room for another.
    """
    examples = own_examples().examples
    n = sum(example.label is not None for example in examples)
    if not n:
        return None
    wanted = st.toggle(f"And your drawings ({counted(n, 'digit')})", key=ADD)
    if not wanted:
        return None
    percent = st.slider(
        "Their share of the training digits, in %",
        1,
        round(LARGEST_SHARE * 100),
        round(SHARE * 100),
        key=ADDED_SHARE,
        help="They are repeated to make up this share. The more, the better it reads you, and the "
        "worse everybody else.",
    )
    return Addition(percent / 100, written(examples), data)


def written(examples: Examples) -> Path:
    """Return a file with the examples in this visitor's workspace; the same one until they change.

    Raises:
        InklingError: there is no room for it.
    """
    known: tuple[Examples, Path] | None = st.session_state.get(WRITTEN)
    if known and known[0] is examples and known[1].is_file():
        return known[1]
    path = new_visitor_folder("uploads") / "hand.zip"
    write_examples(path, examples)
    st.session_state[WRITTEN] = (examples, path)
    return path
