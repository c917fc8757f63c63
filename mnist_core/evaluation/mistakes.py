"""The digits that a model misreads: in which order to show them, and as CSV files."""

import csv
import io
from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mnist_core.evaluation.evaluation import Evaluation

Order = Literal["surprise", "confidence", "index"]

# The digit with the smallest value comes first.
ORDERS: dict[Order, Callable[[Evaluation], NDArray[Any]]] = {
    "surprise": lambda result: result.label_probability,
    "confidence": lambda result: -result.confidence,
    "index": lambda result: np.arange(len(result.labels)),
}


def sort_digits(result: Evaluation, indices: NDArray[np.intp], order: Order) -> NDArray[np.intp]:
    """Return the indices of digits in the order in which to show them.

    Args:
        result: the evaluation of a model.
        indices: of the digits to sort, (n,).
        order: "surprise" starts with the least probable labels, "confidence" with the most probable
            predictions, "index" with the first digit.
    """
    return indices[np.argsort(ORDERS[order](result)[indices], kind="stable")]


def most_frequent_confusions(result: Evaluation, limit: int = 5) -> list[tuple[int, int, int]]:
    """Return label, prediction and count of the most frequent mistakes, the most frequent first."""
    counts = result.confusion_matrix()
    np.fill_diagonal(counts, 0)
    order = np.argsort(-counts, axis=None, kind="stable")[:limit].tolist()
    cells = [divmod(index, 10) for index in order]
    return [(label, read, int(counts[label, read])) for label, read in cells if counts[label, read]]


def mistakes_csv(
    result: Evaluation,
    disputed: Mapping[int, object],
    positions: NDArray[np.intp] | None = None,
) -> str:
    """Return the misread digits as CSV, the most confident mistakes first.

    Args:
        result: the evaluation of a model.
        disputed: the indices of labels that people disagree with.
        positions: of each digit in the data set, if some of it was left out.
    """
    positions = np.arange(len(result.labels)) if positions is None else positions
    second = result.ranked[:, 1]
    return as_csv(
        ["index", "label", "read", "confidence", "second", "second_probability"]
        + ["label_probability", "disputed"],
        [
            [positions[i], result.labels[i], result.predicted[i]]
            + [f"{result.confidence[i]:.4f}", second[i]]
            + [f"{result.probabilities[i, second[i]]:.4f}", f"{result.label_probability[i]:.4f}"]
            + ["yes" if i in disputed else "no"]
            for i in sort_digits(result, np.flatnonzero(~result.correct), "confidence").tolist()
        ],
    )


def matrix_csv(result: Evaluation) -> str:
    """Return the confusion matrix as CSV: a row for each label, a column for each prediction."""
    header = ["label", *(f"read as {digit}" for digit in range(10))]
    rows = [[digit, *row] for digit, row in enumerate(result.confusion_matrix().tolist())]
    return as_csv(header, rows)


def as_csv(header: list[str], rows: list[list[Any]]) -> str:
    """Return a table as CSV. No cell can be a formula: all are numbers or our own words."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()
