import numpy as np
import pytest

from mnist_core.inference.calibration import auroc
from mnist_core.intervals import bootstrap_interval, wilson_interval


@pytest.mark.parametrize(
    ("right", "interval"), [(0, (0.0, 0.2775)), (10, (0.7225, 1.0)), (5, (0.2366, 0.7634))]
)
def test_wilson_interval_of_published_cases(right, interval):
    assert wilson_interval(right, 10) == pytest.approx(interval, abs=1e-4)


@pytest.mark.parametrize("n", [1, 2, 7, 1797, 10_000])
def test_wilson_interval_is_that_of_scipy(n):
    from scipy.stats import binomtest

    for right in {0, 1, n // 3, n - 1, n}:
        theirs = binomtest(right, n).proportion_ci(0.95, method="wilson")
        assert wilson_interval(right, n) == pytest.approx(theirs, rel=1e-12, abs=1e-15)


def test_of_nothing_nothing_is_known():
    assert wilson_interval(0, 0) == (0, 1)
    one, many = np.ones(1, np.float32), np.ones(9, np.float32)
    assert bootstrap_interval(auroc, one, many) == bootstrap_interval(auroc, many, one) == (0, 1)


def test_bootstrap_interval_holds_the_truth_nine_times_out_of_ten_at_least():
    # Two normal distributions a standard deviation apart: the chance is known to be 0.7602.
    rng = np.random.default_rng(0)
    found = [
        bootstrap_interval(
            chance_to_be_above,
            rng.normal(1, 1, 100).astype(np.float32),
            rng.normal(0, 1, 100).astype(np.float32),
        )
        for _ in range(20)
    ]
    assert sum(low <= 0.7602 <= high for low, high in found) >= 18
    assert all(0.08 < high - low < 0.2 for low, high in found)


def chance_to_be_above(one: np.ndarray, other: np.ndarray) -> float:
    """Return what `auroc` does, without ties and thirty times sooner: it is asked 10,000 times."""
    return float(np.searchsorted(np.sort(other), one).mean() / len(other))


def test_bootstrap_interval_is_always_the_same():
    one, other = np.arange(30, dtype=np.float32), np.arange(10, 40, dtype=np.float32)
    assert bootstrap_interval(auroc, one, other) == bootstrap_interval(auroc, one, other)


def test_what_is_wholly_apart_stays_so():
    one, other = np.arange(10, 20, dtype=np.float32), np.arange(10, dtype=np.float32)
    assert bootstrap_interval(auroc, one, other) == (1, 1)
