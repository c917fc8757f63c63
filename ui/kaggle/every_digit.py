"""Whether to hold digits back to measure a network with, or to train on all of them."""

import streamlit as st

from ui.base.wording import counted
from ui.components.uploads import Upload

KEY = "every-digit"  # widget, bool


def ask_for_every_digit(upload: Upload) -> bool:
    """Say what is held back of a file, and let the visitor train on all of it instead."""
    chosen = st.toggle("Use every digit", key=KEY, persist_state="session")
    if chosen:
        st.caption(
            f"It trains on all {upload.n:,} digits, for the submission. None of them is left to say"
            " how good it is: only Kaggle's score will."
        )
    else:
        which = "The file's own test set" if upload.own_test else "A sixth of the file"
        st.caption(
            f"{which}, {counted(upload.n_test, 'digit')}, is held back as the test set, and the"
            " recipe's validation set is taken from the rest: so you learn how good the network is."
            " Happy with it? Then train once more with every digit, for the submission."
        )
    return bool(chosen)
