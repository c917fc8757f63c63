"""How a run learns, as two charts that keep their place while it goes on."""

from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any

import streamlit as st

HEIGHT = 230
FEW = 40  # epochs up to which each has a point of its own
KINDS = {"Learned from": "", "Held out": "val_"}
EARLY = {"accuracy": [0, 1], "loss": [0, 2.5]}  # until there is a line; guessing has a loss of 2.3
FIGURES = {"accuracy": ("Read right", ".1~%"), "loss": ("Loss", ".3~f")}
MEANINGS = {
    "accuracy": "The share of digits that it reads right. Where the two lines part, it begins to"
    " learn by heart.",
    "loss": "How wrong it is, counting how sure it was. Training makes this as small as it can.",
}


def show_run_curves(history: Sequence[Mapping[str, float]], epochs: int) -> None:
    """Draw accuracy and loss, on the digits learned from and on those held out.

    Args:
        history: as `Run.history` returns it; the last row may be of an epoch that still goes on.
        epochs: how many there will be; the charts keep room for them.
    """
    grid = st.grid(2, min_column_width=280)
    for figure, (title, _) in FIGURES.items():
        with grid.cell():
            st.markdown(f"**{title}**", help=MEANINGS[figure])
            points = points_of(history, figure)
            alt = f"{title} after each epoch. {told(points)}"
            st.vega_lite_chart(
                points, curves(figure, epochs, begun=len(points) > 1), height=HEIGHT, alt=alt
            )


def points_of(history: Sequence[Mapping[str, float]], figure: str) -> list[dict[str, Any]]:
    """Return a point for each epoch and kind of digits; those that are not known are left out."""
    return [
        {"epoch": row["epoch"], "digits": digits, "value": row[prefix + figure]}
        for digits, prefix in KINDS.items()
        for row in history
        if not isnan(row[prefix + figure])
    ]


def told(points: Sequence[Mapping[str, Any]]) -> str:
    """Say in words where each line has come to."""
    last = {point["digits"]: point for point in points}
    return ", ".join(
        f"{kind}: {p['value']:.3f} at epoch {p['epoch']:.3g}" for kind, p in last.items()
    )


def curves(figure: str, epochs: int, *, begun: bool = True) -> dict[str, Any]:
    """Return the chart of one figure; from the second point on it stays the same."""
    title, form = FIGURES[figure]
    kind = {"field": "digits", "type": "nominal", "title": None, "scale": {"domain": list(KINDS)}}
    legend = {"orient": "top", "offset": 4, "padding": 0}
    return {
        "padding": 0,
        "mark": {"type": "line", "point": {"size": 45} if epochs <= FEW else False},
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
                # As wide for "5%" as for "100%", so that nothing moves sideways.
                "axis": {"format": form, "tickCount": 5, "minExtent": 40},
                "scale": {"zero": False} if begun else {"domain": EARLY[figure], "clamp": True},
            },
            "color": {**kind, "legend": legend},
            # Told apart without colour: by their points, or where there are too many by dashes.
            "shape" if epochs <= FEW else "strokeDash": {**kind, "legend": legend},
            "tooltip": [
                {"field": "epoch", "title": "Epoch", "format": ".3~g"},
                {"field": "digits", "title": "Digits"},
                {
                    "field": "value",
                    "title": title,
                    "format": ".2%" if figure == "accuracy" else ".4f",
                },
            ],
        },
    }
