"""The trainers: each trains a job's network, or trees; a recipe names one of them."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

import keras
import numpy as np
from numpy.typing import NDArray

from mnist_core.data.digits import Digits
from mnist_core.pictures import Picture
from mnist_core.recipes.recipe import Recipe
from mnist_core.runs.learning_wall import Read, WallReport
from mnist_core.runs.report import Report
from mnist_core.runs.run import Run
from mnist_core.runs.status import Epoch, Step
from mnist_core.synthesis.mixture import mix
from mnist_core.training.checkpoints import (
    SavingReport,
    epoch_of,
    epochs_saved,
    load_checkpoint,
    reconcile,
    save_if_best,
    save_initial,
)
from mnist_core.training.classical import Trees, fit_boosted, fit_forest, fit_softmax
from mnist_core.training.job import Job
from mnist_core.training.keras_training import (
    compile_network,
    ensure_batch_fits,
    ensure_finite,
    fit,
)
from mnist_core.training.networks import initial_keras_network, initialization_of
from mnist_core.training.scratch import (
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

Trainer = Callable[[Job, Report], keras.Model | Trees]

UNKNOWN = (float("nan"), float("nan"))  # loss and accuracy without a validation set
REPORT_EVERY = 10  # iterations of the NumPy network between two points of its curves


def train_with_keras(job: Job, report: Report) -> keras.Model:
    """Return the recipe's network, trained from the run's last finished epoch on.

    Raises:
        RunError: the checkpoint is damaged.
        DataError: recorded pens, typefaces or symbols that the recipe needs cannot be downloaded.
    """
    reconcile(job.run)  # first: the history may be an epoch ahead of the checkpoint
    if job.is_trained() and not job.recipe.averaging:  # it was killed before it was packaged
        return load_checkpoint(job.run.checkpoint)
    mixture = mix(job.digits, job.recipe, next_epoch(job.run))
    ensure_batch_fits(job.recipe, len(mixture))
    network = load_or_build(job.run, len(mixture))
    done = epoch_of(job.run.checkpoint) or 0
    watching = watched(job, report, partial(read_with, network), done)
    saving = SavingReport(job.run, network, watching)
    try:
        fit(network, job.recipe, mixture, job.validation, saving, done)
    except KeyboardInterrupt:
        save_initial(job.run, network)
        raise
    return network


def watched(job: Job, report: Report, read: Read, done: int = 0) -> Report:
    """Return a report that also keeps the run's learning wall, if there is a test set for it.

    Args:
        job: what is trained.
        report: who is told first.
        read: what reads pictures with the network as it is at that moment.
        done: how many epochs it has been trained for already.
    """
    if not len(job.dataset.test):
        return report
    return WallReport(job.run.wall_file, job.dataset.test, read, report, job.recipe.epochs, done)


def read_with(network: keras.Model, images: Picture) -> NDArray[np.integer]:
    """Return the digits that a network reads in pictures, uint8 (n, 28, 28), as it is now."""
    # Called rather than `predict`, which would compile it anew in the middle of `fit`.
    return np.asarray(network(images.astype(np.float32), training=False)).argmax(axis=1)


def next_epoch(run: Run) -> int:
    """Return the epoch that a run goes on with, counted from 0; the last if all are done."""
    return min(epoch_of(run.checkpoint) or 0, run.recipe.epochs - 1)


def load_or_build(run: Run, n: int) -> keras.Model:
    """Return the run's network as it was after its last finished epoch, or as it begins."""
    if run.checkpoint.exists():
        return load_checkpoint(run.checkpoint)
    network = initial_keras_network(run.recipe)
    compile_network(network, run.recipe, n)
    return network


