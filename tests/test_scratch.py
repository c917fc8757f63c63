# ruff: noqa: N803, N806 - capital letters are matrices here, as in the module
from itertools import islice

import numpy as np
import pytest

from mnist_core.data.datasets import load_dataset
from mnist_core.errors import DataError, RecipeError
from mnist_core.training.scratch import (
    INITIALISATIONS,
    Parameters,
    accuracy,
    backward_prop,
    batches,
    columns,
    cross_entropy,
    descend,
    forward_prop,
    gradient_descent,
    init_params,
    one_hot,
    penalty,
    relu,
    softmax,
    to_keras,
    update_params,
)


@pytest.fixture(scope="module")
def digits():
    """Digits to learn from: X, float32 (784, 1297), and Y."""
    train = load_dataset("uci-digits").train
    return columns(train.images), train.labels


@pytest.fixture
def small():
    """Seven samples of five pixels in float64, and a network for them with four hidden units."""
    rng = np.random.default_rng(7)
    X, Y = rng.random((5, 7)), rng.integers(0, 10, 7)
    return X, Y, init_params(4, "uniform", 3, inputs=5, dtype=np.float64)


def gradients_at(parameters, X, Y, l2=0.0):
    layers = forward_prop(*parameters, X)
    return backward_prop(*layers, parameters.W1, parameters.W2, X, Y, l2=l2)


def loss_at(parameters, X, Y, l2=0.0):
    *_, A2 = forward_prop(*parameters, X)
    return cross_entropy(A2, Y) + penalty(parameters.W1, parameters.W2, l2)


@pytest.mark.parametrize("l2", [0.0, 0.3])
@pytest.mark.parametrize("place", range(4), ids=Parameters._fields)
def test_gradients_are_the_slopes_that_finite_differences_find(small, place, l2):
    X, Y, parameters = small
    step = 1e-6
    slopes = np.empty_like(parameters[place])
    for at in np.ndindex(slopes.shape):
        losses = []
        for sign in (1, -1):
            moved = Parameters(*(values.copy() for values in parameters))
            moved[place][at] += sign * step
            losses.append(loss_at(moved, X, Y, l2))
        slopes[at] = (losses[0] - losses[1]) / (2 * step)
    np.testing.assert_allclose(gradients_at(parameters, X, Y, l2)[place], slopes, atol=1e-8)


def test_gradients_have_the_shapes_of_their_parameters_so_biases_stay_columns(small):
    X, Y, parameters = small
    gradients = gradients_at(parameters, X, Y)
    assert [g.shape for g in gradients] == [p.shape for p in parameters]
    assert gradients.db1.shape == (4, 1)
    assert gradients.db2.shape == (10, 1)


def test_forward_prop_gives_every_step_of_the_way(small):
    X, _, (W1, b1, W2, b2) = small
    Z1, A1, Z2, A2 = forward_prop(W1, b1, W2, b2, X)
    for i, x in enumerate(X.T):  # one sample at a time, without a matrix product
        z1 = [(row * x).sum() + b for row, b in zip(W1, b1[:, 0], strict=True)]
        a1 = [max(0.0, z) for z in z1]
        z2 = [(row * a1).sum() + b for row, b in zip(W2, b2[:, 0], strict=True)]
        np.testing.assert_allclose(Z1[:, i], z1)
        np.testing.assert_allclose(A1[:, i], a1)
        np.testing.assert_allclose(Z2[:, i], z2)
        np.testing.assert_allclose(A2[:, i], np.exp(z2) / np.exp(z2).sum())


def test_relu_lets_only_the_positive_through():
    np.testing.assert_array_equal(relu(np.array([-2.0, 0.0, 3.0])), [0, 0, 3])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_is_stable_where_exp_is_not(dtype):
    Z = np.array([[1e4, -1e4, 1e4], [0, 0, 1e4]], dtype)
    np.testing.assert_array_equal(softmax(Z), [[1, 0, 0.5], [0, 1, 0.5]])


def test_softmax_does_not_mind_what_is_added_to_a_column():
    Z = np.random.default_rng(0).normal(size=(10, 5))
    np.testing.assert_allclose(softmax(Z), np.exp(Z) / np.exp(Z).sum(axis=0))
    np.testing.assert_allclose(softmax(Z + 100), softmax(Z))


