"""Charts, drawn by Vega-Lite in the theme's colours.

They are plain specifications rather than Altair objects: the same picture without the 27 MB and
the 0.2 s that importing Altair costs on a visitor's first page.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import streamlit as st

from ui.words import percent

CHART_HEIGHT = 170
COUNTS_HEIGHT = 240
WORTH_A_LABEL = 0.01

PROBABILITIES = {
    "padding": 0,
    "encoding": {
        "x": {
            "field": "digit",
            "type": "nominal",
            "title": None,
            "axis": {"labelAngle": 0, "labelFontSize": 15, "ticks": False, "domain": True},
        },
        "y": {
            "field": "probability",
            "type": "quantitative",
            "scale": {"domain": [0, 1.12]},  # a label stands above a bar that is certain
            "axis": None,
        },
        "tooltip": [
            {"field": "digit", "title": "Digit"},
            {"field": "probability", "title": "Probability", "format": ".2%"},
        ],
    },
    "layer": [
        {
            "mark": {"type": "bar", "cornerRadiusEnd": 3, "width": {"band": 0.8}},
            "encoding": {
                "opacity": {"condition": {"test": "datum.named", "value": 1}, "value": 0.35}
            },
        },
        {
            "mark": {"type": "text", "dy": -8, "fontSize": 12},
            # A colour that is encoded is one of the theme's; text would be black in the dark.
            "encoding": {
                "text": {"field": "label"},
                "color": {"datum": 0, "type": "nominal", "legend": None},
            },
        },
    ],
}


def show_probabilities(probabilities: Sequence[float], named: Collection[int]) -> None:
    """Draw one bar for each digit; those that the answer does not name are pale.

    Args:
        probabilities: ten numbers from 0 to 1.
        named: the digits that the answer names.
    """
    import pyarrow  # Streamlit, too, imports it with the first chart only

    bars = [
        {
            "digit": str(digit),
            "probability": probability,
            "label": percent(probability) if probability >= WORTH_A_LABEL else "",
            "named": digit in named,
        }
        for digit, probability in enumerate(probabilities)
    ]
    # A table of Arrow's is what is sent; by way of pandas it would take ten times as long.
    table = pyarrow.Table.from_pylist(bars)
    st.vega_lite_chart(table, PROBABILITIES, height=CHART_HEIGHT, alt=describe(probabilities))


def describe(probabilities: Sequence[float]) -> str:
    """Say in words what the chart shows, the likeliest digits first."""
    ranked = sorted(enumerate(probabilities), key=lambda bar: -bar[1])
    likely = [f"{digit}: {percent(p)}" for digit, p in ranked if p >= WORTH_A_LABEL]
    return f"Probability of each digit. {', '.join(likely) or 'Nothing is read yet'}"


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
        "order": {"field": "place"},
        "tooltip": [
            {"field": "digit", "title": "Digit"},
            {"field": "part", "title": "Part"},
            {"field": "count", "title": "How many", "format": ","},
        ],
    },
}

COUNTS_OF_ONE = {
    **COUNTS,
    "encoding": {**COUNTS["encoding"], "color": {"field": "part", "legend": None}},
}


def show_counts(parts: Mapping[str, Sequence[int]]) -> None:
    """Draw how many there are of each digit, the parts of a set stacked.

    Args:
        parts: ten numbers for each part.
    """
    bars = [
        {"digit": str(digit), "part": part, "count": count, "place": place}
        for place, (part, counts) in enumerate(parts.items())
        for digit, count in enumerate(counts)
    ]
    told = [f"{part}: {', '.join(map(str, counts))}" for part, counts in parts.items()]
    alt = f"How many there are of each digit, from 0 to 9. {'. '.join(told)}"
    spec = COUNTS if len(parts) > 1 else COUNTS_OF_ONE
    st.vega_lite_chart(bars, spec, height=COUNTS_HEIGHT, alt=alt)
