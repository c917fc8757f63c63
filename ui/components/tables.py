"""Small tables of text, and the height of large ones."""

from collections.abc import Iterable, Sequence

import streamlit as st

ROW, MAX_ROWS = 35, 10  # height of a row in pixels; rows visible at once


def show_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Show rows of Markdown as a table with its columns aligned left."""
    lines = [" | ".join(row) for row in (header, [":--"] * len(header), *rows)]
    st.markdown("\n".join(f"| {line} |" for line in lines))


def table_height(rows: int) -> int:
    """Return the height of a data frame with so many rows, in pixels; more of them scroll."""
    return ROW * (min(rows, MAX_ROWS) + 1) + 2
