import pytest

from mnist_core.hand.sharing import is_shared, share, shared_examples
from mnist_core.hand.stored import StoredHand, hand_file


@pytest.fixture
def teach(be, uci):
    """Return a function that makes us a visitor with one drawing."""

    def teach(token: str, index: int) -> None:
        be(token)
        with StoredHand(hand_file()).changing() as hand:
            hand.add(uci.images[index], 4)

    return teach


def test_only_those_who_agreed_are_collected_and_anyone_can_withdraw(teach, be):
    teach("a" * 32, 0)
    assert not is_shared()
    share(True)
    teach("b" * 32, 1)
    assert [len(shared_examples()[1]), shared_examples()[0]] == [1, 1]
    share(True)
    assert shared_examples()[0] == 2
    be("a" * 32)
    share(False)
    share(False)
    people, examples = shared_examples()
    assert (people, len(examples)) == (1, 1)


def test_a_damaged_hand_is_left_out(teach):
    teach("a" * 32, 0)
    share(True)
    teach("b" * 32, 1)
    share(True)
    hand_file().write_text("{")
    assert shared_examples()[0] == 1
