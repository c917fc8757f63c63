from collections import Counter

from mnist_core.analysis.disputed import DISPUTED, VOTERS, disputes_among


def test_the_table_is_the_papers():
    assert len(DISPUTED) == 15
    for dispute in DISPUTED.values():
        votes = (dispute.for_label, dispute.for_suggested, dispute.for_neither)
        assert sum(votes) == VOTERS
        assert dispute.for_label < 3
        assert dispute.label != dispute.suggested
    assert Counter(dispute.label for dispute in DISPUTED.values())[6] == 3


def test_the_labels_are_those_of_mnist(mnist):
    assert disputes_among(mnist.test) == DISPUTED
    assert {i: int(mnist.test.labels[i]) for i in DISPUTED} == {
        i: dispute.label for i, dispute in DISPUTED.items()
    }


def test_other_digits_have_none(uci, mnist):
    assert disputes_among(uci) == {}
    assert disputes_among(mnist.train) == {}
    assert disputes_among(mnist.test[:9999]) == {}
