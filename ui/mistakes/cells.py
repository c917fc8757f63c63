"""Which cell of the confusion matrix is looked at: chosen by a click, by keyboard, or by a link."""

from typing import Any

import streamlit as st

Cell = tuple[int | None, int | None]  # a label and a reading; None stands for any


def choose_cell() -> Cell:
    """Ask for a label and a reading, as a click on the matrix does; they are in the address."""
    options: dict[str, Any] = {
        "options": range(10),
        "index": None,
        "placeholder": "any",
        "bind": "query-params",
        "on_change": redraw_matrix,
    }
    label = st.selectbox("Label", key="label", **options)
    read = st.selectbox("Read as", key="read", **options)
    st.button(
        "All",
        help="Show all mistakes",
        on_click=look_at,
        args=(None, None),
        disabled=label is None and read is None,
    )
    return label, read


def matrix_key() -> str:
    """Return the key of the matrix."""
    return f"matrix-{st.session_state.get('matrix_edition', 0)}"


def take_click() -> None:
    """Look at the cell that was clicked."""
    if cells := st.session_state[matrix_key()].selection.get("cell"):
        st.session_state.label, st.session_state.read = (
            int(cells[0][axis]) for axis in ("label", "read")
        )


def look_at(label: int | None, read: int | None) -> None:
    """Look at a cell of the matrix, or at all mistakes."""
    st.session_state.label, st.session_state.read = label, read
    redraw_matrix()


def redraw_matrix() -> None:
    """Make the matrix forget what was clicked, so that the same cell can be clicked again."""
    st.session_state.matrix_edition = st.session_state.get("matrix_edition", 0) + 1
