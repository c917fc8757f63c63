import numpy as np
from helpers.sources import some_symbols

from mnist_core.data.hasy import KINDS
from mnist_core.data.symbols import Symbols
from mnist_core.synthesis.symbol_drawings import TEST_KINDS, TRAINING_KINDS, draw_symbols, enlarge


def test_signs_are_written_anew_in_the_format_of_mnist():
    drawn = draw_symbols(some_symbols(), 90, np.random.default_rng(0))
    assert 80 < len(drawn) <= 90
    assert {(picture.shape, picture.dtype) for picture in drawn} == {((28, 28), np.dtype("uint8"))}
    assert len({picture.tobytes() for picture in drawn}) == len(drawn)
    again = draw_symbols(some_symbols(), 90, np.random.default_rng(0))
    np.testing.assert_array_equal(drawn, again)


def test_every_kind_is_either_to_train_or_to_test_on():
    train, test = (set(range(a, b + 1)) for a, b in (TRAINING_KINDS, TEST_KINDS))
    assert not train & test
    assert train | test == set(range(len(KINDS)))


def test_a_sign_is_enlarged_without_steps_and_with_room_for_a_wider_pen():
    large = enlarge(some_symbols().images[0])
    assert large.max() == 255
    assert not large[:12].any()
    assert 0.03 < np.mean((large > 20) & (large < 235)) < 0.3  # soft edges


def test_of_no_signs_nothing_is_drawn():
    none = Symbols(np.zeros((0, 32, 32), np.uint8), np.zeros(0, np.uint8))
    assert draw_symbols(none, 0, np.random.default_rng(0)) == []
