"""Charts of training curves, with several networks in one chart.

Each network has a colour and a shape, so that nobody needs to see colours to tell them apart.
Training curves are solid, validation curves dashed.
"""

from collections.abc import Sequence
from typing import Any

from ui.curves.curve_points import curve_points
from ui.curves.histories import History

HEIGHT = 300
SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"]
DASHES = {"Training": [1, 0], "Validation": [5, 4]}  # solid and dashed

LINE = {"type": "line", "strokeWidth": 2}
SHAPE = {"type": "point", "filled": True, "size": 55, "opacity": 1}
RING = {"type": "point", "shape": "circle", "size": 260, "strokeWidth": 2, "opacity": 1}
INVISIBLE = {"type": "point", "opacity": 0, "size": 200}  # what the pointer hits
AXIS = {"tickCount": 5, "minExtent": 40}  # equally wide in both charts, so that epochs line up
LOGARITHMIC = {"type": "log", "nice": False}
COLUMNS = {"expr": "width < 420 ? 2 : 6"}  # of the legend, or a phone would cut it off
LEGEND = {"orient": "top", "offset": 6, "padding": 0, "columns": COLUMNS}
NEAREST = {"type": "point", "nearest": True, "on": "pointerover", "clear": "pointerout"}
DASH = {
    "field": "digits",
    "type": "nominal",
    "title": None,
    "scale": {"domain": list(DASHES), "range": list(DASHES.values())},
    "legend": None,
}
TOOLTIP = [
    {"field": "network", "title": "Network"},
    {"field": "digits", "title": "Set"},
    {"field": "epoch", "title": "Epoch"},
    {"field": "accuracy", "title": "Accuracy", "format": ".2%"},
    {"field": "loss", "title": "Loss", "format": ".4f"},
]

Spec = dict[str, Any]


def loss_chart(histories: Sequence[History], *, logarithmic: bool) -> Spec:
    """Return the chart of the loss, without its data."""
    scale = LOGARITHMIC if logarithmic else {"zero": True}
    axis = {"title": "Loss", "scale": scale, "axis": {**AXIS, "format": "~g"}}
    return curves(histories, {"field": "loss", **axis}, positive="loss" if logarithmic else "")


def accuracy_chart(histories: Sequence[History], *, logarithmic: bool) -> Spec:
    """Return the chart of the accuracy, or, on a logarithmic scale, of the error rate."""
    axis = {**AXIS, "format": "~%"}
    if logarithmic:
        wrong = {"field": "wrong", "title": "Error rate", "scale": LOGARITHMIC, "axis": axis}
        return curves(histories, wrong, positive="wrong")
    accuracy = {"field": "accuracy", "title": "Accuracy", "scale": {"zero": False}, "axis": axis}
    return curves(histories, accuracy)


def curves(histories: Sequence[History], y: Spec, positive: str = "") -> Spec:
    """Return a chart of one figure over the epochs.

    Args:
        histories: the networks to draw, at least one.
        y: the encoding of the figure.
        positive: the field that must be above 0 for a point to be drawn.
    """
    return {
        "padding": 0,
        **({"transform": [{"filter": f"datum.{positive} > 0"}]} if positive else {}),
        "encoding": {
            "x": epochs(histories),
            "y": {"type": "quantitative", **y},
            "color": network(histories),
            "tooltip": TOOLTIP,
        },
        "layer": [
            {"mark": LINE, "encoding": {"strokeDash": DASH}},
            {
                "transform": [{"filter": "datum.marked"}],
                "mark": SHAPE,
                "encoding": {"shape": network(histories, range=SHAPES[: len(histories)])},
            },
            {"transform": [{"filter": "datum.best"}], "mark": RING},
            {"params": [{"name": "near", "select": NEAREST}], "mark": INVISIBLE},
        ],
    }


def network(histories: Sequence[History], **scale: Any) -> Spec:
    """Return the encoding of the networks, in a fixed order."""
    names = [history.title for history in histories]
    return {
        "field": "network",
        "type": "nominal",
        "title": None,
        "scale": {"domain": names, **scale},
        "legend": LEGEND,
    }


def epochs(histories: Sequence[History]) -> Spec:
    """Return the encoding of the epochs, from the first to the last of any network."""
    numbers = [row["epoch"] for history in histories for row in history.rows] or [1]
    first, last = min(numbers), max(numbers)
    return {
        "field": "epoch",
        "type": "quantitative",
        "title": "Epoch",
        "axis": {"tickMinStep": 1, "format": "d", "grid": False},
        "scale": {"domain": [first, max(last, first + 1)], "nice": False},
    }


def both_charts(histories: Sequence[History], *, logarithmic: bool) -> Spec:
    """Return both charts as one specification, with data and a complete legend."""
    views = [chart(histories, logarithmic=logarithmic) for chart in (accuracy_chart, loss_chart)]
    for view in views:
        view |= {"width": 860, "height": HEIGHT}
        view["layer"][0]["encoding"] = {"strokeDash": {**DASH, "legend": LEGEND}}
    return {"data": {"values": curve_points(histories)}, "vconcat": views}
