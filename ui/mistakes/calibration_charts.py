"""The calibration charts: confidence against accuracy, and risk against coverage."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from mnist_core.evaluation.reliability import Bin, RiskCoverage
from ui.components.charts import LEGEND

HEIGHT = 300
COUNTS_HEIGHT = 130
ZOOM = 20  # the risk curve starts at 1 - 20 x the error rate: before that it hardly rises
POINTS = 400  # of a curve; more would not be visible
Y_WIDTH = 46  # pixels for the labels on the left, so that the charts line up

UNCALIBRATED, CALIBRATED = "Uncalibrated", "Calibrated"

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
    "scale": {"domain": [UNCALIBRATED, CALIBRATED]},  # the same colours in both charts
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
                    "title": "Accuracy",
                    "axis": {"format": ".0%", "tickCount": 6, "minExtent": Y_WIDTH},
                    "scale": {"domain": [0, 1]},
                },
                "color": SERIES,
                "shape": SERIES,
                "tooltip": [
                    {"field": "series", "title": "Confidence"},
                    {"field": "range", "title": "Range"},
                    {"field": "accuracy", "title": "Accuracy", "format": ".1%"},
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
RISK_COVERAGE: dict[str, Any] = {
    "padding": 0,
    "encoding": {
        "x": {
            "field": "coverage",
            "type": "quantitative",
            "title": "Coverage (share of digits answered)",
            "axis": {"format": "~p", "tickCount": 6, "grid": False},
        },
        "y": {
            "field": "risk",
            "type": "quantitative",
            "title": "Error rate of the answers",
            "axis": {"format": "~p", "tickCount": 5, "minExtent": Y_WIDTH},
        },
        "tooltip": [
            {"field": "coverage", "title": "Coverage", "format": ".1%"},
            {"field": "risk", "title": "Error rate", "format": ".2%"},
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
    """Draw the accuracy at each confidence, and below it the number of answers.

    Args:
        series: bins of equal width for UNCALIBRATED and CALIBRATED confidence. The bars show the
            numbers of the latter.
    """
    points = [point(name, b) for name, bins in series.items() for b in bins]
    values = [f"{p['series']}, {p['range']}: {p['accuracy']:.0%} of {p['n']}" for p in points]
    alt = f"Accuracy at each confidence. {'; '.join(values)}"
    st.vega_lite_chart(points, RELIABILITY, height=HEIGHT, alt=alt)
    calibrated = [p for p in points if p["series"] == CALIBRATED]
    alt = "Number of answers at each confidence"
    st.vega_lite_chart(calibrated, COUNTS, height=COUNTS_HEIGHT, alt=alt)


def point(series: str, b: Bin) -> dict[str, Any]:
    """Return a bin as the charts need it."""
    return {
        "series": series,
        "confidence": b.confidence,
        "accuracy": b.accuracy,
        "n": b.n,
        "low": b.low,
        "high": b.high,
        "range": f"{b.low:.0%} to {b.high:.0%}",
    }


def show_risk_coverage(curve: RiskCoverage, here: tuple[float, float]) -> None:
    """Draw risk against coverage, zoomed in on the part where the risk rises.

    Args:
        curve: risk and coverage at every threshold.
        here: coverage and risk at the chosen threshold.
    """
    low = min(max(0.0, 1 - ZOOM * float(curve.risk[-1])), here[0])
    first = int(np.searchsorted(curve.coverage, low))
    indices = np.unique(np.linspace(first, len(curve.coverage) - 1, POINTS).astype(int))
    points: list[dict[str, Any]] = [
        {"coverage": float(curve.coverage[i]), "risk": float(curve.risk[i]), "marked": False}
        for i in indices
    ]
    points.append({"coverage": here[0], "risk": here[1], "marked": True})
    alt = f"Error rate of the answers: {here[1]:.2%} at a coverage of {here[0]:.1%}"
    axis = {**RISK_COVERAGE["encoding"]["x"], "scale": {"domain": [low, 1]}}
    spec = {**RISK_COVERAGE, "encoding": {**RISK_COVERAGE["encoding"], "x": axis}}
    st.vega_lite_chart(points, spec, height=HEIGHT, alt=alt)
