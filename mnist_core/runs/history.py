"""The training history: loss and accuracy of each epoch, as stored in `history.csv`."""

import csv
from collections.abc import Mapping, Sequence
from contextlib import suppress
from math import isfinite
from pathlib import Path

from mnist_core.files import atomic_write_text

HISTORY = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds")

Row = dict[str, float]  # one epoch, with the keys of HISTORY


def read_history(path: Path) -> list[Row]:
    """Return the rows of a file; incomplete rows are left out, and a missing file has none."""
    try:
        with path.open(newline="", encoding="utf-8", errors="replace") as file:
            lines = list(csv.reader(file))[1:]
    except (OSError, csv.Error):
        return []
    rows = []
    for line in lines:
        with suppress(ValueError):  # too few values, or one that is not a number
            rows.append(dict(zip(HISTORY, map(float, line), strict=True)))
    return rows


def write_history(path: Path, rows: Sequence[Mapping[str, float]]) -> None:
    """Write the rows to a file, atomically."""
    lines = [",".join(HISTORY)]
    for row in rows:
        values = [int(row["epoch"]), *(row[key] for key in HISTORY[1:])]
        lines.append(",".join(map(str, values)))
    atomic_write_text(path, "\n".join(lines) + "\n")


def best_row(rows: Sequence[Row]) -> Row | None:
    """Return the epoch with the lowest validation loss, or None if there is no epoch.

    The loss decides, because epochs often have the same accuracy. Without a validation set it is
    the training loss.
    """
    key = "val_loss" if any(isfinite(row["val_loss"]) for row in rows) else "loss"
    known = [row for row in rows if isfinite(row[key])]
    return min(known, key=lambda row: row[key], default=None)
