"""The confusion matrix, and the pictures behind each of its cells."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.mistakes import Order, most_frequent_confusions, sort_digits
from ui.base.wording import article
from ui.mistakes.cell_selection import Cell, choose_cell, select_cell
from ui.mistakes.confusion import show_matrix
from ui.mistakes.detail import show_tiles
from ui.mistakes.evaluations import EvaluatedModel
from ui.mistakes.scores import show_each_digit

Indices = NDArray[np.intp]

COLUMNS = 4
ON_A_PAGE = 6 * COLUMNS
ORDERS: dict[Order, str] = {
    "surprise": "Most surprising first",
    "confidence": "Most confident first",
    "index": "In the test set's order",
}


@st.fragment
def explore_mistakes(evaluated: EvaluatedModel) -> None:
    """Show the matrix, the pictures beside it, and the figures of each digit below.

    On a phone they are stacked, with the pictures right after the matrix.
    """
    grid = st.grid(2, min_column_width=320, gap="medium")
    matrix, pictures, digits = grid.cell(), grid.cell(row_span=2), grid.cell()
    with pictures:
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            chosen = choose_cell()
            choose_order_and_filter()
        indices = chosen_indices(evaluated.result, chosen)
        st.markdown(selection_summary(chosen, len(indices)))
        show_pages(evaluated, indices, f"{chosen}-{st.session_state.order}")
    with matrix:
        show_matrix(evaluated.result, chosen)
        offer_frequent_confusions(evaluated.result)
    with digits:
        show_each_digit(evaluated.result)


def choose_order_and_filter() -> None:
    """Let the visitor choose the order of the pictures and a range of confidence."""
    with st.popover("", icon=":material/tune:", help="Order and filter"):
        st.radio(
            "Order",
            ORDERS,
            format_func=ORDERS.__getitem__,
            key="order",
            help="A mistake is surprising if the model gave the label a low probability.",
        )
        st.slider("The model's confidence, in percent", 0, 100, (0, 100), key="confidence")


def chosen_indices(result: Evaluation, cell: Cell) -> Indices:
    """Return the indices of the digits to show, in the chosen order."""
    low, high = (percent / 100 for percent in st.session_state.confidence)
    in_range = (result.confidence >= low) & (result.confidence <= high)
    indices = np.flatnonzero(in_cell(result, cell) & in_range)
    return sort_digits(result, indices, st.session_state.order)


def in_cell(result: Evaluation, cell: Cell) -> NDArray[np.bool_]:
    """Return which digits are in a cell; if one of the two is None, only the mistakes."""
    label, read = cell
    if label is not None and read is not None:
        return (result.labels == label) & (result.predicted == read)
    chosen = ~result.correct
    if label is not None:
        chosen = chosen & (result.labels == label)
    if read is not None:
        chosen = chosen & (result.predicted == read)
    return chosen


def selection_summary(cell: Cell, n: int) -> str:
    """Return what is selected, such as "3 times, a 4 was read as 9"."""
    label, read = cell
    if label is None and read is None:
        return f"**{n:,}** {'mistake' if n == 1 else 'mistakes'}" if n else "No mistakes"
    times = f"**{n:,}** {'time' if n == 1 else 'times'}"
    if label is not None and label == read:
        return f"{times}, {article(label)} **{label}** was read correctly"
    what = "another digit" if label is None else f"{article(label)} **{label}**"
    return f"{times}, {what} was read as {'another digit' if read is None else f'**{read}**'}"


def show_pages(evaluated: EvaluatedModel, indices: Indices, key: str) -> None:
    """Show the pictures, one page at a time."""
    if not len(indices):
        return
    st.caption("Press a picture for a closer look. The buttons show label → prediction.")
    above = st.container()
    pages = -(-len(indices) // ON_A_PAGE)
    page = 1
    if pages > 1:
        page = st.pagination(pages, max_visible_pages=5, key=f"page-{evaluated.name}-{key}")
    with above:
        show_tiles(evaluated, indices, slice((page - 1) * ON_A_PAGE, page * ON_A_PAGE), COLUMNS)


def offer_frequent_confusions(result: Evaluation) -> None:
    """Offer the most frequent confusions as buttons that show their pictures."""
    frequent = most_frequent_confusions(result)
    if not frequent:
        st.success("It read every digit correctly.", icon=":material/check_circle:")
        return
    st.caption(
        "Rows are the labels (the true digits), columns the network's predictions. Click a cell to "
        "see its pictures. The most frequent confusions:"
    )
    with st.container(horizontal=True, gap="xsmall"):
        for label, read, n in frequent:
            st.button(
                f"{label} → {read} ({n:,} ×)",
                key=f"frequent-{label}-{read}",
                on_click=select_cell,
                args=(label, read),
            )
