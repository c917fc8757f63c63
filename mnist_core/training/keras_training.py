"""Train a network with Keras as a recipe says, and report every step."""

import time
from math import isfinite
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from mnist_core.data.digits import Digits
from mnist_core.errors import RecipeError, RunError
from mnist_core.recipes.recipe import Recipe
from mnist_core.recipes.schedules import RISE, warm_up_steps
from mnist_core.runs.report import SILENT, Report
from mnist_core.runs.status import Epoch, Step
from mnist_core.synthesis.mixture import Mixture
from mnist_core.training.losses import CrossEntropyWithReject, DigitAccuracy

VALIDATION_BATCH = 500
RENEWING_BATCHES = 400  # over which the statistics of batch normalisation are measured anew


class Batches(keras.utils.PyDataset):
    """The mixture's pictures in batches: in a new order each epoch, augmented anew.

    A batch depends only on the seed, the epoch and its index: not on the thread that makes it, nor
    on where a resumed run started.
    """

    def __init__(self, mixture: Mixture, recipe: Recipe, epoch: int = 0) -> None:
        """Start with an epoch, counted from 0, that the mixture was drawn for."""
        super().__init__(workers=2)  # augmentation runs beside the training step
        self.mixture, self.recipe, self.epoch = mixture, recipe, epoch
        self.shuffle()

    def __len__(self) -> int:
        """Return the number of batches in an epoch; the last may be smaller."""
        return self.recipe.batches(len(self.mixture))

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return pictures float32 (b, 28, 28), 0 to 255, and one-hot labels (b, 10 or 11)."""
        size = self.recipe.batch_size or len(self.mixture)
        sampled = self.order[index * size : (index + 1) * size]
        images, labels = self.mixture.batch(sampled, self.generator(1 + index))
        return images.astype(np.float32), keras.utils.to_categorical(labels, self.mixture.classes)

    def start(self, epoch: int) -> None:
        """Prepare an epoch: draw its pictures, if it has new ones, and choose their order."""
        if self.has_new_pictures(epoch) and self.mixture.of_epoch:
            self.mixture = self.mixture.of_epoch(epoch)
        self.epoch = epoch
        self.shuffle()

    def has_new_pictures(self, epoch: int) -> bool:
        """Return whether an epoch has other pictures than the present one."""
        return self.recipe.pool_of(epoch) != self.recipe.pool_of(self.epoch)

    def shuffle(self) -> None:
        """Choose this epoch's pictures and their order."""
        self.order = self.mixture.sample_epoch(self.generator(0))

    def generator(self, part: int) -> np.random.Generator:
        """Return this epoch's random generator for its order (part 0) or for batch `part - 1`."""
        return np.random.default_rng((self.recipe.seed, self.epoch, part))


class Reporter(keras.callbacks.Callback):
    """Passes Keras's progress on to a report."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report, self.epoch = report, 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Start the epoch's clock."""
        self.epoch, self.began = epoch + 1, time.monotonic()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Report a step."""
        logs, total = logs or {}, self.params
        figures = float(logs["loss"]), float(logs["accuracy"])
        ensure_finite(figures[0], f"in epoch {self.epoch}, batch {batch + 1} the loss")
        self.report.step(Step(self.epoch, total["epochs"], batch + 1, total["steps"], *figures))

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Report an epoch."""
        keys = ("loss", "accuracy", "val_loss", "val_accuracy")
        figures = {key: float((logs or {}).get(key, np.nan)) for key in keys}
        if "val_loss" in (logs or {}):  # the training losses are from before the last step
            ensure_finite(figures["val_loss"], f"after epoch {self.epoch} the loss")
        seconds = time.monotonic() - self.began
        self.report.epoch(Epoch(epoch=epoch + 1, seconds=seconds, **figures))


