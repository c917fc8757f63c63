"""Training: a recipe and digits in, a trained Keras model out; every step is reported."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from mnist_core.digits import Digits
from mnist_core.drawing.mixture import Mixture
from mnist_core.errors import RecipeError, RunError
from mnist_core.recipe import Recipe
from mnist_core.refusal import DigitAccuracy, DigitOrNothing

WARM_UP = 0.3  # share of a one-cycle run in which the rate rises
VALIDATION_BATCH = 500


@dataclass(frozen=True)
class Epoch:
    """What one epoch came to. Without validation digits, its two figures are NaN."""

    epoch: int
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    seconds: float


@dataclass(frozen=True)
class Step:
    """Where training stands: batches done of this epoch's, with the epoch's figures so far."""

    epoch: int
    epochs: int
    batch: int
    batches: int
    loss: float
    accuracy: float


class Batches(keras.utils.PyDataset):
    """The mixture's pictures in batches: in a new order each epoch, augmented anew.

    What a batch holds depends on the seed, the epoch and its place alone, not on the thread that
    makes it or on where a resumed run began.
    """

    def __init__(self, mixture: Mixture, recipe: Recipe, first_epoch: int = 0) -> None:
        super().__init__(workers=2)  # augmentation runs beside the training step
        self.mixture, self.recipe, self.epoch = mixture, recipe, first_epoch
        self.shuffle()

    def __len__(self) -> int:
        """Return the number of batches in an epoch; the last may be smaller."""
        return batches_per_epoch(len(self.mixture), self.recipe)

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return pictures float32 (b, 28, 28), 0 to 255, and one-hot labels (b, 10 or 11)."""
        size = self.recipe.batch_size or len(self.mixture)
        dealt = self.order[index * size : (index + 1) * size]
        images, labels = self.mixture.take(dealt, self.generator(1 + index))
        return images.astype(np.float32), keras.utils.to_categorical(labels, self.mixture.classes)

    def on_epoch_end(self) -> None:
        """Deal the pictures anew."""
        self.epoch += 1
        self.shuffle()

    def shuffle(self) -> None:
        """Put the pictures into this epoch's order."""
        self.order = self.mixture.deal(self.generator(0))

    def generator(self, part: int) -> np.random.Generator:
        """Return the random numbers for one part of this epoch."""
        return np.random.default_rng((self.recipe.seed, self.epoch, part))


class Reporter(keras.callbacks.Callback):
    """Tells whoever listens how far training has come."""

    def __init__(
        self,
        on_step: Callable[[Step], None],
        on_epoch: Callable[[Epoch, keras.Model], None],
    ) -> None:
        super().__init__()
        self.on_step, self.on_epoch, self.epoch = on_step, on_epoch, 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Start the epoch's clock."""
        self.epoch, self.began = epoch + 1, time.monotonic()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Report a step."""
        logs, total = logs or {}, self.params
        figures = float(logs["loss"]), float(logs["accuracy"])
        refuse_to_diverge(figures[0], f"in epoch {self.epoch}, batch {batch + 1} the loss")
        self.on_step(Step(self.epoch, total["epochs"], batch + 1, total["steps"], *figures))

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Report an epoch."""
        keys = ("loss", "accuracy", "val_loss", "val_accuracy")
        figures = {key: float((logs or {}).get(key, np.nan)) for key in keys}
        if "val_loss" in (logs or {}):  # the last step was taken after the last loss was known
            refuse_to_diverge(figures["val_loss"], f"after epoch {self.epoch} the loss")
        seconds = time.monotonic() - self.began
        self.on_epoch(Epoch(epoch=epoch + 1, seconds=seconds, **figures), self.model)


def refuse_to_diverge(value: float, what: str) -> None:
    """Make sure that there is still something to learn.

    Args:
        value: the loss, or what else is known of the network.
        what: in words, what that is.

    Raises:
        RunError: it is no number any more; every later one would be none either.
    """
    if not isfinite(value):
        raise RunError(
            f"The training diverged: {what} became {value}. Steps were too large for "
            "it. Try a learning rate a tenth as high, or another optimizer."
        )


def compile_network(network: keras.Model, recipe: Recipe, n: int) -> None:
    """Make a network ready to be trained on `n` digits as the recipe says."""
    rate: Any = recipe.learning_rate
    if recipe.schedule == "one-cycle":
        steps = recipe.epochs * batches_per_epoch(n, recipe)
        rising = int(WARM_UP * steps)
        rate = keras.optimizers.schedules.CosineDecay(
            rate / 25, steps - rising, alpha=0.0, warmup_target=rate, warmup_steps=rising
        )
    config = {"learning_rate": rate}
    if recipe.optimizer == "sgd":
        config["momentum"] = recipe.momentum
    if recipe.weight_decay:
        config["weight_decay"] = recipe.weight_decay
    network.compile(
        keras.optimizers.get({"class_name": recipe.optimizer, "config": config}),
        DigitOrNothing(),
        metrics=[DigitAccuracy(name="accuracy")],
        jit_compile=False,  # XLA takes up to five times as long an epoch on a CPU
    )


def batches_per_epoch(n: int, recipe: Recipe) -> int:
    """Return the number of batches in which `n` digits are gone through."""
    return -(-n // (recipe.batch_size or n))


def refuse_large_batches(recipe: Recipe, n: int) -> None:
    """Make sure that a batch can be filled.

    Raises:
        RecipeError: there are fewer than that to train on.
    """
    if recipe.batch_size > n:
        raise RecipeError(
            f"Expected batch_size from 1 to {n:,}, as there are {n:,} digits to train on, or 0 for "
            f"all at once. Received: {recipe.batch_size:,}"
        )


def epochs_done(network: keras.Model, recipe: Recipe, n: int) -> int:
    """Return how many epochs a network that was saved after one has been trained for."""
    return int(network.optimizer.iterations) // batches_per_epoch(n, recipe)


def fit(
    network: keras.Model,
    recipe: Recipe,
    mixture: Mixture,
    validation: Digits,
    *,
    on_step: Callable[[Step], None] = lambda step: None,
    on_epoch: Callable[[Epoch, keras.Model], None] = lambda epoch, network: None,
) -> None:
    """Train a compiled network in place.

    Args:
        network: fresh, or saved after an epoch and loaded again with its optimiser.
        recipe: how to train.
        mixture: what to train on.
        validation: what to measure on after each epoch; may be empty.
        on_step: called after each batch.
        on_epoch: called after each epoch with the network, which may then be saved.
    """
    first = epochs_done(network, recipe, len(mixture))
    held_out = None
    if len(validation):
        held_out = (
            validation.images.astype(np.float32),
            keras.utils.to_categorical(validation.labels, mixture.classes),
        )
    network.fit(
        Batches(mixture, recipe, first),
        epochs=recipe.epochs,
        initial_epoch=first,
        validation_data=held_out,
        validation_batch_size=VALIDATION_BATCH,
        callbacks=[Reporter(on_step, on_epoch)],
        shuffle=False,
        verbose=0,
    )
