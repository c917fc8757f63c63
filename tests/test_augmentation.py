import numpy as np
import pytest

from mnist_core.augmentation import AUGMENTATIONS, move


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_the_same_seed_gives_the_same_pictures(uci, name):
    images = uci.images[:20]
    first, second, other = (
        AUGMENTATIONS[name](images, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert first.shape == images.shape
    assert first.dtype == np.uint8
    np.testing.assert_array_equal(first, second)
    assert (first != other).any()


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_no_digit_is_lost(uci, name):
    drawn = AUGMENTATIONS[name](uci.images[:300], np.random.default_rng(0))
    assert (drawn.max(axis=(1, 2)) > 127).all()


def test_hands_draw_thinner_and_thicker(uci):
    images = np.repeat(uci.images[:1], 200, axis=0)
    ink = AUGMENTATIONS["hands"](images, np.random.default_rng(0)).sum(axis=(1, 2))
    assert ink.min() < 0.7 * images[0].sum() < 1.3 * images[0].sum() < ink.max()


def test_move_moves_and_does_not_wrap_around():
    image = np.zeros((28, 28), np.uint8)
    image[0, 5] = 255
    assert move(image, 1, 2)[1, 7] == 255
    assert not move(image, -1, 0).any()
