import numpy as np
import pytest

from mnist_core import load_reader
from mnist_core.cards import Calibration
from mnist_core.evaluation import Evaluation, calibration_error, evaluate, wilson_interval
from mnist_core.registry import list_models


def evaluation(labels, read, **calibration) -> Evaluation:
    """Return an evaluation in which each digit was read with great confidence."""
    logits = np.full((len(labels), 10), -5, np.float32)
    logits[np.arange(len(labels)), read] = 5
    return Evaluation(np.array(labels, np.uint8), logits, Calibration(**calibration))


def test_metrics_of_a_case_counted_by_hand():
    metrics = evaluation([3, 3, 8, 1], [3, 8, 8, 1]).metrics()
    assert metrics.n == 4
    assert metrics.accuracy == 0.75
    assert metrics.interval == pytest.approx((0.3006, 0.9544), abs=1e-4)
    wrong, right = np.log(1 + 9 * np.exp(-10)) + 10, np.log(1 + 9 * np.exp(-10))
    assert metrics.loss == pytest.approx((wrong + 3 * right) / 4, rel=1e-4)
    assert metrics.answered == 1
    assert metrics.right_when_answered == 0.75


def test_nothing_answered_is_not_a_failure():
    metrics = evaluation([1, 2], [1, 2], least_digitness=1e9).metrics()
    assert metrics.answered == 0
    assert np.isnan(metrics.right_when_answered)


def test_figures_agree_with_scikit_learn():
    from sklearn.metrics import confusion_matrix, f1_score

    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, 500)
    read = np.where(rng.random(500) < 0.8, labels, rng.integers(0, 9, 500))  # 9 is rarely read
    result = evaluation(labels, read)
    np.testing.assert_array_equal(
        result.confusion_matrix(), confusion_matrix(labels, read, labels=range(10))
    )
    f1 = [row["f1"] for row in result.per_class()]
    np.testing.assert_allclose(f1, f1_score(labels, read, average=None, labels=range(10)))


def test_a_set_with_one_class_only_has_a_table_of_ten():
    table = evaluation([4, 4], [4, 4]).per_class()
    assert [row["n"] for row in table] == [0, 0, 0, 0, 2, 0, 0, 0, 0, 0]
    assert table[4]["f1"] == 1


@pytest.mark.parametrize("name", list_models())
def test_every_card_that_ships_says_what_is_measured(name, uci):
    """A change of preprocessing changes the uci-digits, and so what a card has to say of them."""
    reader = load_reader(name)
    measured = evaluate(reader.network, reader.card.calibration, uci).metrics()
    said = reader.card.metrics["uci-digits"]
    # One digit in 1,797 may turn with the processor's rounding.
    assert measured.accuracy == pytest.approx(said.accuracy, abs=1.5 / len(uci))
    assert measured.answered == pytest.approx(said.answered, abs=1.5 / len(uci))


@pytest.mark.parametrize(
    ("right", "interval"), [(0, (0.0, 0.2775)), (10, (0.7225, 1.0)), (5, (0.2366, 0.7634))]
)
def test_wilson_interval_of_published_cases(right, interval):
    assert wilson_interval(right, 10) == pytest.approx(interval, abs=1e-4)


def test_calibration_error_of_a_case_counted_by_hand():
    confidence = np.array([0.95, 0.95, 0.55, 0.55], np.float32)
    right = np.array([True, True, True, False])
    assert calibration_error(confidence, right) == pytest.approx((2 * 0.05 + 2 * 0.05) / 4)


def test_perfect_confidence_has_no_calibration_error():
    assert calibration_error(np.ones(3, np.float32), np.ones(3, bool)) == 0
