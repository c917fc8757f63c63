"""Charts of how networks learned, laid over one another.

A network has a colour and a shape, so that it is told apart without colours; digits learned from
have a whole line, those held out a dashed one.
"""

from collections.abc import Sequence
from typing import Any

from ui.curves.curve_points import curve_points
from ui.curves.histories import History

HEIGHT = 300
SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"]
DASHES = {"Learned from": [1, 0], "Held out": [5, 4]}  # the solid line is the one that flatters

LINE = {"type": "line", "strokeWidth": 2}
SHAPE = {"type": "point", "filled": True, "size": 55, "opacity": 1}
RING = {"type": "point", "shape": "circle", "size": 260, "strokeWidth": 2, "opacity": 1}
UNSEEN = {"type": "point", "opacity": 0, "size": 200}  # what the pointer finds, wherever it is
AXIS = {"tickCount": 5, "minExtent": 40}  # as wide in every chart, so that epochs line up
LOGARITHMIC = {"type": "log", "nice": False}
COLUMNS = {"expr": "width < 420 ? 2 : 6"}  # of the legend, which would be cut off on a phone
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
    {"field": "digits", "title": "Digits"},
    {"field": "epoch", "title": "Epoch"},
    {"field": "accuracy", "title": "Read right", "format": ".2%"},
    {"field": "loss", "title": "Loss", "format": ".4f"},
]

Spec = dict[str, Any]


def loss_chart(histories: Sequence[History], *, logarithmic: bool) -> Spec:
    """Return the chart of the loss; its data come apart."""
    scale = LOGARITHMIC if logarithmic else {"zero": True}
    axis = {"title": "Loss", "scale": scale, "axis": {**AXIS, "format": "~g"}}
    return curves(histories, {"field": "loss", **axis}, positive="loss" if logarithmic else "")


def accuracy_chart(histories: Sequence[History], *, logarithmic: bool) -> Spec:
    """Return the chart of the share read right, or, on a logarithmic scale, of that read wrong."""
    axis = {**AXIS, "format": "~%"}
    if logarithmic:
        wrong = {"field": "wrong", "title": "Read wrong", "scale": LOGARITHMIC, "axis": axis}
        return curves(histories, wrong, positive="wrong")
    right = {"field": "accuracy", "title": "Read right", "scale": {"zero": False}, "axis": axis}
    return curves(histories, right)


def curves(histories: Sequence[History], y: Spec, positive: str = "") -> Spec:
    """Return a chart of one figure over the epochs.

    Args:
        histories: the networks to draw; there is at least one.
        y: the encoding of the figure.
        positive: the field of which only numbers above 0 can be drawn.
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
            {"params": [{"name": "near", "select": NEAREST}], "mark": UNSEEN},
        ],
    }


def network(histories: Sequence[History], **scale: Any) -> Spec:
    """Return the encoding of the networks, each of which has a place of its own in the scale."""
    names = [history.title for history in histories]
    return {
        "field": "network",
        "type": "nominal",
        "title": None,
        "scale": {"domain": names, **scale},
        "legend": LEGEND,
    }


def epochs(histories: Sequence[History]) -> Spec:
    """Return the encoding of the epochs, from the first to the last of all."""
    numbers = [row["epoch"] for history in histories for row in history.rows] or [1]
    first, last = min(numbers), max(numbers)
    return {
        "field": "epoch",
        "type": "quantitative",
        "title": "Epoch",
        "axis": {"tickMinStep": 1, "format": "d", "grid": False},
        "scale": {"domain": [first, max(last, first + 1)], "nice": False},
    }


def picture(histories: Sequence[History], *, logarithmic: bool) -> Spec:
    """Return both charts as one specification, with their data inside and all they mean."""
    views = [chart(histories, logarithmic=logarithmic) for chart in (accuracy_chart, loss_chart)]
    for view in views:
        view |= {"width": 860, "height": HEIGHT}
        view["layer"][0]["encoding"] = {"strokeDash": {**DASH, "legend": LEGEND}}
    return {"data": {"values": curve_points(histories)}, "vconcat": views}
