"""How a network learned: one row for each epoch, as `history.csv` keeps them."""

import csv
from collections.abc import Mapping, Sequence
from contextlib import suppress
from math import isfinite
from pathlib import Path

from mnist_core.files import write_whole

HISTORY = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds")

Row = dict[str, float]  # of HISTORY


def read_history(path: Path) -> list[Row]:
    """Return the rows of a file, none where it is missing; a row that is not whole is left out."""
    try:
        with path.open(newline="", encoding="utf-8", errors="replace") as file:
            lines = list(csv.reader(file))[1:]
    except (OSError, csv.Error):
        return []
    rows = []
    for line in lines:
        with suppress(ValueError):  # too few values, or what is none
            rows.append(dict(zip(HISTORY, map(float, line), strict=True)))
    return rows


def write_history(path: Path, rows: Sequence[Mapping[str, float]]) -> None:
    """Write a file, whole."""
    lines = [",".join(HISTORY)]
    for row in rows:
        values = [int(row["epoch"]), *(row[key] for key in HISTORY[1:])]
        lines.append(",".join(map(str, values)))
    write_whole(path, "\n".join(lines) + "\n")


def best_row(rows: Sequence[Row]) -> Row | None:
    """Return the epoch with the lowest loss on the digits held out; None where there is no epoch.

    The loss tells epochs apart that read the same number of digits right. Where no digits are held
    out it is the loss on those trained on.
    """
    key = "val_loss" if any(isfinite(row["val_loss"]) for row in rows) else "loss"
    known = [row for row in rows if isfinite(row[key])]
    return min(known, key=lambda row: row[key], default=None)
