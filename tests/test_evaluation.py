import numpy as np
import pytest

from mnist_core import load_reader
from mnist_core.errors import DataError
from mnist_core.evaluation.evaluation import Evaluation, evaluate, evaluate_cached
from mnist_core.models.cards import Calibration
from mnist_core.models.registry import list_models


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
    assert metrics.answered_interval == pytest.approx((0.5101, 1), abs=1e-4)
    assert metrics.right_when_answered == 0.75
    assert metrics.right_when_answered_interval == metrics.interval


def test_nothing_answered_is_not_a_failure():
    metrics = evaluation([1, 2], [1, 2], least_digitness=1e9).metrics()
    assert metrics.answered == 0
    assert np.isnan(metrics.right_when_answered)
    assert metrics.right_when_answered_interval == (0, 1)


def test_figures_agree_with_scikit_learn():
    from sklearn.metrics import confusion_matrix, f1_score, precision_recall_fscore_support

    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, 500)
    read = np.where(rng.random(500) < 0.8, labels, rng.integers(0, 9, 500))  # 9 is rarely read
    result = evaluation(labels, read)
    np.testing.assert_array_equal(
        result.confusion_matrix(), confusion_matrix(labels, read, labels=range(10))
    )
    table = [[row[key] for row in result.per_class()] for key in ("precision", "recall", "f1", "n")]
    theirs = precision_recall_fscore_support(labels, read, labels=range(10), zero_division=0.0)
    np.testing.assert_allclose(table, theirs, rtol=1e-12)
    assert result.macro_f1() == pytest.approx(f1_score(labels, read, average="macro"))


def test_macro_f1_of_a_case_counted_by_hand():
    # 3: precision 1, recall 1/2, F1 2/3. 8: precision 1/2, recall 1, F1 2/3. 1: F1 1.
    assert evaluation([3, 3, 8, 1], [3, 8, 8, 1]).macro_f1() == pytest.approx(
        (2 / 3 + 2 / 3 + 1) / 3
    )


def test_a_digit_that_is_never_read_has_no_precision_and_no_f1():
    result = evaluation([5, 5, 6], [6, 6, 6])
    assert result.per_class()[5] == {"digit": 5, "precision": 0, "recall": 0, "f1": 0, "n": 2}
    assert result.macro_f1() == pytest.approx((0 + 0.5) / 2)


def test_what_was_thought_of_each_digit():
    result = evaluation([3, 8], [3, 3])
    most = 1 / (1 + 9 * np.exp(-10))
    np.testing.assert_allclose(result.confidence, [most, most], rtol=1e-5)
    np.testing.assert_allclose(result.label_probability, [most, most * np.exp(-10)], rtol=1e-4)
    assert result.ranked[:, 0].tolist() == [3, 3]


def test_digits_can_be_left_out():
    result = evaluation([3, 3, 8, 1], [3, 8, 8, 7])
    assert result.excluding([1, 3]).metrics().accuracy == 1
    assert result.subset(np.array([1])).labels.tolist() == [3]


def test_without_digits_there_is_nothing_to_measure(uci):
    with pytest.raises(DataError, match="at least one digit"):
        evaluate_cached(load_reader(), uci[:0])


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
