"""The points that the charts of training curves draw, and their alt text. No Streamlit here."""

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Any

from ui.components.run_wording import KINDS
from ui.curves.histories import History

MAX_POINTS = 400  # of a line; a chart has no more pixels than that
MAX_SHAPES = 12  # on a line; more would touch

Point = dict[str, Any]


def curve_points(histories: Sequence[History]) -> list[Point]:
    """Return the points to draw: one for each epoch and each of KINDS."""
    return [
        point
        for history in histories
        for kind, prefix in KINDS.items()
        for point in line_points(history, kind, prefix)
    ]


def line_points(history: History, kind: str, prefix: str) -> Iterator[Point]:
    """Yield the points of one line; a long line is thinned out."""
    best, rows = history.best, history.rows
    step = -(-len(rows) // MAX_POINTS)
    between_shapes = step * -(-len(rows) // (step * MAX_SHAPES)) if rows else 1
    for i, row in enumerate(rows):
        loss, accuracy = row[f"{prefix}loss"], row[f"{prefix}accuracy"]
        last = i == len(rows) - 1
        is_drawn = last or row is best or i % step == 0
        if is_drawn and isfinite(loss) and isfinite(accuracy):
            yield {
                "network": history.title,
                "digits": kind,
                "epoch": int(row["epoch"]),
                "loss": loss,
                "accuracy": accuracy,
                "wrong": 1 - accuracy,
                "marked": last or i % between_shapes == 0,
                "best": row is best and kind == "Validation",
            }


def describe(histories: Sequence[History]) -> str:
    """Return the last figures of each line in words."""
    return f"Curves over the epochs. {'. '.join(map(last_figures, histories))}"


def last_figures(history: History) -> str:
    """Return a network's figures after its last epoch."""
    if not history.rows:
        return f"{history.title}: nothing yet"
    last = history.rows[-1]
    figures = [
        f"{kind.lower()} accuracy {last[f'{prefix}accuracy']:.1%}, loss {last[f'{prefix}loss']:.3f}"
        for kind, prefix in KINDS.items()
        if isfinite(last[f"{prefix}loss"])
    ]
    return f"{history.title} after epoch {last['epoch']:g}: {'; '.join(figures) or 'no figures'}"
