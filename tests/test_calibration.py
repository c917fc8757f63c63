import numpy as np
import pytest

from mnist_core.inference.calibration import (
    calibrate,
    cross_entropy,
    digitness_of,
    fit_temperature,
    is_accepted,
    measure_ood,
    probabilities_of,
)
from mnist_core.models.cards import Calibration


@pytest.fixture
def overconfident():
    """Logits three times as large as the labels warrant, and the labels."""
    rng = np.random.default_rng(0)
    honest = rng.normal(0, 2, (20_000, 10)).astype(np.float32)
    chances = probabilities_of(honest, 1)
    labels = np.array([rng.choice(10, p=row / row.sum()) for row in chances.astype(float)])
    return honest * 3, labels.astype(np.uint8)


def test_the_temperature_that_was_hidden_is_found(overconfident):
    assert fit_temperature(*overconfident) == pytest.approx(3, rel=0.05)


def test_a_few_broken_labels_do_not_make_all_others_look_too_sure():
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 8, (20_000, 10)).astype(np.float32)
    labels = np.array([rng.choice(10, p=row / row.sum()) for row in honest(logits)], np.uint8)
    surest = honest(logits).max(axis=1).argsort()[-20:]
    labels[surest] = (logits[surest].argmax(axis=1) + 1) % 10
    assert fit_temperature(logits, labels) == pytest.approx(1, rel=0.03)


def honest(logits):
    return probabilities_of(logits, 1).astype(float)


def test_calibration_changes_no_answer_and_lowers_the_loss(overconfident):
    logits, labels = overconfident
    calibration = calibrate(logits, labels, "made ones")
    before, after = probabilities_of(logits, 1), probabilities_of(logits, calibration.temperature)
    np.testing.assert_array_equal(before.argmax(1), after.argmax(1))
    assert cross_entropy(after, labels) < cross_entropy(before, labels)


def test_thresholds_leave_at_least_97_percent_answered(overconfident):
    logits, labels = overconfident
    share = is_accepted(logits, calibrate(logits, labels, "made ones")).mean()
    assert 0.97 <= share < 1


def test_probabilities_sum_to_one_even_for_huge_logits():
    logits = np.array([[1e4, -1e4] + [0] * 8, [0] * 10], np.float32)
    probabilities = probabilities_of(logits, 0.5)
    np.testing.assert_allclose(probabilities.sum(1), 1, rtol=1e-6)
    np.testing.assert_allclose(probabilities[1], 0.1)
    assert probabilities.dtype == np.float32


def test_digitness_is_the_log_of_the_summed_exponentials():
    logits = np.random.default_rng(0).normal(0, 3, (50, 10)).astype(np.float32)
    np.testing.assert_allclose(
        digitness_of(logits), np.log(np.exp(logits.astype(float)).sum(1)), rtol=1e-5
    )
    assert np.isfinite(digitness_of(np.full(10, 1e4, np.float32)))


def test_refusal_counts_what_is_called_a_digit_and_ranks_digitness():
    def with_digitness(*values: float) -> np.ndarray:
        return np.array([[value] + [-50] * 9 for value in values], np.float32)

    digits, nothing = with_digitness(3, 4, 5, 1), with_digitness(-2, 2, 0)
    refusal = measure_ood(nothing, digits, Calibration(least_digitness=1))
    assert refusal.n == 3
    assert refusal.called_digit == pytest.approx(1 / 3)
    assert refusal.interval == pytest.approx((0.0615, 0.7923), abs=1e-4)
    assert refusal.auroc == pytest.approx(11 / 12)
    low, high = refusal.auroc_interval
    assert low < refusal.auroc <= high == 1
