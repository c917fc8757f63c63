"""Confidence intervals: how much a figure depends on which digits happen to be in a test set."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mnist_core.extras import require

CERTAINTY = 0.95
Z = 1.959963984540054  # 95 % of a normal distribution lie within this many standard deviations
RESAMPLES = 500
SEED = 1

Interval = tuple[float, float]
Floats = NDArray[np.float32]


def wilson_interval(count: int, n: int) -> Interval:
    """Return the 95 % confidence interval of `count / n` (Wilson 1927); (0, 1) if n is 0."""
    if n == 0:
        return 0.0, 1.0
    share, shrinkage = count / n, 1 + Z**2 / n
    middle = (share + Z**2 / (2 * n)) / shrinkage
    half = Z * math.sqrt(share * (1 - share) / n + (Z / (2 * n)) ** 2) / shrinkage
    low = middle - half if count else 0.0  # exactly: rounding would leave a tiny rest
    high = middle + half if count < n else 1.0
    return low, high


def bootstrap_interval(
    statistic: Callable[[Floats, Floats], float], one: Floats, other: Floats
) -> Interval:
    """Return the bootstrap 95 % confidence interval of a statistic of two samples (Efron 1979).

    Args:
        statistic: a function of two samples of any size, with values from 0 to 1.
        one: float32 (n,).
        other: float32 (m,).

    Returns:
        Low and high, the same every time; (0, 1) if either sample has fewer than two values.
    """
    require("train", "scipy")
    from scipy.stats import bootstrap  # takes half a second to load; reading never needs it

    if min(len(one), len(other)) < 2:
        return 0.0, 1.0
    interval = bootstrap(
        (one, other),
        statistic,
        n_resamples=RESAMPLES,
        vectorized=False,
        confidence_level=CERTAINTY,
        method="percentile",
        rng=SEED,
    ).confidence_interval
    return float(interval.low), float(interval.high)
