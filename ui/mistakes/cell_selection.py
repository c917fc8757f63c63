"""The selected cell of the confusion matrix: chosen by mouse, by keyboard or by a link."""

from typing import Any

import streamlit as st

Cell = tuple[int | None, int | None]  # label and prediction; None stands for any


def choose_cell() -> Cell:
    """Let the visitor choose label and prediction, like a click on the matrix; the URL has both."""
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
        on_click=select_cell,
        args=(None, None),
        disabled=label is None and read is None,
    )
    return label, read


def matrix_key() -> str:
    """Return the widget key of the matrix."""
    return f"matrix-{st.session_state.get('matrix_revision', 0)}"


def apply_click() -> None:
    """Select the cell that was clicked."""
    if cells := st.session_state[matrix_key()].selection.get("cell"):
        st.session_state.label, st.session_state.read = (
            int(cells[0][axis]) for axis in ("label", "read")
        )


def select_cell(label: int | None, read: int | None) -> None:
    """Select a cell of the matrix; None and None select all mistakes."""
    st.session_state.label, st.session_state.read = label, read
    redraw_matrix()


def redraw_matrix() -> None:
    """Give the matrix a new key, which clears its selection: a cell can be clicked again."""
    st.session_state.matrix_revision = st.session_state.get("matrix_revision", 0) + 1
