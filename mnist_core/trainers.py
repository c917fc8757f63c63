"""From a run's digits to a trained network, each recipe by the trainer it names."""

import time
from collections.abc import Callable
from itertools import islice

import keras
import numpy as np

from mnist_core.classical import Trees, fit_boosted, fit_forest, fit_softmax
from mnist_core.digits import Digits
from mnist_core.errors import RunError
from mnist_core.networks import build_network
from mnist_core.recipe import Recipe
from mnist_core.runs import Run
from mnist_core.scratch import (
    accuracy,
    columns,
    cross_entropy,
    descend,
    forward_prop,
    init_params,
    penalty,
    to_keras,
)
from mnist_core.training import Epoch, Step, batches_per_epoch, compile_network, fit

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
    """
    network = load_or_build(run, len(digits))

    def keep(epoch: Epoch, network: keras.Model) -> None:
        run.record(epoch)
        partial = run.checkpoint.with_name(".checkpoint.keras")
        network.save(partial)
        partial.replace(run.checkpoint)
        on_epoch(epoch)

    fit(network, run.recipe, digits, validation, on_step=on_step, on_epoch=keep)
    return network


def load_or_build(run: Run, n: int) -> keras.Model:
    """Return the run's network as it was after its last finished epoch, or a fresh one."""
    if not run.checkpoint.exists():
        network = build_network(run.recipe)
        compile_network(network, run.recipe, n)
        return network
    try:
        return keras.saving.load_model(run.checkpoint)
    except (OSError, ValueError) as problem:
        raise RunError(f"{run.checkpoint} is damaged; start a new run. ({problem})") from problem


def train_from_scratch(
    run: Run, digits: Digits, validation: Digits, on_step: OnStep, on_epoch: OnEpoch
) -> keras.Model:
    """Return the network of `scratch`, trained in NumPy, as the equal Keras model.

    With all rows at once an iteration is an epoch.
    """
    recipe, began = run.recipe, time.monotonic()
    seen, held_out = columns(digits.images), columns(validation.images)
    iterations = recipe.epochs * batches_per_epoch(len(digits), recipe)
    init = "uniform" if recipe.initialization == "default" else recipe.initialization
    parameters = init_params(recipe.hidden[0], init, recipe.seed)
    steps = descend(
        parameters,
        seen,
        digits.labels,
        recipe.learning_rate,
        l2=recipe.l2,
        batch_size=recipe.batch_size,
        momentum=recipe.momentum,
        seed=recipe.seed,
    )
    for iteration, parameters in enumerate(islice(steps, iterations), start=1):
        if iteration % REPORT_EVERY and iteration != iterations:
            continue
        cost = penalty(parameters.W1, parameters.W2, recipe.l2)
        figures = []
        for x, y in ((seen, digits.labels), (held_out, validation.labels)):
            *_, chances = forward_prop(*parameters, x)
            known = len(y) > 0
            figures.append(
                (cross_entropy(chances, y) + cost, accuracy(chances, y)) if known else UNKNOWN
            )
        on_step(Step(iteration, iterations, 1, 1, *figures[0]))
        epoch = Epoch(iteration, *figures[0], *figures[1], time.monotonic() - began)
        run.record(epoch)
        on_epoch(epoch)
        began = time.monotonic()
    return to_keras(parameters)


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
