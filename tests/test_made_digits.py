import numpy as np
import pytest

from mnist_core.synthesis.made_digits import STYLES, curve, make_digits


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
def test_a_network_that_knows_mnist_reads_closed_fours(mnist):
    """The plainest of the made styles is one MNIST has: a check on the strokes themselves."""
    from sklearn.neighbors import KNeighborsClassifier

    made = make_digits(40 * len(STYLES), np.random.default_rng(0))
    fours = made.images[4 :: len(STYLES)]
    known = KNeighborsClassifier(3).fit(
        mnist.train.images[:20_000].reshape(-1, 784), mnist.train.labels[:20_000]
    )
    assert (known.predict(fours.reshape(-1, 784)) == 4).mean() > 0.6
