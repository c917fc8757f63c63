"""Training: a recipe and digits in, a trained Keras model out; every step is reported."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from mnist_core.augmentation import AUGMENTATIONS
from mnist_core.digits import Digits
from mnist_core.recipe import Recipe
from mnist_core.styles import make_digits

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
    """The training digits in batches: in a new order each epoch, augmented anew.

    What a batch holds depends on the seed, the epoch and its place alone, not on the thread that
    makes it or on where a resumed run began.
    """

    def __init__(self, digits: Digits, recipe: Recipe, first_epoch: int = 0) -> None:
        super().__init__(workers=2)  # augmentation runs beside the training step
        self.digits, self.recipe, self.epoch = digits, recipe, first_epoch
        self.shuffle()

    def __len__(self) -> int:
        """Return the number of batches in an epoch; the last may be smaller."""
        return batches_per_epoch(len(self.digits), self.recipe)

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return pictures float32 (b, 28, 28), 0 to 255, and one-hot labels (b, 10)."""
        size = self.recipe.batch_size or len(self.digits)
        batch = self.digits[self.order[index * size : (index + 1) * size]]
        images = batch.images
        if augment := AUGMENTATIONS.get(self.recipe.augmentation):
            images = augment(images, self.generator(1 + index))
        return images.astype(np.float32), keras.utils.to_categorical(batch.labels, 10)

    def on_epoch_end(self) -> None:
        """Deal the digits anew."""
        self.epoch += 1
        self.shuffle()

    def shuffle(self) -> None:
        """Put the digits into this epoch's order."""
        self.order = self.generator(0).permutation(len(self.digits))

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
        self.on_step(Step(self.epoch, total["epochs"], batch + 1, total["steps"], *figures))

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Report an epoch."""
        keys = ("loss", "accuracy", "val_loss", "val_accuracy")
        figures = {key: float((logs or {}).get(key, np.nan)) for key in keys}
        seconds = time.monotonic() - self.began
        self.on_epoch(Epoch(epoch=epoch + 1, seconds=seconds, **figures), self.model)


def add_styles(digits: Digits, recipe: Recipe) -> Digits:
    """Return the digits with those made in other styles that the recipe asks for."""
    made = make_digits(round(recipe.styles * len(digits)), np.random.default_rng(recipe.seed))
    return Digits(
        np.concatenate([digits.images, made.images]), np.concatenate([digits.labels, made.labels])
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
    network.compile(
        keras.optimizers.get({"class_name": recipe.optimizer, "config": config}),
        keras.losses.CategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        jit_compile=False,  # XLA takes up to five times as long an epoch on a CPU
    )


def batches_per_epoch(n: int, recipe: Recipe) -> int:
    """Return the number of batches in which `n` digits are gone through."""
    return -(-n // (recipe.batch_size or n))


def epochs_done(network: keras.Model, recipe: Recipe, n: int) -> int:
    """Return how many epochs a network that was saved after one has been trained for."""
    return int(network.optimizer.iterations) // batches_per_epoch(n, recipe)


def fit(
    network: keras.Model,
    recipe: Recipe,
    digits: Digits,
    validation: Digits,
    *,
    on_step: Callable[[Step], None] = lambda step: None,
    on_epoch: Callable[[Epoch, keras.Model], None] = lambda epoch, network: None,
) -> None:
    """Train a compiled network in place.

    Args:
        network: fresh, or saved after an epoch and loaded again with its optimiser.
        recipe: how to train.
        digits: what to train on.
        validation: what to measure on after each epoch; may be empty.
        on_step: called after each batch.
        on_epoch: called after each epoch with the network, which may then be saved.
    """
    first = epochs_done(network, recipe, len(digits))
    held_out = None
    if len(validation):
        held_out = (
            validation.images.astype(np.float32),
            keras.utils.to_categorical(validation.labels, 10),
        )
    network.fit(
        Batches(digits, recipe, first),
        epochs=recipe.epochs,
        initial_epoch=first,
        validation_data=held_out,
        validation_batch_size=VALIDATION_BATCH,
        callbacks=[Reporter(on_step, on_epoch)],
        shuffle=False,
        verbose=0,
    )
