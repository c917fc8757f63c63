import numpy as np
import pytest

from mnist_core.evaluation.reliability import (
    Bin,
    calibration_error,
    calibration_error_by_chance,
    count_confident,
    equal_mass_bins,
    equal_width_bins,
    expected_calibration_error,
    risk_coverage_curve,
)

CONFIDENCE = np.array([0.95, 0.95, 0.55, 0.55], np.float32)
CORRECT = np.array([True, True, True, False])


def test_equal_width_bins_of_a_case_counted_by_hand():
    low, high = equal_width_bins(CONFIDENCE, CORRECT, 10)
    assert (low.low, low.high, low.n, low.accuracy) == (0.5, 0.6, 2, 0.5)
    assert low.confidence == pytest.approx(0.55)
    assert high == Bin(0.9, 1.0, 2, pytest.approx(0.95), 1.0)


def test_calibration_error_of_a_case_counted_by_hand():
    assert calibration_error(CONFIDENCE, CORRECT) == pytest.approx((2 * 0.05 + 2 * 0.05) / 4)


def test_perfect_confidence_has_no_calibration_error():
    assert calibration_error(np.ones(3, np.float32), np.ones(3, bool)) == 0


def test_chance_alone_makes_a_calibration_error_of_true_confidence():
    rng = np.random.default_rng(0)
    confidence = rng.beta(20, 2, 2_000).astype(np.float32)
    low, high = calibration_error_by_chance(confidence)
    errors = [calibration_error(confidence, rng.random(2_000) < confidence) for _ in range(400)]
    assert (low, high) == pytest.approx(np.quantile(errors, (0.025, 0.975)), rel=0.1)


def test_what_is_certain_leaves_nothing_to_chance():
    assert calibration_error_by_chance(np.ones(3, np.float32)) == (0, 0)


def test_equal_mass_bins_have_equal_sizes():
    confidence = np.linspace(0.1, 1, 32, dtype=np.float32)
    bins = equal_mass_bins(confidence[::-1], np.ones(32, bool), 15)
    assert [b.n for b in bins] == [3, 3] + [2] * 13
    assert [b.low for b in bins] == sorted(b.low for b in bins)


def test_equal_mass_sees_what_equal_width_averages_away():
    # One bin of equal width holds both halves: 0.94 all right, 0.98 none. On average that is even.
    confidence = np.array([0.94] * 5 + [0.98] * 5, np.float32)
    right = np.array([True] * 5 + [False] * 5)
    width = expected_calibration_error(equal_width_bins(confidence, right))
    mass = expected_calibration_error(equal_mass_bins(confidence, right, 2))
    assert width == pytest.approx(0.96 - 0.5, abs=1e-6)
    assert mass == pytest.approx((0.06 + 0.98) / 2, abs=1e-6)


def test_fewer_answers_than_bins_are_a_bin_each():
    assert [b.n for b in equal_mass_bins(CONFIDENCE, CORRECT, 15)] == [1, 1, 1, 1]


def test_a_confidence_of_one_falls_into_the_last_bin():
    (only,) = equal_width_bins(np.ones(2, np.float32), np.ones(2, bool))
    assert only.high == 1


def test_confident_answers_are_counted():
    assert count_confident(CONFIDENCE, CORRECT, 0.9) == (2, 2)
    assert count_confident(CONFIDENCE, CORRECT, 0.5) == (4, 3)
    assert count_confident(CONFIDENCE, CORRECT, 0.99) == (0, 0)


def test_risk_against_coverage_of_a_case_counted_by_hand():
    curve = risk_coverage_curve(
        np.array([0.9, 0.6, 0.8, 0.6], np.float32), np.array([True, False, False, True])
    )
    # First 0.9, right; then 0.8, wrong; then both with 0.6, one of them right.
    assert curve.coverage.tolist() == [0.25, 0.5, 1.0]
    assert curve.risk.tolist() == [0.0, 0.5, 0.5]


def test_in_the_end_everything_is_answered():
    rng = np.random.default_rng(0)
    confidence, right = rng.random(500).astype(np.float32), rng.random(500) < 0.8
    curve = risk_coverage_curve(confidence, right)
    assert curve.coverage[-1] == 1
    assert curve.risk[-1] == pytest.approx(1 - right.mean())
    assert (np.diff(curve.coverage) > 0).all()
