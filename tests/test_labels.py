from collections import Counter

import numpy as np

from mnist_core.evaluation.labels import (
    DISPUTED,
    VOTERS,
    confident_digits,
    disputed_labels,
    suspicious_labels,
)


def rows(*probable: dict[int, float]) -> np.ndarray:
    """Return probabilities; what is not named gets an equal part of the rest."""
    table = np.zeros((len(probable), 10), np.float32)
    for row, named in zip(table, probable, strict=True):
        row[:] = (1 - sum(named.values())) / (10 - len(named))
        for digit, p in named.items():
            row[digit] = p
    return table


# The mean probability of a 3 over what is labelled 3 is (0.9 + 0.7 + 0.2) / 3 = 0.6,
# and that of an 8 over what is labelled 8 is (0.8 + 0.6) / 2 = 0.7.
PROBABILITIES = rows(
    {3: 0.9, 8: 0.05}, {3: 0.7, 8: 0.2}, {3: 0.2, 8: 0.75}, {8: 0.8}, {8: 0.6, 3: 0.3}
)
LABELS = np.array([3, 3, 3, 8, 8], np.uint8)


def test_a_case_counted_by_hand():
    assert confident_digits(PROBABILITIES, LABELS).tolist() == [3, 3, 8, 8, -1]
    assert suspicious_labels(PROBABILITIES, LABELS).tolist() == [2]


def test_the_most_suspicious_comes_first():
    # The last two are labelled 3 as well; 8 needs 0.7, and 3 now needs (1.8 + 0.2) / 5 = 0.4.
    table = np.concatenate([PROBABILITIES, rows({8: 0.95, 3: 0.05}, {8: 0.72, 3: 0.15})])
    labels = np.append(LABELS, [3, 3]).astype(np.uint8)
    assert suspicious_labels(table, labels).tolist() == [5, 6, 2]


def test_right_and_certain_labels_are_not_suspected():
    labels = np.arange(10).repeat(3).astype(np.uint8)
    assert not len(suspicious_labels(np.eye(10, dtype=np.float32)[labels], labels))


def test_a_digit_that_no_label_names_is_never_suggested():
    assert not len(suspicious_labels(rows({1: 0.9}, {1: 0.99}, {0: 0.5}), np.zeros(3, np.uint8)))


def test_without_digits_there_is_nothing_to_suspect():
    assert not len(suspicious_labels(np.zeros((0, 10), np.float32), np.zeros(0, np.uint8)))


def test_labels_that_were_swapped_are_found_where_the_network_is_surer_than_usual():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 10, 2000).astype(np.uint8)
    sure = rng.uniform(0.6, 1, 2000).astype(np.float32)
    table = rows(*({int(digit): float(p)} for digit, p in zip(truth, sure, strict=True)))
    labels = truth.copy()
    labels[:40] = (labels[:40] + 3) % 10
    found = suspicious_labels(table, labels)
    assert set(found) < set(range(40))
    assert set(np.flatnonzero(sure[:40] > 0.82)) <= set(found)
    assert not set(np.flatnonzero(sure[:40] < 0.75)) & set(found)


def test_the_table_is_the_papers():
    assert len(DISPUTED) == 15
    for dispute in DISPUTED.values():
        votes = (dispute.for_label, dispute.for_suggested, dispute.for_neither)
        assert sum(votes) == VOTERS
        assert dispute.for_label < 3
        assert dispute.label != dispute.suggested
    assert Counter(dispute.label for dispute in DISPUTED.values())[6] == 3


def test_the_labels_are_those_of_mnist(mnist):
    assert disputed_labels(mnist.test) == DISPUTED
    assert {i: int(mnist.test.labels[i]) for i in DISPUTED} == {
        i: dispute.label for i, dispute in DISPUTED.items()
    }


def test_other_digits_have_none(uci, mnist):
    assert disputed_labels(uci) == {}
    assert disputed_labels(mnist.train) == {}
    assert disputed_labels(mnist.test[:9999]) == {}
