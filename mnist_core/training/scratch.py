# ruff: noqa: N803, N806, N815 - capital letters are matrices here, as in every text on backpropagation
"""A network in NumPy alone: 784 pixels -> 10 hidden units (ReLU) -> 10 digits (softmax).

Every sample is a column: X is (784, m) and holds pixels from 0 to 1, Y is (m,) and holds the
digits. So a layer is one line, `Z1 = W1 @ X + b1`, and a bias is a column that NumPy repeats for
every sample. Names and defaults are those of the notebook this follows ("digit-recognizer": plain
gradient descent on all rows at once, alpha 0.10, 100 iterations); what its author lists as next
steps are settings. `docs/scratch-mlp.ipynb` walks through it.

Arrays keep the precision of X. Pixels are float32 (see `columns`), which takes half the memory and
time of float64; Keras, which gets the weights, stores float32 too. Use float64 to check a gradient.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

from mnist_core.errors import DataError, RecipeError

if TYPE_CHECKING:  # importing Keras takes 5 s, and only `to_keras` needs it
    import keras

PIXELS, DIGITS = 784, 10
INITIALISATIONS = ("uniform", "he", "xavier")

Array: TypeAlias = NDArray[np.floating[Any]]
Labels: TypeAlias = NDArray[np.integer[Any]]
OnIteration: TypeAlias = Callable[[int, float, float], None]


class Parameters(NamedTuple):
    """What the network learns: weights (units, inputs) and biases (units, 1) of both layers."""

    W1: Array
    b1: Array
    W2: Array
    b2: Array


class Gradients(NamedTuple):
    """The gradients of the loss; each has the shape of its parameter."""

    dW1: Array
    db1: Array
    dW2: Array
    db2: Array


def columns(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return pictures, uint8 (n, 28, 28), as columns from 0 to 1: float32 (784, n)."""
    return np.divide(images.reshape(len(images), PIXELS).T, 255, dtype=np.float32)


def one_hot(Y: Labels) -> NDArray[np.float32]:
    """Return digits (m,) as columns (10, m): 1 in the digit's row, 0 elsewhere."""
    return np.eye(DIGITS, dtype=np.float32)[:, Y]


def init_params(
    hidden: int = 10,
    init: str = "uniform",
    seed: int = 0,
    *,
    inputs: int = PIXELS,
    dtype: DTypeLike = np.float32,
) -> Parameters:
    """Return initial parameters; the same seed gives the same ones.

    Args:
        hidden: units of the hidden layer.
        init: "uniform" draws weights and biases between -0.5 and 0.5, as most notebooks of this
            kind do; the one this follows does not say. "he" and "xavier" draw normally distributed
            weights of variance 2 / inputs (He et al. 2015) and 2 / (inputs + units) (Glorot and
            Bengio 2010), with biases of 0.
        seed: of the random numbers.
        inputs: number of rows of X.
        dtype: of the parameters.

    Raises:
        RecipeError: `init` has another value.
    """
    if init not in INITIALISATIONS:
        raise RecipeError(
            f"Expected init to be one of {', '.join(INITIALISATIONS)}. Received: {init}"
        )
    rng = np.random.default_rng(seed)

    def layer(units: int, inputs: int) -> tuple[Array, Array]:
        if init == "uniform":
            W, b = rng.random((units, inputs)) - 0.5, rng.random((units, 1)) - 0.5
        else:
            variance = 2 / inputs if init == "he" else 2 / (inputs + units)
            W, b = rng.normal(0, np.sqrt(variance), (units, inputs)), np.zeros((units, 1))
        return W.astype(dtype), b.astype(dtype)

    return Parameters(*layer(hidden, inputs), *layer(DIGITS, hidden))


def relu(Z: Array) -> Array:
    """Return Z where it is positive, and 0 elsewhere."""
    return np.maximum(Z, 0)


def softmax(Z: Array) -> Array:
    """Return each column as probabilities: positive, with a sum of 1.

    The column's maximum is subtracted first. The result is the same, because numerator and
    denominator are divided by the same number, but exp(1000) would overflow, and exp(0) is 1.
    """
    E = np.exp(Z - Z.max(axis=0, keepdims=True))
    return E / E.sum(axis=0, keepdims=True)


def cross_entropy(A2: Array, Y: Labels) -> float:
    """Return the mean of -log(probability of the label).

    Args:
        A2: probabilities, (10, m).
        Y: the labels, (m,).
    """
    label_probability = A2[Y, np.arange(Y.size)]
    # A probability too small to store is 0; the smallest positive number keeps the loss finite.
    return float(-np.log(np.maximum(label_probability, np.finfo(A2.dtype).tiny)).mean())