def test_one_hot_has_its_one_in_the_row_of_the_digit():
    hot = one_hot(np.array([3, 0], np.uint8))
    assert hot.shape == (10, 2)
    np.testing.assert_array_equal(hot.argmax(axis=0), [3, 0])
    np.testing.assert_array_equal(hot.sum(axis=0), [1, 1])


def test_cross_entropy_of_a_guess_is_the_logarithm_of_ten():
    assert cross_entropy(np.full((10, 4), 0.1), np.arange(4)) == pytest.approx(np.log(10))


def test_cross_entropy_of_certainty():
    Y = np.array([2, 5])
    assert cross_entropy(one_hot(Y), Y) == 0
    assert 80 < cross_entropy(one_hot(Y + 1), Y) < 90, "finite, however wrong"


def test_cross_entropy_is_a_mean_over_samples():
    A2 = np.zeros((10, 2))
    A2[1, 0], A2[8, 1] = 0.5, 0.25
    assert cross_entropy(A2, np.array([1, 8])) == pytest.approx((np.log(2) + np.log(4)) / 2)


def test_accuracy_is_the_share_read_right():
    assert accuracy(one_hot(np.array([1, 2, 3, 4])), np.array([1, 2, 3, 5])) == 0.75


def test_columns_hold_a_picture_each_from_0_to_1():
    images = np.zeros((2, 28, 28), np.uint8)
    images[1, 0, 3] = 255
    X = columns(images)
    assert X.dtype == np.float32
    assert X.shape == (784, 2)
    assert X[3, 1] == 1
    assert X.sum() == 1


def test_a_step_goes_against_the_gradient(small):
    X, Y, parameters = small
    gradients = gradients_at(parameters, X, Y)
    stepped = update_params(*parameters, *gradients, 0.5)
    for new, old, slope in zip(stepped, parameters, gradients, strict=True):
        np.testing.assert_array_equal(new, old - 0.5 * slope)


def test_momentum_keeps_a_share_of_the_steps_before(small):
    X, Y, first = small
    one, two, three = islice(descend(first, X, Y, 0.5, momentum=0.9), 3)
    g0, g1, g2 = (gradients_at(at, X, Y).db2 for at in (first, one, two))
    np.testing.assert_allclose(one.b2, first.b2 - 0.5 * g0)
    np.testing.assert_allclose(two.b2, one.b2 - 0.5 * (0.9 * g0 + g1))
    np.testing.assert_allclose(three.b2, two.b2 - 0.5 * (0.9 * (0.9 * g0 + g1) + g2))


def test_a_mini_batch_takes_its_samples_alone(small):
    X, Y, parameters = small
    chosen = next(batches(7, 3, seed=5))
    gradients = gradients_at(parameters, X[:, chosen], Y[chosen])
    stepped = next(descend(parameters, X, Y, 0.5, batch_size=3, seed=5))
    for new, old, slope in zip(stepped, parameters, gradients, strict=True):
        np.testing.assert_allclose(new, old - 0.5 * slope)


def test_an_epoch_of_mini_batches_takes_each_sample_once_and_the_next_in_another_order():
    parts = list(islice(batches(7, 3, seed=0), 6))
    assert [len(part) for part in parts] == [3, 3, 1, 3, 3, 1]
    first, second = np.concatenate(parts[:3]), np.concatenate(parts[3:])
    assert sorted(first) == sorted(second) == list(range(7))
    assert first.tolist() != second.tolist()


@pytest.mark.parametrize("size", [None, 0])
def test_without_mini_batches_every_step_takes_all(small, size):
    X, Y, parameters = small
    stepped = next(descend(parameters, X, Y, 0.5, batch_size=size))
    expected = update_params(*parameters, *gradients_at(parameters, X, Y), 0.5)
    np.testing.assert_array_equal(stepped.W1, expected.W1)


