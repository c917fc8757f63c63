import numpy as np

from mnist_core import Hand, load_reader
from mnist_core.data.digits import Digits
from mnist_core.evaluation.hand_check import leave_one_out, measure_forgetting, withdraw_harmful
from mnist_core.hand.example import Example


def test_an_example_left_out_is_not_read_by_itself(uci):
    hand, reader = Hand(), load_reader()
    hand.add_example(Example(uci.images[0], (int(uci.labels[0]) + 1) % 10))
    hand.add_example(Example(uci.images[1], None))
    (alone,) = leave_one_out(reader, hand)
    assert alone.before == alone.after


def test_an_empty_hand_changes_nothing(uci):
    found = measure_forgetting(load_reader(), Hand(), uci[:50])
    np.testing.assert_array_equal(found.before, found.after)
    assert found.loss == 0
    assert not len(found.lost)
    assert (found.cause == -1).all()


def test_the_example_that_spoils_everybodys_digits_is_found_and_taken_out(uci):
    """A test digit itself, taught as another digit, spoils at least itself."""
    reader, digits = load_reader(), Digits(uci.images[1300:1400], uci.labels[1300:1400])
    right = int(np.flatnonzero(reader.logits(digits.images).argmax(1) == digits.labels)[0])
    hand = Hand()
    harmless = hand.add_example(Example(uci.images[0], int(uci.labels[0]))).example
    spoiler = Example(digits.images[right], (int(digits.labels[right]) + 5) % 10)
    hand.add_example(spoiler)
    found = measure_forgetting(reader, hand, digits)
    assert right in found.lost
    assert found.cause[right] == 1
    assert found.loss >= 0.01
    assert withdraw_harmful(reader, hand, digits) == [spoiler]
    assert hand.examples == (harmless,)
