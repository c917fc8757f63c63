"""Whether to hold digits back to measure a network with, or to train on all of them."""

import streamlit as st

from mnist_core.data.kaggle import size_of_test_set

KEY = "every-digit"  # widget, bool


def ask_for_every_digit(n: int) -> bool:
    """Say what is held back of `n` digits, and let the visitor train on all of them instead."""
    chosen = st.toggle("Use every digit", key=KEY, persist_state="session")
    if chosen:
        st.caption(
            f"It trains on all {n:,} digits, for the submission. None of them is left to say how"
            " good it is: only Kaggle's score will."
        )
    else:
        n_test = size_of_test_set(n)
        what = "1 digit" if n_test == 1 else f"{n_test:,} digits"
        st.caption(
            f"A sixth of the file, {what}, is held back as the test set, and the"
            " recipe's validation set is taken from the rest: so you learn how good the network is."
            " Happy with it? Then train once more with every digit, for the submission."
        )
    return bool(chosen)