@pytest.mark.parametrize(
    ("init", "variances"),
    [("uniform", (1 / 12, 1 / 12)), ("he", (2 / 784, 2 / 200)), ("xavier", (2 / 984, 2 / 210))],
)
def test_first_weights_have_the_variance_they_should(init, variances):
    W1, b1, W2, b2 = init_params(200, init)
    assert [W1.shape, b1.shape, W2.shape, b2.shape] == [(200, 784), (200, 1), (10, 200), (10, 1)]
    assert (W1.var(), W2.var()) == pytest.approx(variances, rel=0.1)
    assert b1.any() == b2.any() == (init == "uniform")
    if init == "uniform":
        assert np.abs(W1).max() <= 0.5


def test_the_same_seed_trains_the_same_weights(digits):
    settings = {"iterations": 5, "batch_size": 100, "hidden": 16}
    first, second, other = (gradient_descent(*digits, seed=seed, **settings) for seed in (1, 1, 2))
    for a, b, c in zip(first, second, other, strict=True):
        np.testing.assert_array_equal(a, b)
        assert not np.array_equal(a, c)


SETTINGS = (
    *({"init": init} for init in INITIALISATIONS if init != "uniform"),
    {"alpha": 0.2},
    {"iterations": 4},
    {"l2": 0.01},
    {"batch_size": 100},
    {"momentum": 0.5},
    {"seed": 1},
)


@pytest.mark.parametrize("changed", SETTINGS, ids=str)
def test_every_setting_changes_the_outcome(digits, changed):
    usual = gradient_descent(*digits, **{"iterations": 3})
    assert not np.allclose(gradient_descent(*digits, **{"iterations": 3} | changed).W2, usual.W2)


def test_as_many_hidden_units_as_asked_for(digits):
    assert gradient_descent(*digits, iterations=1, hidden=64).W2.shape == (10, 64)


def test_the_precision_is_that_of_the_pixels(digits):
    X, Y = digits
    for dtype in (np.float32, np.float64):
        trained = gradient_descent(X.astype(dtype), Y, np.float64(0.1), 2, momentum=0.5, l2=0.1)
        assert {values.dtype for values in trained} == {np.dtype(dtype)}


def test_progress_is_reported_every_100_iterations_and_at_the_last(small):
    X, Y, _ = small
    heard = []
    trained = gradient_descent(X, Y, iterations=250, on_iteration=lambda *args: heard.append(args))
    assert [iteration for iteration, _, _ in heard] == [100, 200, 250]
    *_, A2 = forward_prop(*trained, X)
    assert heard[-1][1:] == (cross_entropy(A2, Y), accuracy(A2, Y))


def test_the_last_iteration_is_reported_once(digits):
    heard = []
    gradient_descent(*digits, 0.1, 20, every=10, on_iteration=lambda *args: heard.append(args[0]))
    assert heard == [10, 20]


def test_the_loss_that_is_reported_includes_the_penalty(small):
    X, Y, _ = small
    losses = {}
    for l2 in (0.0, 0.1):

        def note(iteration, loss, right, l2=l2):
            losses[l2] = loss

        gradient_descent(X, Y, alpha=0, iterations=1, l2=l2, on_iteration=note)
    W1, _, W2, _ = init_params(inputs=5, dtype=np.float64)
    assert losses[0.1] - losses[0.0] == pytest.approx(0.1 * ((W1**2).sum() + (W2**2).sum()))


@pytest.mark.slow
@pytest.mark.parametrize("init", INITIALISATIONS)
def test_it_learns(digits, init):
    losses = []
    trained = gradient_descent(
        *digits, init=init, every=10, on_iteration=lambda i, loss, right: losses.append(loss)
    )
    assert losses == sorted(losses, reverse=True)
    test = load_dataset("uci-digits").test
    assert accuracy(forward_prop(*trained, columns(test.images))[3], test.labels) > 0.5


@pytest.mark.slow
def test_the_authors_next_steps_pay(digits):
    """Wider, better first weights, mini-batches and momentum, as long as 12 epochs."""
    settings = {"hidden": 64, "init": "he", "batch_size": 64, "momentum": 0.9}
    trained = gradient_descent(*digits, 0.1, 12 * 21, **settings)
    test = load_dataset("uci-digits").test
    assert accuracy(forward_prop(*trained, columns(test.images))[3], test.labels) > 0.9


