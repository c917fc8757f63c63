"""Small tables of text."""

from collections.abc import Iterable, Sequence

import streamlit as st


def show_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Show rows of Markdown as a table with its columns aligned left."""
    lines = [" | ".join(row) for row in (header, [":--"] * len(header), *rows)]
    st.markdown("\n".join(f"| {line} |" for line in lines))
