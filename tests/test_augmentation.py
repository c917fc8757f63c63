import numpy as np
import pytest

from mnist_core.synthesis.augmentation import AUGMENTATIONS, blur


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


@pytest.mark.parametrize(("name", "most"), [("nudge", 1), ("shift", 2)])
def test_pictures_are_moved_each_way_and_do_not_wrap_around(name, most):
    images = np.zeros((400, 28, 28), np.uint8)
    images[:, 14, 14] = 255
    images[:, 0, 14] = 100
    moved = AUGMENTATIONS[name](images, np.random.default_rng(0))
    places = np.argwhere(moved == 255)[:, 1:] - 14
    reach = range(-most, most + 1)
    assert set(map(tuple, places.tolist())) == {(down, right) for down in reach for right in reach}
    assert not (moved[:, 20:] == 100).any()


def test_a_blurred_digit_keeps_its_ink_at_full_strength_and_loses_its_edges(uci):
    images = np.repeat(uci.images[:1], 60, axis=0)
    blurred = blur(images, 1, np.random.default_rng(0))
    assert (blurred.max(axis=(1, 2)) == 255).all()
    edges = np.abs(np.diff(blurred.astype(int), axis=2)).max(axis=(1, 2))
    assert edges.min() < np.abs(np.diff(images[0].astype(int), axis=1)).max()


def test_only_the_share_that_is_asked_for_is_blurred(uci):
    images = uci.images[:1000]
    assert blur(images, 0, np.random.default_rng(0)) is images
    changed = (blur(images, 0.3, np.random.default_rng(0)) != images).any(axis=(1, 2)).mean()
    assert 0.25 < changed < 0.35