@pytest.mark.tensorflow
def test_the_keras_network_gives_the_same_probabilities(digits, uci):
    import keras

    from mnist_core.training.export import with_probabilities

    X, Y = digits
    trained = gradient_descent(X, Y, iterations=20, hidden=12)
    network = to_keras(trained)
    pixels = uci.images[: len(Y)].astype(np.float32)
    *_, A2 = forward_prop(*trained, X)
    probabilities = with_probabilities(network).predict(pixels, verbose=0)
    np.testing.assert_allclose(probabilities, A2.T, atol=1e-5)
    features = keras.Model(network.input, network.get_layer("features").output)
    A1 = forward_prop(*trained, X)[1]
    np.testing.assert_allclose(features.predict(pixels, verbose=0), A1.T, atol=1e-4)


@pytest.mark.tensorflow
def test_the_keras_network_has_the_projects_form():
    network = to_keras(init_params())
    assert network.input_shape == (None, 28, 28)
    assert network.input.name == "image"
    assert network.layers[-1].name == "logits"
    assert network.count_params() == 784 * 10 + 10 + 10 * 10 + 10


@pytest.mark.tensorflow
def test_keras_takes_the_same_step(digits):
    """Keras's own gradients, penalty and momentum, as a judge of ours."""
    import keras

    X, Y = digits
    settings = {"l2": 0.01, "momentum": 0.9}
    first = init_params(hidden=10)
    network = to_keras(first)
    penalised = keras.regularizers.L2(settings["l2"])
    for name in ("features", "logits"):
        network.get_layer(name).kernel_regularizer = penalised
        network.get_layer(name).kernel.regularizer = penalised
    network.compile(
        keras.optimizers.SGD(0.1, momentum=settings["momentum"]),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    pixels = load_dataset("uci-digits").train.images.astype(np.float32)
    network.fit(pixels, Y, batch_size=len(Y), epochs=3, shuffle=False, verbose=0)
    ours = gradient_descent(X, Y, 0.1, 3, **settings)
    for kernel, W in zip(network.get_weights()[::2], (ours.W1, ours.W2), strict=True):
        np.testing.assert_allclose(kernel, W.T, atol=1e-4)


def test_no_keras_network_for_other_sizes(small):
    with pytest.raises(DataError, match="from 784 pixels to 10 digits. Received: from 5 to 10"):
        to_keras(small[2])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"init": "zeros"}, "one of uniform, he, xavier. Received: zeros"),
        ({"hidden": 0}, "hidden to be at least 1. Received: 0"),
        ({"every": 0}, "every to be at least 1. Received: 0"),
        ({"iterations": -1}, "iterations to be at least 0. Received: -1"),
        ({"batch_size": -5}, "batch_size to be at least 0. Received: -5"),
        ({"l2": -0.1}, "l2 to be at least 0. Received: -0.1"),
        ({"alpha": float("nan")}, "alpha to be at least 0. Received: nan"),
        ({"momentum": 1}, "momentum to be below 1. Received: 1"),
    ],
)
def test_a_setting_out_of_range_is_refused(small, settings, message):
    X, Y, _ = small
    with pytest.raises(RecipeError, match=message):
        gradient_descent(X, Y, **settings)


@pytest.mark.parametrize(
    ("X", "Y", "message"),
    [
        (np.zeros((784, 2), np.uint8), np.zeros(2, int), "pixels from 0 to 1 .* Received: uint8"),
        (np.zeros((2, 28, 28)), np.zeros(2, int), r"Received: float64 of shape \(2, 28, 28\)"),
        (np.zeros((2, 784)), np.zeros(2, int), r"Expected Y as 784 whole numbers.*\(2,\)"),
        (np.zeros((784, 0)), np.zeros(0, int), "at least one"),
        (np.zeros((784, 1)), np.zeros(1), "Received: float64"),
        (np.zeros((784, 1)), np.array([10]), "digits from 0 to 9. Received: 10 to 10"),
    ],
)
def test_data_of_another_kind_is_refused(X, Y, message):
    with pytest.raises(DataError, match=message):
        gradient_descent(X, Y)


def test_no_iterations_give_the_first_weights(small):
    X, Y, _ = small
    first = init_params(seed=4, inputs=5, dtype=X.dtype)
    np.testing.assert_array_equal(gradient_descent(X, Y, iterations=0, seed=4).W1, first.W1)
