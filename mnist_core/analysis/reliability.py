"""Whether confidence can be believed, and what is gained by leaving doubtful digits unanswered."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.intervals import CERTAINTY, Interval

BINS = 15
DRAWS = 2_000
SEED = 1

Floats = NDArray[np.float32]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True)
class Bin:
    """The answers whose confidence lies in one range.

    Attributes:
        low: where the range begins.
        high: where it ends.
        n: number of answers.
        confidence: their mean confidence.
        accuracy: share of them that is right.
    """

    low: float
    high: float
    n: int
    confidence: float
    accuracy: float


def bins_of_equal_width(confidence: Floats, right: Booleans, bins: int = BINS) -> list[Bin]:
    """Return the answers in ranges of confidence of equal width, but for ranges without any.

    Args:
        confidence: float32 (n,), 0 to 1.
        right: bool (n,).
        bins: into how many ranges 0 to 1 is cut.
    """
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    return [
        bin_of(confidence[place == i], right[place == i], i / bins, (i + 1) / bins)
        for i in np.unique(place).tolist()
    ]


def bins_of_equal_mass(confidence: Floats, right: Booleans, bins: int = BINS) -> list[Bin]:
    """Return the answers, ordered by confidence, in groups of the same size, give or take one.

    Args:
        confidence: float32 (n,), 0 to 1.
        right: bool (n,).
        bins: into how many groups; fewer where there are fewer answers.
    """
    order = np.argsort(confidence, kind="stable")
    groups = np.array_split(order, min(bins, len(order)))
    return [
        bin_of(
            confidence[group],
            right[group],
            float(confidence[group[0]]),
            float(confidence[group[-1]]),
        )
        for group in groups
    ]


def bin_of(confidence: Floats, right: Booleans, low: float, high: float) -> Bin:
    """Return answers as a bin."""
    mean = float(confidence.mean(dtype=np.float64))
    return Bin(low, high, len(confidence), mean, float(right.mean()))


def expected_calibration_error(bins: list[Bin]) -> float:
    """Return the mean distance between confidence and accuracy, weighted by the bins' sizes.

    Naeini, Cooper and Hauskrecht (2015, "Obtaining Well Calibrated Probabilities Using Bayesian
    Binning") for bins of equal width; Nixon and others (2019, "Measuring Calibration in Deep
    Learning") say why bins of equal mass are the steadier measure.
    """
    gaps = sum(b.n * abs(b.confidence - b.accuracy) for b in bins)
    return gaps / sum(b.n for b in bins)


def calibration_error(confidence: Floats, right: Booleans) -> float:
    """Return the expected calibration error over 15 bins of equal width, as a card gives it."""
    return expected_calibration_error(bins_of_equal_width(confidence, right))


def calibration_error_by_chance(confidence: Floats) -> Interval:
    """Return between which `calibration_error`s 95 % of such sets lie whose confidence is true.

    A set is finite: of answers given with 90 % confidence, never exactly 90 % are right. All
    answers of a bin are taken for as sure as their mean.
    """
    bins = bins_of_equal_width(confidence, np.ones(len(confidence), bool))
    sizes = np.array([b.n for b in bins])
    means = np.minimum([b.confidence for b in bins], 1)
    right = np.random.default_rng(SEED).binomial(sizes, means, (DRAWS, len(bins)))
    errors = np.abs(right - sizes * means).sum(axis=1) / sizes.sum()
    least, most = np.quantile(errors, ((1 - CERTAINTY) / 2, (1 + CERTAINTY) / 2)).tolist()
    return least, most


def sure_answers(confidence: Floats, right: Booleans, least: float) -> tuple[int, int]:
    """Return how many answers are given with at least this confidence, and how many are right."""
    sure = confidence >= least
    return int(sure.sum()), int(right[sure].sum())


@dataclass(frozen=True)
class Coverage:
    """What happens to the errors when only the surest answers are given.

    Attributes:
        coverage: float64 (m,), shares of digits answered, rising.
        risk: float64 (m,), the share of wrong answers among these.
    """

    coverage: NDArray[np.float64]
    risk: NDArray[np.float64]


def risk_against_coverage(confidence: Floats, right: Booleans) -> Coverage:
    """Return the risk for every threshold of confidence (Geifman and El-Yaniv 2017).

    Answers of the same confidence are given together or not at all.

    Args:
        confidence: float32 (n,), n at least 1.
        right: bool (n,).
    """
    order = np.argsort(-confidence, kind="stable")
    last = np.flatnonzero(np.append(np.diff(confidence[order]) != 0, True))
    answered = np.arange(1, len(order) + 1)
    wrong = np.cumsum(~right[order])
    return Coverage((answered / len(order))[last], (wrong / answered)[last])
