"""The charts of trust: confidence against accuracy, and errors against answers."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from mnist_core.analysis.reliability import Bin, Coverage
from ui.charts import LEGEND

HEIGHT = 300
COUNTS_HEIGHT = 130
RISES = 20  # times the share of all errors: from there on, about, leaving out less costs much
POINTS = 400  # of a curve: more cannot be told apart
Y_WIDTH = 46  # pixels for the labels on the left, so that charts stand exactly above each other

RAW, CALIBRATED = "As the network says", "Calibrated"

CONFIDENCE = {
    "field": "confidence",
    "type": "quantitative",
    "title": "Confidence",
    "axis": {"format": ".0%", "tickCount": 6, "grid": False},
    "scale": {"domain": [0, 1]},
}
SERIES: dict[str, Any] = {
    "field": "series",
    "type": "nominal",
    "sort": None,
    "title": None,
    "legend": LEGEND,
    "scale": {"domain": [RAW, CALIBRATED]},  # so that each has the same colour in both charts
}
RELIABILITY: dict[str, Any] = {
    "padding": 0,
    "layer": [
        {
            "data": {
                "values": [{"confidence": 0, "accuracy": 0}, {"confidence": 1, "accuracy": 1}]
            },
            "mark": {"type": "line", "strokeDash": [4, 4], "color": "#888888", "strokeWidth": 1.5},
            "encoding": {
                "x": CONFIDENCE,
                "y": {"field": "accuracy", "type": "quantitative"},
            },
        },
        {
            "mark": {"type": "line", "point": {"size": 70}},
            "encoding": {
                "x": CONFIDENCE,
                "y": {
                    "field": "accuracy",
                    "type": "quantitative",
                    "title": "Read right",
                    "axis": {"format": ".0%", "tickCount": 6, "minExtent": Y_WIDTH},
                    "scale": {"domain": [0, 1]},
                },
                "color": SERIES,
                "shape": SERIES,
                "tooltip": [
                    {"field": "series", "title": "Confidence"},
                    {"field": "range", "title": "From, to"},
                    {"field": "accuracy", "title": "Read right", "format": ".1%"},
                    {"field": "n", "title": "Answers", "format": ","},
                ],
            },
        },
    ],
}
COUNTS: dict[str, Any] = {
    "padding": 0,
    "mark": {"type": "bar", "clip": True},
    "encoding": {
        "x": {**CONFIDENCE, "field": "low", "bin": "binned", "title": None},
        "x2": {"field": "high"},
        "y": {
            "field": "n",
            "type": "quantitative",
            "title": "Answers",
            "axis": {"format": ",d", "minExtent": Y_WIDTH, "values": [0, 10, 100, 1000, 10000]},
            "scale": {"type": "symlog"},
        },
        "color": {**SERIES, "legend": None},
        "tooltip": [
            {"field": "range", "title": "Confidence"},
            {"field": "n", "title": "Answers", "format": ","},
        ],
    },
}
HERE = {"datum": "here", "scale": {"domain": ["curve", "here"]}, "legend": None}
RISK: dict[str, Any] = {
    "padding": 0,
    "encoding": {
        "x": {
            "field": "coverage",
            "type": "quantitative",
            "title": "Answered",
            "axis": {"format": "~p", "tickCount": 6, "grid": False},
        },
        "y": {
            "field": "risk",
            "type": "quantitative",
            "title": "Wrong among the answers",
            "axis": {"format": "~p", "tickCount": 5, "minExtent": Y_WIDTH},
        },
        "tooltip": [
            {"field": "coverage", "title": "Answered", "format": ".1%"},
            {"field": "risk", "title": "Wrong among these", "format": ".2%"},
        ],
    },
    "layer": [
        {"transform": [{"filter": "!datum.marked"}], "mark": {"type": "line"}},
        {
            "transform": [{"filter": "datum.marked"}],
            "mark": {"type": "point", "size": 160, "filled": True, "opacity": 1},
            "encoding": {"color": HERE},
        },
    ],
}


def show_reliability(series: Mapping[str, Sequence[Bin]]) -> None:
    """Draw how many answers were right at each confidence, and how many answers there were.

    Args:
        series: bins of equal width, by what the confidence is called: RAW and CALIBRATED. The
            answers are counted of the latter.
    """
    points = [point(name, b) for name, bins in series.items() for b in bins]
    told = [f"{p['series']}, {p['range']}: {p['accuracy']:.0%} of {p['n']}" for p in points]
    alt = f"Share read right at each confidence. {'; '.join(told)}"
    st.vega_lite_chart(points, RELIABILITY, height=HEIGHT, alt=alt)
    counted = [p for p in points if p["series"] == CALIBRATED]
    alt = "How many answers were given at each confidence"
    st.vega_lite_chart(counted, COUNTS, height=COUNTS_HEIGHT, alt=alt)


def point(series: str, b: Bin) -> dict[str, Any]:
    """Return a bin as a chart takes it."""
    return {
        "series": series,
        "confidence": b.confidence,
        "accuracy": b.accuracy,
        "n": b.n,
        "low": b.low,
        "high": b.high,
        "range": f"{b.low:.0%} to {b.high:.0%}",
    }


def show_risk(curve: Coverage, here: tuple[float, float]) -> None:
    """Draw the share of wrong answers against the share of answers, where it rises.

    Args:
        curve: for every threshold.
        here: coverage and risk at the threshold that was chosen.
    """
    low = min(max(0.0, 1 - RISES * float(curve.risk[-1])), here[0])
    first = int(np.searchsorted(curve.coverage, low))
    places = np.unique(np.linspace(first, len(curve.coverage) - 1, POINTS).astype(int))
    points: list[dict[str, Any]] = [
        {"coverage": float(curve.coverage[i]), "risk": float(curve.risk[i]), "marked": False}
        for i in places
    ]
    points.append({"coverage": here[0], "risk": here[1], "marked": True})
    alt = f"Wrong among the answers: {here[1]:.2%} where {here[0]:.1%} of the digits are answered"
    axis = {**RISK["encoding"]["x"], "scale": {"domain": [low, 1]}}
    spec = {**RISK, "encoding": {**RISK["encoding"], "x": axis}}
    st.vega_lite_chart(points, spec, height=HEIGHT, alt=alt)
