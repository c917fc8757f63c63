"""From the confusion matrix to the very pictures."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.analysis.evaluation import Evaluation
from mnist_core.analysis.mistakes import Order, frequent_confusions, in_order
from ui.mistakes.cells import Cell, choose_cell, look_at
from ui.mistakes.closeup import show_tiles
from ui.mistakes.confusion import show_matrix
from ui.mistakes.evaluations import Study
from ui.mistakes.scores import show_each_digit

Places = NDArray[np.intp]

COLUMNS = 4
ON_A_PAGE = 6 * COLUMNS
ORDERS: dict[Order, str] = {
    "surprise": "Most surprising first",
    "confidence": "Most confident first",
    "index": "In the order of the set",
}


@st.fragment
def explore_mistakes(study: Study) -> None:
    """Show the matrix, beside it the pictures, and below it how each digit fares.

    On a phone they follow each other, so that the pictures come right after the matrix.
    """
    grid = st.grid(2, min_column_width=320, gap="medium")
    matrix, pictures, digits = grid.cell(), grid.cell(row_span=2), grid.cell()
    with pictures:
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            chosen = choose_cell()
            order_and_filter()
        places = chosen_places(study.result, chosen)
        st.markdown(in_words(chosen, len(places)))
        leaf_through(study, places, f"{chosen}-{st.session_state.order}")
    with matrix:
        show_matrix(study.result, chosen)
        offer_frequent(study.result)
    with digits:
        show_each_digit(study.result)


def order_and_filter() -> None:
    """Ask in which order to show the pictures, and how sure the model has to have been."""
    with st.popover("", icon=":material/tune:", help="Order and filter"):
        st.radio(
            "Order",
            ORDERS,
            format_func=ORDERS.__getitem__,
            key="order",
            help="A label is surprising where the model found it improbable.",
        )
        st.slider("How sure the model was, in percent", 0, 100, (0, 100), key="sure")


def chosen_places(result: Evaluation, cell: Cell) -> Places:
    """Return the places of the digits that were asked for, in the order that was asked for."""
    low, high = (percent / 100 for percent in st.session_state.sure)
    sure_enough = (result.confidence >= low) & (result.confidence <= high)
    places = np.flatnonzero(in_cell(result, cell) & sure_enough)
    return in_order(result, places, st.session_state.order)


def in_cell(result: Evaluation, cell: Cell) -> NDArray[np.bool_]:
    """Return which digits lie in a cell; where one of the two is open, the mistakes among them."""
    label, read = cell
    if label is not None and read is not None:
        return (result.labels == label) & (result.read == read)
    chosen = ~result.right
    if label is not None:
        chosen = chosen & (result.labels == label)
    if read is not None:
        chosen = chosen & (result.read == read)
    return chosen


def in_words(cell: Cell, n: int) -> str:
    """Return what is shown, such as "3 times, a 4 was read as 9"."""
    label, read = cell
    if label is None and read is None:
        return f"**{n:,}** {'mistake' if n == 1 else 'mistakes'}" if n else "No mistake"
    times = f"**{n:,}** {'time' if n == 1 else 'times'}" if n else "**Never**"
    if label is not None and label == read:
        return f"{times}, a **{label}** was read right"
    what = "another digit" if label is None else f"a **{label}**"
    return f"{times}, {what} was read as {'another digit' if read is None else f'**{read}**'}"


def leaf_through(study: Study, places: Places, key: str) -> None:
    """Show pictures, a page at a time."""
    if not len(places):
        return
    st.caption("Below each picture: the two likeliest digits, in percent; then label → reading.")
    above = st.container()
    pages = -(-len(places) // ON_A_PAGE)
    page = 1
    if pages > 1:
        page = st.pagination(pages, max_visible_pages=5, key=f"page-{study.name}-{key}")
    with above:
        show_tiles(study, places, slice((page - 1) * ON_A_PAGE, page * ON_A_PAGE), COLUMNS)


def offer_frequent(result: Evaluation) -> None:
    """Offer the most frequent confusions, each a way to its pictures."""
    frequent = frequent_confusions(result)
    if not frequent:
        st.success("It has read all of them right.", icon=":material/check_circle:")
        return
    st.caption("Click a cell to see its pictures. The most frequent confusions:")
    with st.container(horizontal=True, gap="xsmall"):
        for label, read, n in frequent:
            st.button(
                f"{label} → {read} ({n:,} ×)",
                key=f"frequent-{label}-{read}",
                on_click=look_at,
                args=(label, read),
            )
