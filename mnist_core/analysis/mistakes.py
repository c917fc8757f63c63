"""What a model read wrong: in which order to look at it, and as files to take away."""

import csv
import io
from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mnist_core.analysis.evaluation import Evaluation

Order = Literal["surprise", "confidence", "index"]

# What comes first is the smallest.
ORDERS: dict[Order, Callable[[Evaluation], NDArray[Any]]] = {
    "surprise": lambda result: result.of_label,
    "confidence": lambda result: -result.confidence,
    "index": lambda result: np.arange(len(result.labels)),
}


def in_order(result: Evaluation, places: NDArray[np.intp], order: Order) -> NDArray[np.intp]:
    """Return places of digits in an order to look at them.

    Args:
        result: what was read.
        places: of the digits to order, (n,).
        order: "surprise" begins with the labels that the model found least probable, "confidence"
            with the readings it found most probable, "index" with the first.
    """
    return places[np.argsort(ORDERS[order](result)[places], kind="stable")]


def frequent_confusions(result: Evaluation, most: int = 5) -> list[tuple[int, int, int]]:
    """Return label, reading and number of the most frequent mistakes, the most frequent first."""
    counts = result.confusion_matrix()
    np.fill_diagonal(counts, 0)
    order = np.argsort(-counts, axis=None, kind="stable")[:most].tolist()
    cells = [divmod(place, 10) for place in order]
    return [(label, read, int(counts[label, read])) for label, read in cells if counts[label, read]]


def mistakes_csv(result: Evaluation, disputed: Mapping[int, object]) -> str:
    """Return the digits read wrong as CSV, the most confident mistakes first.

    Args:
        result: what was read.
        disputed: the places of labels that people disagree with.
    """
    second = result.ranked[:, 1]
    return as_csv(
        ["index", "label", "read", "confidence", "second", "second_probability"]
        + ["label_probability", "disputed"],
        [
            [i, result.labels[i], result.read[i], f"{result.confidence[i]:.4f}", second[i]]
            + [f"{result.probabilities[i, second[i]]:.4f}", f"{result.of_label[i]:.4f}"]
            + ["yes" if i in disputed else "no"]
            for i in in_order(result, np.flatnonzero(~result.right), "confidence").tolist()
        ],
    )


def matrix_csv(result: Evaluation) -> str:
    """Return the confusion matrix as CSV: a row for each label, a column for each reading."""
    header = ["label", *(f"read as {digit}" for digit in range(10))]
    rows = [[digit, *row] for digit, row in enumerate(result.confusion_matrix().tolist())]
    return as_csv(header, rows)


def as_csv(header: list[str], rows: list[list[Any]]) -> str:
    """Return a table as CSV. Its cells are numbers and words of ours: none can be a formula."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()
