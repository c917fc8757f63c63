"""A run's training curves, as two charts that keep their layout while it trains."""

from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any

import streamlit as st

from ui.components.run_wording import KINDS

HEIGHT = 230
STACKED_HEIGHT = 178  # of each, where the two together are as high as the learning wall
MAX_POINTS = 40  # epochs up to which each is marked with a point
EARLY = {"accuracy": [0, 1], "loss": [0, 2.5]}  # until there is a line; the loss of guessing is 2.3
FIGURES = {"accuracy": ("Accuracy", ".1~%"), "loss": ("Loss", ".3~f")}
MEANINGS = {
    "accuracy": "The share of digits that it reads correctly. Where the two lines drift apart, it"
    " starts to overfit.",
    "loss": "How wrong it is: a confident mistake counts more than an unsure one. Training makes"
    " this as small as it can.",
}


def show_run_curves(
    history: Sequence[Mapping[str, float]], epochs: int, *, stacked: bool = False
) -> None:
    """Draw accuracy and loss on the training and the validation set.

    Args:
        history: as `Run.history` returns it; the last row may be an unfinished epoch.
        epochs: how many there will be; the charts leave room for them.
        stacked: whether the charts stand one above the other, and are lower.
    """
    height = STACKED_HEIGHT if stacked else HEIGHT
    grid = st.grid(1 if stacked else 2, min_column_width=280)
    for figure, (title, _) in FIGURES.items():
        with grid.cell():
            st.markdown(f"**{title}**", help=MEANINGS[figure])
            points = points_of(history, figure)
            alt = f"{title} after each epoch. {describe_points(points)}"
            chart = curves(figure, epochs, begun=len(points) > 1)
            st.vega_lite_chart(points, chart, height=height, alt=alt)


def points_of(history: Sequence[Mapping[str, float]], figure: str) -> list[dict[str, Any]]:
    """Return a point for each epoch and set; unknown values are left out."""
    return [
        {"epoch": row["epoch"], "digits": digits, "value": row[prefix + figure]}
        for digits, prefix in KINDS.items()
        for row in history
        if not isnan(row[prefix + figure])
    ]


def describe_points(points: Sequence[Mapping[str, Any]]) -> str:
    """Return the last value of each line, as text."""
    last = {point["digits"]: point for point in points}
    return ", ".join(
        f"{kind}: {p['value']:.3f} at epoch {p['epoch']:.3g}" for kind, p in last.items()
    )


def curves(figure: str, epochs: int, *, begun: bool = True) -> dict[str, Any]:
    """Return the chart of one figure; from the second point on only its data changes."""
    title, form = FIGURES[figure]
    kind = {"field": "digits", "type": "nominal", "title": None, "scale": {"domain": list(KINDS)}}
    legend = {"orient": "top", "offset": 4, "padding": 0}
    return {
        "padding": 0,
        "mark": {"type": "line", "point": {"size": 45} if epochs <= MAX_POINTS else False},
        "encoding": {
            "x": {
                "field": "epoch",
                "type": "quantitative",
                "title": "Epoch",
                "axis": {"tickMinStep": 1, "format": "d", "grid": False},
                "scale": {"domain": [0, epochs], "nice": False},
            },
            "y": {
                "field": "value",
                "type": "quantitative",
                "title": None,
                # The same width for "5%" and "100%", so that nothing moves sideways.
                "axis": {"format": form, "tickCount": 5, "minExtent": 40},
                "scale": {"zero": False} if begun else {"domain": EARLY[figure], "clamp": True},
            },
            "color": {**kind, "legend": legend},
            # Not by colour alone: by the shape of the points too, or by dashes if there are many.
            "shape" if epochs <= MAX_POINTS else "strokeDash": {**kind, "legend": legend},
            "tooltip": [
                {"field": "epoch", "title": "Epoch", "format": ".3~g"},
                {"field": "digits", "title": "Set"},
                {
                    "field": "value",
                    "title": title,
                    "format": ".2%" if figure == "accuracy" else ".4f",
                },
            ],
        },
    }
