"""From a run's digits to a trained network, each recipe by the trainer it names."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

import keras
import numpy as np

from mnist_core.classical import Trees, fit_boosted, fit_forest, fit_softmax
from mnist_core.digits import Digits
from mnist_core.drawing.mixture import mix
from mnist_core.networks import build_network
from mnist_core.recipe import Recipe
from mnist_core.running.runs import Run
from mnist_core.scratch import (
    Array,
    Labels,
    Parameters,
    accuracy,
    columns,
    cross_entropy,
    descend,
    forward_prop,
    init_params,
    penalty,
    to_keras,
)
from mnist_core.training import (
    Epoch,
    Step,
    batches_per_epoch,
    compile_network,
    fit,
    refuse_large_batches,
    refuse_to_diverge,
)
from mnist_core.weights import (
    agree,
    initialization_of,
    keep_as_it_is,
    keep_epoch,
    keep_if_best,
    load_whole,
)

OnStep = Callable[[Step], None]
OnEpoch = Callable[[Epoch], None]
Trainer = Callable[[Run, Digits, Digits, OnStep, OnEpoch], keras.Model]

UNKNOWN = (float("nan"), float("nan"))  # loss and accuracy where no digits are held out
REPORT_EVERY = 10  # iterations of the network in NumPy between two points of its curves


def train_with_keras(
    run: Run, digits: Digits, validation: Digits, on_step: OnStep, on_epoch: OnEpoch
) -> keras.Model:
    """Return the recipe's network, trained from the run's last finished epoch on.

    Raises:
        RunError: the checkpoint is damaged.
        DataError: the recipe needs pens or typefaces, which are not to be had.
    """
    mixture = mix(digits, run.recipe)
    refuse_large_batches(run.recipe, len(mixture))
    network = load_or_build(run, len(mixture))

    def keep(epoch: Epoch, network: keras.Model) -> None:
        keep_epoch(run, epoch, network)
        on_epoch(epoch)

    try:
        fit(network, run.recipe, mixture, validation, on_step=on_step, on_epoch=keep)
    except KeyboardInterrupt:
        keep_as_it_is(run, network)
        raise
    return network


def load_or_build(run: Run, n: int) -> keras.Model:
    """Return the run's network as it was after its last finished epoch, or a fresh one."""
    agree(run)
    if run.checkpoint.exists():
        return load_whole(run.checkpoint)
    network = build_network(run.recipe)
    compile_network(network, run.recipe, n)
    return network


def train_from_scratch(
    run: Run, digits: Digits, validation: Digits, on_step: OnStep, on_epoch: OnEpoch
) -> keras.Model:
    """Return the network of `scratch`, trained in NumPy, as the equal Keras model.

    With all rows at once an iteration is an epoch. A run that goes on begins anew, and repeats
    what it did: that takes seconds.
    """
    recipe, began = run.recipe, time.monotonic()
    refuse_large_batches(recipe, len(digits))
    batches = batches_per_epoch(len(digits), recipe)
    every = batches if batches > 1 else REPORT_EVERY
    parameters = init_params(recipe.hidden[0], initialization_of(recipe), recipe.seed)
    parts = [(columns(part.images), part.labels) for part in (digits, validation)]
    steps = descent(parameters, *parts[0], recipe)
    try:
        for iteration, parameters in enumerate(steps, start=1):
            number, behind = divmod(iteration, batches)
            if behind or (iteration % every and number < recipe.epochs):
                continue
            figures = [figures_of(parameters, *part, recipe.l2) for part in parts]
            refuse_to_diverge(figures[0][0], f"in epoch {number} the loss")
            on_step(Step(number, recipe.epochs, 1, 1, *figures[0]))
            epoch = Epoch(number, *figures[0], *figures[1], time.monotonic() - began)
            keep_if_best(run, epoch, partial(to_keras, parameters))
            on_epoch(epoch)
            began = time.monotonic()
    except KeyboardInterrupt:
        keep_as_it_is(run, to_keras(parameters))
        raise
    return to_keras(parameters)


def descent(parameters: Parameters, x: Array, y: Labels, recipe: Recipe) -> Iterator[Parameters]:
    """Return the parameters after each step that the recipe asks for."""
    steps = descend(
        parameters,
        x,
        y,
        recipe.learning_rate,
        l2=recipe.l2,
        batch_size=recipe.batch_size,
        momentum=recipe.momentum,
        seed=recipe.seed,
    )
    return islice(steps, recipe.epochs * batches_per_epoch(y.size, recipe))


def figures_of(parameters: Parameters, x: Array, y: Labels, l2: float) -> tuple[float, float]:
    """Return loss and accuracy of the network in NumPy."""
    if not len(y):
        return UNKNOWN
    *_, chances = forward_prop(*parameters, x)
    cost = penalty(parameters.W1, parameters.W2, l2)
    return cross_entropy(chances, y) + cost, accuracy(chances, y)


def train_softmax(
    run: Run, digits: Digits, validation: Digits, on_step: OnStep, on_epoch: OnEpoch
) -> keras.Model:
    """Return logistic regression as the equal Keras model; its history is one row."""
    began = time.monotonic()
    network = fit_softmax(digits, iterations=run.recipe.epochs)
    seconds = time.monotonic() - began
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(loss=loss, metrics=["accuracy"])

    def figures(part: Digits) -> tuple[float, float]:
        if not len(part):
            return UNKNOWN
        loss, right = network.evaluate(part.images.astype(np.float32), part.labels, verbose=0)
        return loss, right

    epoch = Epoch(1, *figures(digits), *figures(validation), seconds)
    run.record(epoch)
    on_epoch(epoch)
    return network


def grow_forest(recipe: Recipe, digits: Digits) -> Trees:
    """Return a random forest of as many trees as the recipe has epochs."""
    return fit_forest(digits, trees=recipe.epochs, seed=recipe.seed)


def boost_trees(recipe: Recipe, digits: Digits) -> Trees:
    """Return trees boosted for as many rounds as the recipe has epochs."""
    return fit_boosted(digits, rounds=recipe.epochs, seed=recipe.seed)


TRAINERS: dict[str, Trainer] = {
    "keras": train_with_keras,
    "scratch": train_from_scratch,
    "softmax": train_softmax,
}
# These are measured, not served: trees have no place in a LiteRT file.
GROWERS: dict[str, Callable[[Recipe, Digits], Trees]] = {
    "forest": grow_forest,
    "boosted": boost_trees,
}
