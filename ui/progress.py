"""How far something has come that takes seconds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st


@contextmanager
def progress(of_what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar while the block runs; give a function that takes how far it has come.

    Args:
        of_what: what is counted, such as "digits read".
    """
    bar = st.progress(0.0, f"0 {of_what}")

    def show(done: int, size: int) -> None:
        bar.progress(done / size, f"{done:,} of {size:,} {of_what}")

    try:
        yield show
    finally:
        bar.empty()
