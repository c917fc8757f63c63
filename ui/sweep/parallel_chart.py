"""Parallel coordinates: an axis for each setting that varies, and a line for each combination."""

from math import log
from typing import Any

import streamlit as st

from mnist_core.sweeps.space import Range, Variation
from mnist_core.sweeps.sweep import Combination, Sweep
from ui.components.recipe_fields import label_of
from ui.sweep.sweep_table import ACCURACY, shown

HEIGHT = 260
GREY = "#808080"  # legible on light and on dark paper
FEWEST = 2  # combinations
X = {
    "field": "axis",
    "type": "nominal",
    "sort": None,
    "title": None,
    "axis": {"labelAngle": 0, "orient": "top", "domain": False, "ticks": False, "grid": True},
    "scale": {"type": "point", "padding": 0.4},
}
Y = {"field": "place", "type": "quantitative", "axis": None, "scale": {"domain": [-0.08, 1.08]}}
TOOLTIP = [
    {"field": "settings", "title": "Settings"},
    {"field": "accuracy", "title": ACCURACY, "format": ".2%"},
]
STRENGTH = {  # the best are the strongest, by their rank: accuracies crowd at the top
    "field": "strength",
    "type": "quantitative",
    "scale": {"domain": [0, 1], "range": [0.1, 1]},
    "legend": None,
}
SPEC: dict[str, Any] = {
    "padding": 0,
    "layer": [
        {
            "transform": [{"filter": "datum.kind == 'line'"}],
            "mark": {"type": "line", "strokeWidth": 2, "point": True},
            "encoding": {
                "x": X,
                "y": Y,
                "detail": {"field": "settings"},
                "opacity": STRENGTH,
                "tooltip": TOOLTIP,
            },
        },
        {
            "transform": [{"filter": "datum.kind == 'tick'"}],
            "mark": {"type": "text", "align": "left", "dx": 7, "fontSize": 12, "color": GREY},
            "encoding": {"x": X, "y": Y, "text": {"field": "text"}},
        },
    ],
}


def show_parallel(sweep: Sweep, combinations: list[Combination]) -> None:
    """Draw the combinations, if there are enough to compare."""
    combinations = [one for one in combinations if one.has_score]
    if len(combinations) < FEWEST:
        return
    alt = f"Parallel coordinates of {len(combinations)} choices of settings; the table has them."
    st.vega_lite_chart(points(sweep, combinations), SPEC, height=HEIGHT, alt=alt)


def points(sweep: Sweep, combinations: list[Combination]) -> list[dict[str, Any]]:
    """Return the points of all lines, and the labels of the axes."""
    scores = [one.score for one in combinations]
    low, high = min(scores), max(scores)
    rows = [
        tick(label_of(variation.setting), place(variation, text), shown(text))
        for variation in sweep.variations
        for text in variation.examples
    ]
    rows += [tick(ACCURACY, at, f"{score:.2%}") for at, score in ((0, low), (1, high))]
    for rank, one in enumerate(combinations):
        settings = ", ".join(f"{label_of(k)} {shown(v)}" for k, v in one.settings.items())
        line = {
            "kind": "line",
            "settings": settings,
            "accuracy": one.score,
            "strength": 1 - rank / max(len(combinations) - 1, 1),
        }
        crossings = {
            label_of(variation.setting): place(variation, one.settings[variation.setting])
            for variation in sweep.variations
        } | {ACCURACY: (one.score - low) / ((high - low) or 1)}
        rows += [{**line, "axis": axis, "place": at} for axis, at in crossings.items()]
    return rows


def tick(axis: str, at: float, text: str) -> dict[str, Any]:
    """Return a label on an axis."""
    return {"kind": "tick", "axis": axis, "place": at, "text": text}


def place(variation: Variation, text: str) -> float:
    """Return where a value lies on its axis, from 0 at the bottom to 1."""
    if not isinstance(variation, Range):
        return variation.values.index(text) / max(len(variation.values) - 1, 1)
    low, high, value = variation.low, variation.high, float(text)
    if variation.is_logarithmic:
        return log(value / low) / log(high / low)
    return (value - low) / (high - low)