def penalty(W1: Array, W2: Array, l2: float) -> float:
    """Return the L2 penalty as Keras defines it: `l2` times the sum of all squared weights."""
    return float(l2 * (np.square(W1).sum() + np.square(W2).sum()))


def accuracy(A2: Array, Y: Labels) -> float:
    """Return the share of columns whose largest probability is that of the label."""
    return float((A2.argmax(axis=0) == Y).mean())


def forward_prop(
    W1: Array, b1: Array, W2: Array, b2: Array, X: Array
) -> tuple[Array, Array, Array, Array]:
    """Return the network's outputs for X, (784, m), layer by layer.

    Returns:
        Z1 and A1, (hidden, m): the hidden layer before and after ReLU; Z2 and A2, (10, m): the
        logits and, after softmax, the probabilities.
    """
    Z1 = W1 @ X + b1
    A1 = relu(Z1)
    Z2 = W2 @ A1 + b2
    A2 = softmax(Z2)
    return Z1, A1, Z2, A2


def backward_prop(
    Z1: Array,
    A1: Array,
    Z2: Array,
    A2: Array,
    W1: Array,
    W2: Array,
    X: Array,
    Y: Labels,
    *,
    l2: float = 0.0,
) -> Gradients:
    """Return the gradients of the loss, from the last layer back to the first.

    The loss is `cross_entropy(A2, Y) + penalty(W1, W2, l2)`. Softmax and cross-entropy together
    have a simple derivative, A2 - one_hot(Y). So Z2 is not needed; it is an argument because it is
    one in the notebook.

    Returns:
        dW1 (hidden, 784), db1 (hidden, 1), dW2 (10, hidden) and db2 (10, 1).
    """
    m = Y.size
    dZ2 = (A2 - one_hot(Y)) / m
    dW2 = dZ2 @ A1.T + 2 * l2 * W2
    db2 = dZ2.sum(axis=1, keepdims=True)
    dZ1 = (W2.T @ dZ2) * (Z1 > 0)  # the derivative of ReLU is 1 or 0
    dW1 = dZ1 @ X.T + 2 * l2 * W1
    db1 = dZ1.sum(axis=1, keepdims=True)
    return Gradients(dW1, db1, dW2, db2)


def update_params(
    W1: Array,
    b1: Array,
    W2: Array,
    b2: Array,
    dW1: Array,
    db1: Array,
    dW2: Array,
    db2: Array,
    alpha: float,
) -> Parameters:
    """Return the parameters after one step downhill, `alpha` times the gradients long."""
    return Parameters(W1 - alpha * dW1, b1 - alpha * db1, W2 - alpha * dW2, b2 - alpha * db2)


def gradient_descent(
    X: Array,
    Y: Labels,
    alpha: float = 0.10,
    iterations: int = 100,
    *,
    hidden: int = 10,
    init: str = "uniform",
    l2: float = 0.0,
    batch_size: int | None = None,
    momentum: float = 0.0,
    seed: int = 0,
    every: int = 100,
    on_iteration: OnIteration | None = None,
) -> Parameters:
    """Return W1, b1, W2 and b2, trained.

    Args:
        X: float (784, m), pixels from 0 to 1, one sample a column.
        Y: the digits, (m,).
        alpha: the learning rate.
        iterations: number of steps; with mini-batches, an epoch takes m / batch_size of them.
        hidden: units of the hidden layer.
        init: how the initial weights are drawn, see `init_params`.
        l2: factor of the penalty on weights, see `penalty`.
        batch_size: samples for each step, in a new order each epoch; None or 0 for all of them.
        momentum: share of each step that is added to the next one.
        seed: of the initial weights and of the order of samples.
        every: iterations between two calls of `on_iteration`.
        on_iteration: called with the iteration, from 1, and the loss (with the penalty) and
            accuracy on all of X; after every `every` iterations and after the last.

    Raises:
        DataError: X or Y has the wrong type or shape.
        RecipeError: a setting is out of range.
    """
    check_data(X, Y)
    check_settings(alpha=alpha, iterations=iterations, hidden=hidden, l2=l2, every=every)
    check_settings(batch_size=batch_size or 0, momentum=momentum)
    parameters = init_params(hidden, init, seed, inputs=len(X), dtype=X.dtype)
    steps = descend(
        parameters, X, Y, alpha, l2=l2, batch_size=batch_size, momentum=momentum, seed=seed
    )
    for iteration, parameters in enumerate(islice(steps, iterations), start=1):
        if on_iteration and (iteration % every == 0 or iteration == iterations):
            *_, A2 = forward_prop(*parameters, X)
            loss = cross_entropy(A2, Y) + penalty(parameters.W1, parameters.W2, l2)
            on_iteration(iteration, loss, accuracy(A2, Y))
    return parameters


