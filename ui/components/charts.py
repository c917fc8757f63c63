"""Charts, drawn by Vega-Lite in the theme's colours.

They are plain specifications rather than Altair objects, because importing Altair would cost 27 MB,
and 0.2 s on a visitor's first page.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

COUNTS_HEIGHT = 240

LEGEND = {"orient": "top", "offset": 6, "padding": 0}

COUNTS: dict[str, Any] = {
    "padding": 0,
    "mark": {"type": "bar", "width": {"band": 0.8}},
    "encoding": {
        "x": {
            "field": "digit",
            "type": "nominal",
            "title": None,
            "axis": {"labelAngle": 0, "labelFontSize": 15, "ticks": False, "domain": True},
        },
        "y": {"aggregate": "sum", "field": "count", "title": None, "axis": {"tickCount": 4}},
        "color": {
            "field": "part",
            "type": "nominal",
            "sort": None,
            "title": None,
            "legend": LEGEND,
        },
        "order": {"field": "order"},
        "tooltip": [
            {"field": "digit", "title": "Digit"},
            {"field": "part", "title": "Part"},
            {"field": "count", "title": "Count", "format": ","},
        ],
    },
}

COUNTS_OF_ONE = {
    **COUNTS,
    "encoding": {**COUNTS["encoding"], "color": {"field": "part", "legend": None}},
}


def show_counts(parts: Mapping[str, Sequence[int]]) -> None:
    """Draw the number of samples of each digit as stacked bars, one colour per part.

    Args:
        parts: ten counts for each part of a data set, such as "Training".
    """
    bars = [
        {"digit": str(digit), "part": part, "count": count, "order": order}
        for order, (part, counts) in enumerate(parts.items())
        for digit, count in enumerate(counts)
    ]
    lists = [f"{part}: {', '.join(map(str, counts))}" for part, counts in parts.items()]
    alt = f"Number of samples of each digit from 0 to 9. {'. '.join(lists)}"
    spec = COUNTS if len(parts) > 1 else COUNTS_OF_ONE
    st.vega_lite_chart(bars, spec, height=COUNTS_HEIGHT, alt=alt)