def train_from_scratch(job: Job, report: Report) -> keras.Model:
    """Return the network of `scratch`, trained in NumPy, as an equivalent Keras model.

    With all digits in one batch, an iteration is an epoch. A resumed run starts again from the
    beginning and repeats what it did, which takes seconds; what it had saved stays.
    """
    recipe, began, saved = job.recipe, time.monotonic(), epochs_saved(job.run)
    ensure_batch_fits(recipe, len(job.digits))
    parts = [(columns(part.images), part.labels) for part in (job.digits, job.validation)]
    parameters = init_params(recipe.hidden[0], initialization_of(recipe), recipe.seed)
    steps = descent(parameters, *parts[0], recipe)
    report = watched(
        job, report, lambda images: forward_prop(*parameters, columns(images))[-1].argmax(axis=0)
    )
    try:
        for iteration, parameters in enumerate(steps, start=1):
            number = epoch_to_report(iteration, len(job.digits), recipe)
            if not number:
                continue
            training, validation = (evaluate(parameters, *part, recipe.l2) for part in parts)
            ensure_finite(training[0], f"in epoch {number} the loss")
            report.step(Step(number, recipe.epochs, 1, 1, *training))
            epoch = Epoch(number, *training, *validation, time.monotonic() - began)
            if number > saved:
                save_if_best(job.run, epoch, partial(to_keras, parameters))
            report.epoch(epoch)
            began = time.monotonic()
    except KeyboardInterrupt:
        save_initial(job.run, to_keras(parameters))
        raise
    return to_keras(parameters)


def epoch_to_report(iteration: int, n: int, recipe: Recipe) -> int:
    """Return the epoch to report after an iteration on `n` digits, or 0 if there is none.

    With all digits in one batch, an iteration is an epoch: every tenth and the last are reported.
    """
    batches = recipe.batches(n)
    number, unfinished = divmod(iteration, batches)
    every = 1 if batches > 1 else REPORT_EVERY
    return 0 if unfinished or (number % every and number < recipe.epochs) else number


def descent(parameters: Parameters, x: Array, y: Labels, recipe: Recipe) -> Iterator[Parameters]:
    """Yield the parameters after each step that the recipe asks for."""
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
    return islice(steps, recipe.epochs * recipe.batches(y.size))


def evaluate(parameters: Parameters, x: Array, y: Labels, l2: float) -> tuple[float, float]:
    """Return the loss and accuracy of the NumPy network."""
    if not len(y):
        return UNKNOWN
    *_, probabilities = forward_prop(*parameters, x)
    loss = cross_entropy(probabilities, y) + penalty(parameters.W1, parameters.W2, l2)
    return loss, accuracy(probabilities, y)


def train_softmax(job: Job, report: Report) -> keras.Model:
    """Return logistic regression as an equivalent Keras model; its history is one row."""
    began = time.monotonic()
    network = fit_softmax(job.digits, iterations=job.recipe.epochs)
    seconds = time.monotonic() - began
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(loss=loss, metrics=["accuracy"])

    def figures(part: Digits) -> tuple[float, float]:
        if not len(part):
            return UNKNOWN
        loss, accuracy = network.evaluate(part.images.astype(np.float32), part.labels, verbose=0)
        return loss, accuracy

    epoch = Epoch(1, *figures(job.digits), *figures(job.validation), seconds)
    job.run.record(epoch)
    report.epoch(epoch)
    return network


def train_forest(job: Job, report: Report) -> Trees:
    """Return a random forest with one tree for each epoch of the recipe."""
    return fit_forest(job.digits, trees=job.recipe.epochs, seed=job.recipe.seed)


def train_boosted(job: Job, report: Report) -> Trees:
    """Return boosted trees, with one round for each epoch of the recipe."""
    return fit_boosted(job.digits, rounds=job.recipe.epochs, seed=job.recipe.seed)


# Trees are only measured: a LiteRT file cannot hold them.
TREE_TRAINERS: dict[str, Trainer] = {"forest": train_forest, "boosted": train_boosted}
TRAINERS: dict[str, Trainer] = {
    "keras": train_with_keras,
    "scratch": train_from_scratch,
    "softmax": train_softmax,
    **TREE_TRAINERS,
}
