"""A progress bar for work that takes seconds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st


@contextmanager
def progress(unit: str) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar while the block runs; yield a function that updates it.

    The function takes how many are done, and how many there are.

    Args:
        unit: what is counted, such as "digits read".
    """
    bar = st.progress(0.0, f"0 {unit}")

    def show(done: int, size: int) -> None:
        bar.progress(done / size, f"{done:,} of {size:,} {unit}")

    try:
        yield show
    finally:
        bar.empty()
