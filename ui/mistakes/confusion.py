"""The confusion matrix: how often each digit was read as each digit. Its cells can be clicked."""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.mistakes import most_frequent_confusions
from ui.components.colours import between, legible_on
from ui.components.pictures import hex_colour
from ui.mistakes.cell_selection import Cell, apply_click, matrix_key

HEIGHT = 430

# Colours from few to many, for correct (True) and wrong cells. In dark mode, more is lighter.
LIGHT = {True: ((229, 234, 249), (47, 74, 168)), False: ((252, 232, 221), (190, 74, 30))}
DARK = {True: ((30, 38, 76), (143, 164, 245)), False: ((68, 42, 42), (255, 160, 115))}
CHOSEN = {False: "#1b2036", True: "#ece7da"}  # the edge of the selected cell; True: dark mode

AXIS = {"labelAngle": 0, "labelFontSize": 14, "ticks": False, "domain": False, "titlePadding": 8}
TOOLTIP = [
    {"field": "label", "title": "Label"},
    {"field": "read", "title": "Read as"},
    {"field": "count", "title": "Count", "format": ","},
    {"field": "share", "title": "Share of this label", "format": ".2%"},
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
        {  # lies above the numbers, which would otherwise catch the clicks
            "params": [
                {"name": "cell", "select": {"type": "point", "fields": ["label", "read"]}},
            ],
            "mark": {"type": "rect", "fill": "transparent", "cursor": "pointer"},
            "encoding": {
                "description": {"field": "description"},
                "opacity": {"value": 1},  # or Streamlit would fade the other cells
            },
        },
    ],
}


def show_matrix(result: Evaluation, chosen: Cell) -> None:
    """Draw the confusion matrix with the chosen cell marked; a click chooses another."""
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
        on_select=apply_click,
        alt=f"Confusion matrix. {confusion_summary(result)}",
    )


def confusion_summary(result: Evaluation) -> str:
    """Return the most frequent confusions in words."""
    top = [f"{label} read as {read}: {n}" for label, read, n in most_frequent_confusions(result)]
    return "Most frequent: " + ", ".join(top) if top else "There are no mistakes"


def matrix_cells(
    counts: NDArray[np.int64], chosen: Cell, *, shares: bool, mistakes: bool, dark: bool
) -> list[dict[str, Any]]:
    """Return the cells of a confusion matrix as the chart needs them, one row each.

    Args:
        counts: int64 (10, 10), how often each label (row) was read as each digit (column).
        chosen: the cell to mark.
        shares: whether cells show percentages of their label instead of counts.
        mistakes: whether the cells of correct predictions stay empty.
        dark: whether the page is in dark mode.
    """
    totals = np.maximum(counts.sum(axis=1), 1).tolist()
    right_most = max(int(counts.diagonal().max()), 1)
    wrong_most = max(int(counts[~np.eye(10, dtype=bool)].max()), 1)
    cells = []
    for label, read in np.ndindex(10, 10):
        n, right = int(counts[label, read]), label == read
        shown = n > 0 and not (right and mistakes)
        few, many = (DARK if dark else LIGHT)[right]
        # Square roots, so that rare confusions differ in colour as well.
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
                "description": f"{label} read as {read}: {n}",
                "fill": hex_colour(fill) if shown else "transparent",
                "ink": hex_colour(legible_on(fill)),
                "edge": CHOSEN[dark] if marked else "#80808030",
                "chosen": marked,
            }
        )
    return cells
