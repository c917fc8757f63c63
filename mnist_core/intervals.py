"""How far off a measured figure may be because other digits were not measured.

SciPy takes half a second to load, which reading never needs: it is imported where it is used.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

CERTAINTY = 0.95
RESAMPLES = 500
SEED = 1

Interval = tuple[float, float]
Floats = NDArray[np.float32]


def wilson_interval(right: int, n: int) -> Interval:
    """Return the 95 % interval of a share (Wilson 1927), low and high; (0, 1) if n is 0."""
    from scipy.stats import binomtest

    if n == 0:
        return 0.0, 1.0
    interval = binomtest(right, n).proportion_ci(CERTAINTY, method="wilson")
    return float(interval.low), float(interval.high)


def bootstrap_interval(
    statistic: Callable[[Floats, Floats], float], one: Floats, other: Floats
) -> Interval:
    """Return the 95 % interval of a figure of two samples, drawn again from either (Efron 1979).

    Args:
        statistic: from 0 to 1, of two samples of any sizes.
        one: float32 (n,).
        other: float32 (m,).

    Returns:
        Low and high, the same each time; (0, 1) if either sample has less than two values.
    """
    from scipy.stats import bootstrap

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
