import numpy as np
import pytest

from mnist_core import Hand, InklingError, Reader, load_reader
from mnist_core.errors import DataError, ExampleError, LimitError, ModelError
from mnist_core.hand.example import Example
from mnist_core.hand.references import write_references


@pytest.fixture
def reader(tiny_model) -> Reader:
    return Reader(tiny_model)


@pytest.fixture
def drawings(uci) -> list[np.ndarray]:
    return [np.kron(image, np.ones((5, 5), np.uint8)) for image in uci.images[1300:1360]]


def test_unlearning_undoes_the_last_change_only_if_it_was_this_example(uci):
    one, two = (Example(uci.images[index], 1) for index in (0, 1))
    hand = Hand([one])
    hand.add_example(two)
    hand.remove(one.id)  # the last change, of another example
    hand.unlearn(two.id)
    assert hand.examples == ()
    hand = Hand([one])
    hand.add_example(Example(one.ink, 7))
    hand.unlearn(one.id)
    assert hand.examples == (one,)  # with the label before
    hand = Hand([one, two])  # as it was stored: nothing is known of its changes
    hand.unlearn(two.id)
    assert hand.examples == (one,)


def test_a_corrected_drawing_is_read_as_its_label_at_once(seven):
    hand = Hand()
    reader = load_reader(hand=hand)
    assert reader.read(seven).digit == 7
    hand.add(seven, 4)
    reading = reader.read(seven)
    assert reading.digit == 4
    assert reading.verdict == "digit"


@pytest.mark.parametrize("label", range(10))
def test_every_drawing_can_be_taught_as_every_digit(reader, drawings, label):
    hand = Hand()
    adapted = reader.with_hand(hand)
    for drawing in drawings[:10]:
        hand.add(drawing, label)
        assert adapted.read(drawing).candidates[0] == label


def test_undo_restores_the_same_logits_bit_for_bit(reader, drawings):
    ink = reader.read(drawings[0]).ink[None]
    hand = Hand()
    adapted = reader.with_hand(hand)
    np.testing.assert_array_equal(adapted.logits(ink), reader.logits(ink))
    hand.add(drawings[1], 3)
    before = adapted.logits(ink)
    hand.add(drawings[0], 5)
    assert not np.array_equal(adapted.logits(ink), before)
    assert hand.undo()
    np.testing.assert_array_equal(adapted.logits(ink), before)
    assert hand.undo()
    np.testing.assert_array_equal(adapted.logits(ink), reader.logits(ink))
    assert not hand.undo()
    assert not len(hand)


def test_a_reader_with_a_hand_leaves_the_one_it_came_from_alone(reader, drawings):
    ink = reader.read(drawings[0]).ink[None]
    before = reader.logits(ink)
    hand = Hand()
    hand.add(drawings[0], 1)
    reader.with_hand(hand)
    np.testing.assert_array_equal(reader.logits(ink), before)


def test_no_digit_is_learned_and_rejected(seven):
    hand = Hand()
    reader = load_reader(hand=hand)
    hand.add(seven, None)
    reading = reader.read(seven)
    assert reading.verdict == "not a digit"
    assert reading.digit is None
    hand.undo()
    assert reader.read(seven).digit == 7


def test_no_digit_of_a_network_with_a_judge_lowers_what_the_judge_says(seven, monkeypatch):
    hand = Hand()
    reader = load_reader("simple-cnn", hand=hand)
    very_sure = np.full((1, 10), 200, np.float32)
    monkeypatch.setattr(reader.judge, "logits_once", lambda prepared: very_sure)
    hand.add(seven, None)
    assert reader.read(seven).verdict == "not a digit"


def test_a_wrong_correction_moves_only_its_neighbourhood(drawings):
    hand = Hand()
    reader, plain = load_reader(hand=hand), load_reader()
    before = [reading.candidates[0] for reading in plain.read_batch(drawings)]
    hand.add(drawings[0], (before[0] + 1) % 10)
    after = [reading.candidates[0] for reading in reader.read_batch(drawings)]
    assert after[0] == (before[0] + 1) % 10
    assert sum(a != b for a, b in zip(after[1:], before[1:], strict=True)) <= 1


@pytest.mark.parametrize("label", [10, -1, 3.0, "3", True, np.int64(12)])
def test_another_label_is_a_value_error(seven, label):
    with pytest.raises(ValueError, match="Expected a digit from 0 to 9, or None"):
        Hand().add(seven, label)


def test_a_blank_is_refused():
    hand = Hand()
    with pytest.raises(ExampleError, match="no ink") as raised:
        hand.add(np.zeros((280, 280), np.uint8), 3)
    assert isinstance(raised.value, ValueError)
    assert isinstance(raised.value, InklingError)
    assert not len(hand)


