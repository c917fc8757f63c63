"""What the charts of training curves draw, and the same in words. No Streamlit here."""

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Any

from ui.curves.histories import History

MOST_POINTS = 400  # of a line: there are not more pixels to show them
MOST_SHAPES = 12  # on a line: more would touch
KINDS = {"Learned from": "", "Held out": "val_"}

Point = dict[str, Any]


def curve_points(histories: Sequence[History]) -> list[Point]:
    """Return what the charts draw: for each epoch one point for each kind of digits."""
    return [
        point
        for history in histories
        for kind, prefix in KINDS.items()
        for point in line_points(history, kind, prefix)
    ]


def line_points(history: History, kind: str, prefix: str) -> Iterator[Point]:
    """Yield the points of one line; of a long one no more than there are pixels for."""
    best, rows = history.best, history.rows
    step = -(-len(rows) // MOST_POINTS)
    between_shapes = step * -(-len(rows) // (step * MOST_SHAPES)) if rows else 1
    for place, row in enumerate(rows):
        loss, accuracy = row[f"{prefix}loss"], row[f"{prefix}accuracy"]
        last = place == len(rows) - 1
        is_drawn = last or row is best or place % step == 0
        if is_drawn and isfinite(loss) and isfinite(accuracy):
            yield {
                "network": history.title,
                "digits": kind,
                "epoch": int(row["epoch"]),
                "loss": loss,
                "accuracy": accuracy,
                "wrong": 1 - accuracy,
                "marked": last or place % between_shapes == 0,
                "best": row is best and kind == "Held out",
            }


def describe(histories: Sequence[History]) -> str:
    """Say in words where each line has come to."""
    return f"Curves over the epochs. {'. '.join(map(last_figures, histories))}"


def last_figures(history: History) -> str:
    """Return what a network had reached when it stopped learning."""
    if not history.rows:
        return f"{history.title}: nothing yet"
    last = history.rows[-1]
    told = [
        f"{kind.lower()} {last[f'{prefix}accuracy']:.1%} right, loss {last[f'{prefix}loss']:.3f}"
        for kind, prefix in KINDS.items()
        if isfinite(last[f"{prefix}loss"])
    ]
    return f"{history.title} after epoch {last['epoch']:g}: {'; '.join(told) or 'no figures'}"
