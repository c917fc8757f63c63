"""How accurate a model is, with confidence intervals."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.digits import Digits
from mnist_core.errors import DataError
from mnist_core.evaluation.output_cache import cached_logits
from mnist_core.evaluation.reliability import calibration_error, calibration_error_by_chance
from mnist_core.inference.calibration import cross_entropy, is_accepted, probabilities_of
from mnist_core.inference.litert import Network, Progress
from mnist_core.inference.reader import Reader
from mnist_core.intervals import wilson_interval
from mnist_core.models.cards import Calibration, Metrics


@dataclass(frozen=True)
class Evaluation:
    """A model's outputs for labelled digits, and the figures that follow from them.

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
    def predicted(self) -> NDArray[np.intp]:
        """The predicted digits, (n,)."""
        return self.logits.argmax(axis=1)

    @cached_property
    def correct(self) -> NDArray[np.bool_]:
        """Which digits were read correctly, (n,)."""
        return self.predicted == self.labels

    @cached_property
    def confidence(self) -> NDArray[np.float32]:
        """The calibrated probability of each predicted digit, float32 (n,)."""
        return np.asarray(self.probabilities.max(axis=1), np.float32)

    @cached_property
    def label_probability(self) -> NDArray[np.float32]:
        """The calibrated probability of each label, float32 (n,)."""
        return self.probabilities[np.arange(len(self.labels)), self.labels]

    @cached_property
    def ranked(self) -> NDArray[np.intp]:
        """The ten digits for each picture, the most probable first, (n, 10)."""
        return np.argsort(-self.logits, axis=1, kind="stable")

    def subset(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> "Evaluation":
        """Return the evaluation of some of the digits, at least one.

        Args:
            chosen: a mask (n,), or indices.
        """
        return replace(self, labels=self.labels[chosen], logits=self.logits[chosen])

    def excluding(self, indices: Iterable[int]) -> "Evaluation":
        """Return the evaluation without the digits at these indices."""
        chosen = np.ones(len(self.labels), bool)
        chosen[list(indices)] = False
        return self.subset(chosen)

    def metrics(self) -> Metrics:
        """Return the figures that a model's card reports."""
        accepted = is_accepted(self.logits, self.calibration)
        n, answered = len(accepted), int(accepted.sum())
        answered_right = int(self.correct[accepted].sum())
        return Metrics(
            n=n,
            accuracy=float(self.correct.mean()),
            interval=wilson_interval(int(self.correct.sum()), n),
            loss=cross_entropy(self.probabilities, self.labels),
            calibration_error=calibration_error(self.confidence, self.correct),
            calibration_error_by_chance=calibration_error_by_chance(self.confidence),
            answered=answered / n,
            answered_interval=wilson_interval(answered, n),
            right_when_answered=answered_right / answered if answered else float("nan"),
            right_when_answered_interval=wilson_interval(answered_right, answered),
        )

    def confusion_matrix(self) -> NDArray[np.int64]:
        """Return how often each label (row) was read as each digit (column): int64 (10, 10)."""
        counts = np.zeros((10, 10), np.int64)
        np.add.at(counts, (self.labels, self.predicted), 1)
        return counts

    def per_class(self) -> list[dict[str, Any]]:
        """Return precision, recall, F1 and the number of labels (`n`) for each digit.

        Of a digit that does not occur among the labels, the three are NaN.
        """
        counts = self.confusion_matrix()
        correct, labelled, predicted = counts.diagonal(), counts.sum(axis=1), counts.sum(axis=0)
        absent = labelled == 0
        figures = [
            np.where(absent, np.nan, share(part, total))
            for part, total in (
                (correct, predicted),
                (correct, labelled),
                (2 * correct, labelled + predicted),
            )
        ]
        return [
            {"digit": digit, "precision": float(p), "recall": float(r), "f1": float(f), "n": int(n)}
            for digit, (p, r, f, n) in enumerate(zip(*figures, labelled, strict=True))
        ]

    def macro_f1(self) -> float:
        """Return the mean F1 of the digits that occur among the labels or the predictions.

        A digit that occurs among the predictions alone has an F1 of 0.
        """
        occurring, table = np.union1d(self.labels, self.predicted), self.per_class()
        return float(
            np.mean([table[digit]["f1"] if table[digit]["n"] else 0 for digit in occurring])
        )


def share(part: NDArray[np.int64], total: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return each part divided by its total, or 0 where the total is 0."""
    return part / np.maximum(total, 1)


def evaluate(network: Network, calibration: Calibration, digits: Digits) -> Evaluation:
    """Run a network on labelled digits in MNIST's format.

    Raises:
        DataError: there are no digits.
    """
    if not len(digits):
        raise DataError("Expected at least one digit to evaluate on. Received: none")
    return Evaluation(digits.labels, network.run(digits.images)["logits"], calibration)


def evaluate_cached(
    reader: Reader, digits: Digits, on_progress: Progress = lambda done, size: None
) -> Evaluation:
    """Run a model on labelled digits, or take its outputs from the disk if it has done so before.

    Only the network's outputs are cached. The calibration always comes from the model's card.

    Args:
        reader: the model.
        digits: in MNIST's format.
        on_progress: called with the digits done and the total, if anything has to be computed.

    Raises:
        DataError: there are no digits.
    """
    if not len(digits):
        raise DataError("Expected at least one digit to evaluate on. Received: none")
    logits = cached_logits(reader, digits, on_progress)
    return Evaluation(digits.labels, logits, reader.card.calibration)