def test_a_dot_is_refused_as_a_digit_and_learned_as_none():
    dot = np.zeros((280, 280), np.uint8)
    dot[100:120, 100:120] = 255
    with pytest.raises(ExampleError, match="dot"):
        Hand().add(dot, 0)
    assert Hand().add(dot, None).example.label is None


def test_of_two_labels_of_a_drawing_the_later_one_holds_and_it_is_said(seven):
    hand = Hand()
    assert hand.add(seven, 7).replaced is None
    addition = hand.add(seven, 1)
    assert addition.changed_mind
    assert addition.replaced.label == 7
    assert [example.label for example in hand.examples] == [1]
    hand.undo()
    assert [example.label for example in hand.examples] == [7]


def test_relabel_remove_and_clear_can_be_undone(drawings):
    hand = Hand()
    first, second = (hand.add(drawings[i], i).example for i in range(2))
    hand.relabel(first.id, 8)
    assert hand.find(first.id).label == 8
    hand.remove(second.id)
    assert len(hand) == 1
    hand.clear()
    assert not len(hand)
    for n in (1, 2):
        hand.undo()
        assert len(hand) == n
    hand.undo()
    assert hand.find(first.id).label == 0
    with pytest.raises(DataError, match="id of an example"):
        hand.remove("nobody")


def test_a_full_hand_refuses_more(seven, drawings, monkeypatch):
    monkeypatch.setattr("mnist_core.hand.example.MAX_EXAMPLES", 1)
    hand = Hand()
    hand.add(seven, 7)
    hand.add(seven, 1)  # the same drawing takes no more room
    with pytest.raises(LimitError, match="at most 1"):
        hand.add(drawings[0], 2)
    assert len(hand) == 1


def test_the_last_example_of_a_loaded_hand_can_be_taken_back(seven, drawings, tmp_path):
    hand = Hand()
    hand.add(drawings[0], 2)
    hand.add(seven, 7)
    hand.save(tmp_path / "hand.json")
    loaded = Hand.load(tmp_path / "hand.json")
    assert loaded.undo()
    assert [example.label for example in loaded.examples] == [2]


def test_predictions_follow_the_hand_and_everybodys_do_not(reader, drawings):
    hand = Hand()
    adapted = reader.with_hand(hand)
    ink = np.stack([reader.read(drawing).ink for drawing in drawings])
    np.testing.assert_array_equal(adapted.predict(ink), reader.predict(ink))
    hand.add(drawings[0], 6)
    assert adapted.predict(ink)[0].argmax() == 6


def test_a_network_without_features_says_so():
    with pytest.raises(ModelError, match="softmax cannot learn a hand"):
        load_reader("softmax", hand=Hand())


def test_references_of_another_network_are_not_used(tiny_model, tmp_path, drawings):
    """The tiny model ships none: a hand then changes only what is very much like its examples."""
    import shutil

    folder = shutil.copytree(tiny_model, tmp_path / "other")
    reader = Reader(folder)
    inks = np.stack([reader.read(drawing).ink for drawing in drawings])
    features = reader.network.run(inks)["features"]
    write_references(folder, features, features[:0])
    hand = Hand()
    example = Example(inks[0], 4)
    hand.add_example(example)
    fitting = Reader(folder, hand).logits(inks)
    file = folder / "references.npz"
    with np.load(file) as arrays:
        np.savez(file, **{**arrays, "network": np.array("another")})
    np.testing.assert_array_equal(
        Reader(folder, hand).logits(inks), Reader(tiny_model, hand).logits(inks)
    )
    assert np.isfinite(fitting).all()


def test_a_model_exchanged_under_a_hand_computes_its_own_features(seven, reader):
    hand = Hand()
    hand.add(seven, 4)
    for other in (
        load_reader(hand=hand),
        load_reader("tutorial-mlp", hand=hand),
        reader.with_hand(hand),
    ):
        assert other.read(seven).candidates[0] == 4


def test_references_of_a_model_trained_here_are_found_by_its_network(tiny_model, drawings):
    reader = Reader(tiny_model)
    inks = np.stack([reader.read(drawing).ink for drawing in drawings])
    features = reader.network.run(inks)["features"]
    hand = Hand()
    hand.add_example(Example(inks[0], 4))
    cautious = reader.with_hand(hand).logits(inks)
    file = write_references(tiny_model, features[30:], features[:0], beside=False)
    assert tiny_model not in file.parents
    assert not np.array_equal(reader.with_hand(hand).logits(inks), cautious)
