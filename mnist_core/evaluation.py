"""How good a model is, with how much certainty."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.calibration import answered, cross_entropy, probabilities_of
from mnist_core.cards import Calibration, Metrics
from mnist_core.digits import Digits
from mnist_core.errors import DataError
from mnist_core.litert import Network

BINS = 15  # of the expected calibration error


@dataclass(frozen=True)
class Evaluation:
    """A model's outputs for labelled digits, and what follows from them.

    Attributes:
        labels: uint8 (n,), the true digits; n is at least 1.
        logits: float32 (n, 10), the network's outputs.
        calibration: how the model turns logits into probabilities and verdicts.
    """

    labels: NDArray[np.uint8]
    logits: NDArray[np.float32]
    calibration: Calibration

    @cached_property
    def probabilities(self) -> NDArray[np.float32]:
        """Calibrated probabilities, float32 (n, 10)."""
        return probabilities_of(self.logits, self.calibration.temperature)

    @cached_property
    def read(self) -> NDArray[np.intp]:
        """The digits read, (n,)."""
        return self.logits.argmax(axis=1)

    @cached_property
    def right(self) -> NDArray[np.bool_]:
        """Which were read right, (n,)."""
        return self.read == self.labels

    def metrics(self) -> Metrics:
        """Return the figures of a model's card."""
        sure = answered(self.logits, self.calibration)
        return Metrics(
            n=len(self.labels),
            accuracy=float(self.right.mean()),
            interval=wilson_interval(int(self.right.sum()), len(self.labels)),
            loss=cross_entropy(self.probabilities, self.labels),
            calibration_error=calibration_error(self.probabilities.max(axis=1), self.right),
            answered=float(sure.mean()),
            right_when_answered=float(self.right[sure].mean()) if sure.any() else float("nan"),
        )

    def confusion_matrix(self) -> NDArray[np.int64]:
        """Return how often each digit (row) was read as each (column): int64 (10, 10)."""
        counts = np.zeros((10, 10), np.int64)
        np.add.at(counts, (self.labels, self.read), 1)
        return counts

    def per_class(self) -> list[dict[str, Any]]:
        """Return precision, recall, F1 and the number of true ones for each digit."""
        from sklearn.metrics import (
            precision_recall_fscore_support,
        )  # 0.7 s that reading never needs

        table = precision_recall_fscore_support(
            self.labels, self.read, labels=range(10), zero_division=0.0
        )
        return [
            {"digit": digit, "precision": float(p), "recall": float(r), "f1": float(f), "n": int(n)}
            for digit, (p, r, f, n) in enumerate(zip(*table, strict=True))
        ]


def evaluate(network: Network, calibration: Calibration, digits: Digits) -> Evaluation:
    """Return how a network does on labelled digits in MNIST's format.

    Raises:
        DataError: there are no digits.
    """
    if not len(digits):
        raise DataError("Expected at least one digit to evaluate on. Received: none")
    return Evaluation(digits.labels, network.run(digits.images)["logits"], calibration)


def wilson_interval(right: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927), low and high."""
    from scipy.stats import binomtest  # half a second that reading never needs

    interval = binomtest(right, n).proportion_ci(0.95, method="wilson")
    return float(interval.low), float(interval.high)


def calibration_error(confidence: NDArray[np.float32], right: NDArray[np.bool_]) -> float:
    """Return the expected calibration error over bins of equal width.

    It is the mean distance between confidence and accuracy in each bin, weighted by its size
    (Naeini, Cooper and Hauskrecht 2015).
    """
    place = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = np.bincount(place, confidence.astype(float) - right, BINS)
    return float(np.abs(gaps).sum() / len(right))
