"""A loss that teaches ten outputs to say that there is no digit at all.

An eleventh class, "nothing", competes with the ten digits, but it has no output of its own: its
logit is always 0. So a network that sees nothing learns to make all ten logits negative, and how
much a picture looks like a digit is the log of the sum of their exponentials: the negative free
energy (Liu, Wang, Owens and Li 2020) is trained rather than hoped for. Networks, their exports and
their readers stay as they were.
"""

from typing import Any

import keras
from keras import ops


def with_nothing(logits: Any) -> Any:
    """Return logits (n, 11): those of the ten digits, and the 0 of nothing."""
    return ops.concatenate([logits, ops.zeros_like(logits[:, :1])], axis=1)


def logits_for(truth: Any, logits: Any) -> Any:
    """Return the logits of as many classes as the labels (n, 10 or 11) have."""
    return with_nothing(logits) if truth.shape[-1] == 11 else logits


@keras.saving.register_keras_serializable("inkling")
class DigitOrNothing(keras.losses.Loss):
    """Cross-entropy of ten digits and, where the one-hot labels have eleven columns, nothing."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss of each picture."""
        logits = logits_for(y_true, y_pred)
        return keras.losses.categorical_crossentropy(y_true, logits, from_logits=True)


@keras.saving.register_keras_serializable("inkling")
class DigitAccuracy(keras.metrics.MeanMetricWrapper):
    """Share of pictures whose digit, or lack of one, is read right."""

    def __init__(self, name: str = "accuracy", dtype: Any = None) -> None:
        super().__init__(read_right, name=name, dtype=dtype)

    def get_config(self) -> dict[str, Any]:
        """Return what makes it anew."""
        return {"name": self.name}


def read_right(truth: Any, logits: Any) -> Any:
    """Return 1 for each picture that is read right, and 0 for the others."""
    return keras.metrics.categorical_accuracy(truth, logits_for(truth, logits))
