"""The confusion matrix: which digit was read as which, drawn so that a cell can be clicked."""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.analysis.evaluation import Evaluation
from mnist_core.analysis.mistakes import frequent_confusions
from ui.colours import between, legible_on
from ui.mistakes.cells import Cell, matrix_key, take_click
from ui.pictures import hex_colour

HEIGHT = 430

# From few to many, for what is right and for what is wrong. In the dark, more is lighter.
LIGHT = {True: ((229, 234, 249), (47, 74, 168)), False: ((252, 232, 221), (190, 74, 30))}
DARK = {True: ((30, 38, 76), (143, 164, 245)), False: ((68, 42, 42), (255, 160, 115))}
CHOSEN = {False: "#1b2036", True: "#ece7da"}  # in the light, and in the dark

AXIS = {"labelAngle": 0, "labelFontSize": 14, "ticks": False, "domain": False, "titlePadding": 8}
TOOLTIP = [
    {"field": "label", "title": "Label"},
    {"field": "read", "title": "Read as"},
    {"field": "count", "title": "How many", "format": ","},
    {"field": "share", "title": "Of this label", "format": ".2%"},
]
MATRIX: dict[str, Any] = {
    "padding": 0,
    "encoding": {
        "x": {
            "field": "read",
            "type": "ordinal",
            "title": "Read as",
            "axis": {**AXIS, "orient": "top"},
            "scale": {"padding": 0.06},
        },
        "y": {
            "field": "label",
            "type": "ordinal",
            "title": "Label",
            "axis": AXIS,
            "scale": {"padding": 0.06},
        },
        "tooltip": TOOLTIP,
    },
    "layer": [
        {
            "mark": {"type": "rect", "cornerRadius": 3, "aria": False},
            "encoding": {
                "color": {"field": "fill", "type": "nominal", "scale": None, "legend": None},
                "stroke": {"field": "edge", "type": "nominal", "scale": None, "legend": None},
                "strokeWidth": {"condition": {"test": "datum.chosen", "value": 3}, "value": 1},
            },
        },
        {
            "mark": {"type": "text", "fontSize": 12, "aria": False},
            "encoding": {
                "text": {"field": "text"},
                "color": {"field": "ink", "type": "nominal", "scale": None, "legend": None},
            },
        },
        {  # what is clicked lies above the numbers, or they would be in the way
            "params": [
                {"name": "cell", "select": {"type": "point", "fields": ["label", "read"]}},
            ],
            "mark": {"type": "rect", "fill": "transparent", "cursor": "pointer"},
            "encoding": {
                "description": {"field": "said"},
                "opacity": {"value": 1},  # else Streamlit would fade what is not selected
            },
        },
    ],
}


def show_matrix(result: Evaluation, chosen: Cell) -> None:
    """Draw the confusion matrix, the chosen cell marked; a click chooses another."""
    with st.container(horizontal=True, vertical_alignment="center"):
        unit = st.segmented_control(
            "Unit",
            ("Counts", "Shares"),
            default="Counts",
            required=True,
            key="unit",
            label_visibility="collapsed",
        )
        mistakes = st.toggle("Mistakes only", key="mistakes_only")
    cells = matrix_cells(
        result.confusion_matrix(),
        chosen,
        shares=unit == "Shares",
        mistakes=mistakes,
        dark=st.context.theme.type == "dark",
    )
    st.vega_lite_chart(
        cells,
        MATRIX,
        height=HEIGHT,
        key=matrix_key(),
        on_select=take_click,
        alt=f"Confusion matrix. {in_words(result)}",
    )


def in_words(result: Evaluation) -> str:
    """Return the most frequent confusions in words."""
    said = [f"{label} read as {read}: {n}" for label, read, n in frequent_confusions(result)]
    return "Most frequent: " + ", ".join(said) if said else "There is no mistake"


def matrix_cells(
    counts: NDArray[np.int64], chosen: Cell, *, shares: bool, mistakes: bool, dark: bool
) -> list[dict[str, Any]]:
    """Return what there is to draw of a confusion matrix, a row for each cell.

    Args:
        counts: int64 (10, 10), how often each digit (row) was read as each (column).
        chosen: the cell to mark.
        shares: whether the cells say which share of their label they are.
        mistakes: whether the cells of what was read right stay empty.
        dark: whether the page is.
    """
    totals = np.maximum(counts.sum(axis=1), 1).tolist()
    right_most = max(int(counts.diagonal().max()), 1)
    wrong_most = max(int(counts[~np.eye(10, dtype=bool)].max()), 1)
    cells = []
    for label, read in np.ndindex(10, 10):
        n, right = int(counts[label, read]), label == read
        shown = n > 0 and not (right and mistakes)
        few, many = (DARK if dark else LIGHT)[right]
        # Roots, or the frequent would leave the rare no colour to differ by.
        fill = between(few, many, (n / (right_most if right else wrong_most)) ** 0.5)
        text = f"{100 * n / totals[label]:.1f}" if shares else str(n)
        marked = (label, read) == chosen
        cells.append(
            {
                "label": str(label),
                "read": str(read),
                "count": n,
                "share": n / totals[label],
                "text": text if shown else "",
                "said": f"{label} read as {read}: {n}",
                "fill": hex_colour(fill) if shown else "transparent",
                "ink": hex_colour(legible_on(fill)),
                "edge": CHOSEN[dark] if marked else "#80808030",
                "chosen": marked,
            }
        )
    return cells
