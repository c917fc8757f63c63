"""How good a model is, with how much certainty."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.analysis.outputs import Progress, logits_once
from mnist_core.analysis.reliability import calibration_error, calibration_error_by_chance
from mnist_core.calibration import answered, cross_entropy, probabilities_of
from mnist_core.cards import Calibration, Metrics
from mnist_core.digits import Digits
from mnist_core.errors import DataError
from mnist_core.intervals import wilson_interval
from mnist_core.litert import Network
from mnist_core.reader import Reader


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

    @cached_property
    def confidence(self) -> NDArray[np.float32]:
        """The probability of what was read, float32 (n,)."""
        return np.asarray(self.probabilities.max(axis=1), np.float32)

    @cached_property
    def of_label(self) -> NDArray[np.float32]:
        """The probability that was given to the label, float32 (n,)."""
        return self.probabilities[np.arange(len(self.labels)), self.labels]

    @cached_property
    def ranked(self) -> NDArray[np.intp]:
        """The digits in the order of their probability, the most probable first, (n, 10)."""
        return np.argsort(-self.logits, axis=1, kind="stable")

    def only(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> "Evaluation":
        """Return the evaluation of the chosen digits; at least one."""
        return replace(self, labels=self.labels[chosen], logits=self.logits[chosen])

    def leaving_out(self, places: Iterable[int]) -> "Evaluation":
        """Return the evaluation of all digits but those in some places."""
        chosen = np.ones(len(self.labels), bool)
        chosen[list(places)] = False
        return self.only(chosen)

    def metrics(self) -> Metrics:
        """Return the figures of a model's card."""
        sure = answered(self.logits, self.calibration)
        n, answers, good = len(sure), int(sure.sum()), int(self.right[sure].sum())
        return Metrics(
            n=n,
            accuracy=float(self.right.mean()),
            interval=wilson_interval(int(self.right.sum()), n),
            loss=cross_entropy(self.probabilities, self.labels),
            calibration_error=calibration_error(self.confidence, self.right),
            calibration_error_by_chance=calibration_error_by_chance(self.confidence),
            answered=answers / n,
            answered_interval=wilson_interval(answers, n),
            right_when_answered=good / answers if answers else float("nan"),
            right_when_answered_interval=wilson_interval(good, answers),
        )

    def confusion_matrix(self) -> NDArray[np.int64]:
        """Return how often each digit (row) was read as each (column): int64 (10, 10)."""
        counts = np.zeros((10, 10), np.int64)
        np.add.at(counts, (self.labels, self.read), 1)
        return counts

    def per_class(self) -> list[dict[str, Any]]:
        """Return precision, recall, F1 and the number of true ones for each digit."""
        from sklearn.metrics import precision_recall_fscore_support  # 0.7 s that reading spares

        table = precision_recall_fscore_support(
            self.labels, self.read, labels=range(10), zero_division=0.0
        )
        return [
            {"digit": digit, "precision": float(p), "recall": float(r), "f1": float(f), "n": int(n)}
            for digit, (p, r, f, n) in enumerate(zip(*table, strict=True))
        ]

    def macro_f1(self) -> float:
        """Return the mean F1 of the digits that occur or were read."""
        from sklearn.metrics import f1_score

        return float(f1_score(self.labels, self.read, average="macro", zero_division=0.0))


def evaluate(network: Network, calibration: Calibration, digits: Digits) -> Evaluation:
    """Return how a network does on labelled digits in MNIST's format.

    Raises:
        DataError: there are no digits.
    """
    if not len(digits):
        raise DataError("Expected at least one digit to evaluate on. Received: none")
    return Evaluation(digits.labels, network.run(digits.images)["logits"], calibration)


def evaluate_once(
    reader: Reader, digits: Digits, on_progress: Progress = lambda done, size: None
) -> Evaluation:
    """Return how a model does on labelled digits; the same pair is never computed again.

    The network's outputs are kept on the disk. The calibration is not: it is the card's of today.

    Args:
        reader: of the model.
        digits: in MNIST's format.
        on_progress: called with digits done and digits in all, if there is anything to compute.

    Raises:
        DataError: there are no digits.
    """
    if not len(digits):
        raise DataError("Expected at least one digit to evaluate on. Received: none")
    logits = logits_once(reader, digits, on_progress)
    return Evaluation(digits.labels, logits, reader.card.calibration)