def ensure_finite(value: float, what: str) -> None:
    """Raise if the loss is no longer finite.

    Args:
        value: the loss, or another figure of the network.
        what: what that figure is, for the message.

    Raises:
        RunError: it is NaN or infinite, and would stay so.
    """
    if not isfinite(value):
        raise RunError(
            f"Training diverged: {what} became {value}. The learning rate is probably too high. "
            "Try a learning rate a tenth as high, or another optimizer."
        )


def compile_network(network: keras.Model, recipe: Recipe, n: int) -> None:
    """Set a network's optimiser, loss and metrics for training on `n` digits with a recipe."""
    rate: Any = recipe.learning_rate
    if recipe.schedule == "one-cycle":
        steps = recipe.epochs * recipe.batches(n)
        rising = warm_up_steps(steps)
        rate = keras.optimizers.schedules.CosineDecay(
            rate / RISE, steps - rising, alpha=0.0, warmup_target=rate, warmup_steps=rising
        )
    config = {"learning_rate": rate}
    if recipe.optimizer == "sgd":
        config["momentum"] = recipe.momentum
    if recipe.weight_decay:
        config["weight_decay"] = recipe.weight_decay
    if recipe.averaging:
        config |= {"use_ema": True, "ema_momentum": recipe.averaging}
    network.compile(
        keras.optimizers.get({"class_name": recipe.optimizer, "config": config}),
        CrossEntropyWithReject(),
        metrics=[DigitAccuracy(name="accuracy")],
        jit_compile=False,  # XLA takes up to five times as long an epoch on a CPU
    )


def ensure_batch_fits(recipe: Recipe, n: int) -> None:
    """Raise if `batch_size` exceeds the training set.

    Raises:
        RecipeError: there are fewer than `batch_size` digits to train on.
    """
    if recipe.batch_size > n:
        raise RecipeError(
            f"Expected batch_size to be from 1 to {n:,}, the number of digits to train on, or 0 "
            f"for all of them. Received: {recipe.batch_size:,}"
        )


def fit(
    network: keras.Model,
    recipe: Recipe,
    mixture: Mixture,
    validation: Digits,
    report: Report = SILENT,
    done: int = 0,
) -> None:
    """Train a compiled network in place. With `averaging`, it has the mean weights afterwards.

    Args:
        network: a new one, or one that was saved after an epoch, with its optimiser.
        recipe: how to train.
        mixture: the pictures to train on, drawn for the epoch to begin with.
        validation: the validation set, evaluated after each epoch; may be empty.
        report: receives each batch, and each epoch before the next one begins.
        done: how many epochs the network has been trained for already.
    """
    validation_data = None
    if len(validation):
        validation_data = (
            validation.images.astype(np.float32),
            keras.utils.to_categorical(validation.labels, mixture.classes),
        )
    batches = Batches(mixture, recipe, done)

    def start(epoch: int, logs: object = None) -> None:
        if batches.has_new_pictures(epoch):
            report.phase("drawing")
        batches.start(epoch)

    network.fit(
        batches,
        epochs=recipe.epochs,
        initial_epoch=done,
        validation_data=validation_data,
        validation_batch_size=VALIDATION_BATCH,
        # Before Keras asks for an epoch's batches; its `on_epoch_end` of a data set comes before
        # the epoch is saved.
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_begin=start), Reporter(report)],
        shuffle=False,
        verbose=0,
    )
    if recipe.averaging:  # Keras has given it the mean weights
        renew_statistics(network, Batches(batches.mixture, recipe, recipe.epochs))


def renew_statistics(network: keras.Model, batches: Batches) -> None:
    """Measure anew, over some batches, what batch normalisation normalises with.

    Its moving averages are those of other weights (Izmailov et al. 2018, arXiv 1803.05407).
    """
    normalizations = [
        layer for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization)
    ]
    momentums = [layer.momentum for layer in normalizations]
    for i in range(min(RENEWING_BATCHES, len(batches)) if normalizations else 0):
        for layer in normalizations:
            layer.momentum = i / (i + 1)  # the mean of all batches so far
        network(batches[i][0], training=True)
    for layer, momentum in zip(normalizations, momentums, strict=True):
        layer.momentum = momentum
