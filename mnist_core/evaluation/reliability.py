"""Calibration: whether confidence matches accuracy, and what abstaining from some answers gains."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.intervals import CERTAINTY, Interval

BINS = 15
HIGH_CONFIDENCE = 0.9  # an answer given with at least this much counts as confident
SIMULATIONS = 2_000
SEED = 1

Floats = NDArray[np.float32]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True)
class Bin:
    """The answers whose confidence lies in one range.

    Attributes:
        low: the lower end of the range.
        high: the upper end of the range.
        n: number of answers.
        confidence: their mean confidence.
        accuracy: the share of them that is correct.
    """

    low: float
    high: float
    n: int
    confidence: float
    accuracy: float


def equal_width_bins(confidence: Floats, correct: Booleans, bins: int = BINS) -> list[Bin]:
    """Return the answers in confidence ranges of equal width; empty ranges are left out.

    Args:
        confidence: float32 (n,), 0 to 1.
        correct: bool (n,).
        bins: the number of ranges between 0 and 1.
    """
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    return [
        make_bin(confidence[index == i], correct[index == i], i / bins, (i + 1) / bins)
        for i in np.unique(index).tolist()
    ]


def equal_mass_bins(confidence: Floats, correct: Booleans, bins: int = BINS) -> list[Bin]:
    """Return the answers, sorted by confidence, in groups whose sizes differ by at most one.

    Args:
        confidence: float32 (n,), 0 to 1.
        correct: bool (n,).
        bins: the number of groups; there are fewer if there are fewer answers.
    """
    order = np.argsort(confidence, kind="stable")
    groups = np.array_split(order, min(bins, len(order)))
    return [
        make_bin(
            confidence[group],
            correct[group],
            float(confidence[group[0]]),
            float(confidence[group[-1]]),
        )
        for group in groups
    ]


def make_bin(confidence: Floats, correct: Booleans, low: float, high: float) -> Bin:
    """Return the bin that holds these answers."""
    mean = float(confidence.mean(dtype=np.float64))
    return Bin(low, high, len(confidence), mean, float(correct.mean()))


def expected_calibration_error(bins: list[Bin]) -> float:
    """Return the mean distance between confidence and accuracy, weighted by the bins' sizes.

    Naeini, Cooper and Hauskrecht (2015, "Obtaining Well Calibrated Probabilities Using Bayesian
    Binning") define it for bins of equal width; Nixon and others (2019, "Measuring Calibration in
    Deep Learning") explain why bins of equal mass give a more stable figure.
    """
    gaps = sum(b.n * abs(b.confidence - b.accuracy) for b in bins)
    return gaps / sum(b.n for b in bins)


def calibration_error(confidence: Floats, correct: Booleans) -> float:
    """Return the expected calibration error (ECE) over 15 bins of equal width, as cards give it."""
    return expected_calibration_error(equal_width_bins(confidence, correct))


def calibration_error_by_chance(confidence: Floats) -> Interval:
    """Return the 95 % range of ECE that a perfectly calibrated model would show on such a set.

    In a finite set, a perfectly calibrated model has an error as well: of the answers given with
    90 % confidence, never exactly 90 % are correct. Each answer counts with its bin's mean
    confidence.
    """
    bins = equal_width_bins(confidence, np.ones(len(confidence), bool))
    sizes = np.array([b.n for b in bins])
    means = np.minimum([b.confidence for b in bins], 1)
    correct = np.random.default_rng(SEED).binomial(sizes, means, (SIMULATIONS, len(bins)))
    errors = np.abs(correct - sizes * means).sum(axis=1) / sizes.sum()
    low, high = np.quantile(errors, ((1 - CERTAINTY) / 2, (1 + CERTAINTY) / 2)).tolist()
    return low, high


def count_confident(
    confidence: Floats, correct: Booleans, threshold: float = HIGH_CONFIDENCE
) -> tuple[int, int]:
    """Return how many answers reach a confidence, and how many of these are correct."""
    confident = confidence >= threshold
    return int(confident.sum()), int(correct[confident].sum())


@dataclass(frozen=True)
class RiskCoverage:
    """The error rate when only the most confident answers are given.

    Attributes:
        coverage: float64 (m,), shares of the digits that are answered, increasing.
        risk: float64 (m,), the error rate among the answers at each coverage.
    """

    coverage: NDArray[np.float64]
    risk: NDArray[np.float64]


def risk_coverage_curve(confidence: Floats, correct: Booleans) -> RiskCoverage:
    """Return risk and coverage for every confidence threshold (Geifman and El-Yaniv 2017).

    Answers with the same confidence are accepted or rejected together.

    Args:
        confidence: float32 (n,), n at least 1.
        correct: bool (n,).
    """
    order = np.argsort(-confidence, kind="stable")
    last = np.flatnonzero(np.append(np.diff(confidence[order]) != 0, True))
    answered = np.arange(1, len(order) + 1)
    wrong = np.cumsum(~correct[order])
    return RiskCoverage((answered / len(order))[last], (wrong / answered)[last])
