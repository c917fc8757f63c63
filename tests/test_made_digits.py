import numpy as np
import pytest

from mnist_core.synthesis.made_digits import (
    STYLES,
    closed_four,
    curve,
    hooked_seven,
    lightning_four,
    make_digits,
    unclosed_zero,
)


def test_every_style_is_made_in_equal_number():
    made = make_digits(10 * len(STYLES), np.random.default_rng(0))
    expected = np.bincount([label for label, _ in STYLES] * 10, minlength=10)
    np.testing.assert_array_equal(np.bincount(made.labels, minlength=10), expected)
    assert made.images.shape == (10 * len(STYLES), 28, 28)
    assert (made.images.max(axis=(1, 2)) > 200).all()


def test_the_same_seed_makes_the_same_digits():
    first, second = (make_digits(14, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first.images, second.images)


def test_no_digits_can_be_made_too():
    assert len(make_digits(0, np.random.default_rng(0))) == 0


@pytest.mark.parametrize("n", [2, 3, 9])
def test_a_curve_passes_through_its_points(n):
    points = np.random.default_rng(n).uniform(0, 1, (n, 2))
    np.testing.assert_allclose(curve(points, steps=4)[::4], points)


@pytest.mark.slow
@pytest.mark.parametrize("style", [closed_four, unclosed_zero])
def test_a_network_that_knows_mnist_reads_the_plainest_styles(style, mnist):
    """MNIST has such digits too: a check on the strokes themselves."""
    from sklearn.neighbors import KNeighborsClassifier

    [index] = [i for i, (_, made) in enumerate(STYLES) if made is style]
    made = make_digits(40 * len(STYLES), np.random.default_rng(0))[index :: len(STYLES)]
    known = KNeighborsClassifier(3).fit(
        mnist.train.images[:20_000].reshape(-1, 784), mnist.train.labels[:20_000]
    )
    read = known.predict(made.images.reshape(-1, 784))
    assert (read == made.labels).mean() > 0.6


@pytest.mark.parametrize("style", [closed_four, hooked_seven, lightning_four, unclosed_zero])
def test_a_style_is_drawn_within_its_box(style):
    rng = np.random.default_rng(0)
    for _ in range(200):
        points = np.vstack(style(rng))
        assert points.min() >= -0.15
        assert points.max() <= 1.15