def descend(
    parameters: Parameters,
    X: Array,
    Y: Labels,
    alpha: float,
    *,
    l2: float = 0.0,
    batch_size: int | None = None,
    momentum: float = 0.0,
    seed: int = 0,
) -> Iterator[Parameters]:
    """Yield the parameters after each step of gradient descent, without end.

    With momentum, a step follows a running sum of all gradients so far instead of the latest one;
    each counts `momentum` times as much as the next (Polyak 1964; Keras's SGD does the same).
    """
    # NumPy's float64 scalars, unlike Python's floats, would turn float32 arrays into float64.
    alpha, l2, momentum = float(alpha), float(l2), float(momentum)
    velocity = Gradients(*(np.zeros_like(values) for values in parameters))
    for chosen in batches(Y.size, batch_size, seed):
        # A sample's pixels are adjacent in memory, so picking rows of X.T is fastest.
        X_now, Y_now = X.T[chosen].T, Y[chosen]
        layers = forward_prop(*parameters, X_now)
        gradients = backward_prop(*layers, parameters.W1, parameters.W2, X_now, Y_now, l2=l2)
        velocity = Gradients(
            *(momentum * old + new for old, new in zip(velocity, gradients, strict=True))
        )
        parameters = update_params(*parameters, *velocity, alpha)
        yield parameters


def batches(m: int, size: int | None, seed: int) -> Iterator[slice | NDArray[np.intp]]:
    """Yield the indices of the samples of each step, without end; an epoch's last may be fewer."""
    if not size:
        while True:
            yield slice(None)
    rng = np.random.default_rng((seed, 1))  # (seed, 1): not the same numbers as the weights
    while True:
        order = rng.permutation(m)
        yield from (order[start : start + size] for start in range(0, m, size))


def check_data(X: Array, Y: Labels) -> None:
    """Raise if X or Y has the wrong type or shape: NumPy's own errors would not say what to do."""
    if X.ndim != 2 or X.dtype.kind != "f":
        raise DataError(
            "Expected X as float of shape (784, m), pixels from 0 to 1 (see columns). "
            f"Received: {X.dtype} of shape {X.shape}"
        )
    if Y.shape != X.shape[1:] or not Y.size or Y.dtype.kind not in "iu":
        raise DataError(
            f"Expected Y as {X.shape[1]} whole numbers, one for each column of X, and at least "
            f"one column. Received: {Y.dtype} of shape {Y.shape}"
        )
    if Y.min() < 0 or Y.max() > 9:
        raise DataError(f"Expected digits from 0 to 9. Received: {Y.min()} to {Y.max()}")


def check_settings(**settings: float) -> None:
    """Raise if a setting is out of range."""
    for name, value in settings.items():
        least = 1 if name in ("hidden", "every") else 0
        if not value >= least:
            raise RecipeError(f"Expected {name} to be at least {least}. Received: {value}")
        if name == "momentum" and value >= 1:
            raise RecipeError(f"Expected momentum to be below 1. Received: {value}")


def to_keras(parameters: Parameters) -> "keras.Model":
    """Return the equivalent Keras network: pixels 0 to 255 in, logits out.

    Raises:
        DataError: the parameters are not for 784 pixels and 10 digits.
    """
    W1, b1, W2, b2 = parameters
    if W1.shape[1] != PIXELS or len(W2) != DIGITS:
        raise DataError(
            f"Expected weights from {PIXELS} pixels to {DIGITS} digits. "
            f"Received: from {W1.shape[1]} to {len(W2)}"
        )
    import keras
    from keras import layers

    image = keras.Input((28, 28), name="image")
    x = layers.Flatten()(layers.Rescaling(1 / 255)(image))
    x = layers.Dense(len(W1), "relu", name="features")(x)
    network = keras.Model(image, layers.Dense(DIGITS, name="logits")(x), name="scratch_mlp")
    network.get_layer("features").set_weights([W1.T, b1[:, 0]])  # Keras's samples are rows
    network.get_layer("logits").set_weights([W2.T, b2[:, 0]])
    return network
