"""A loss that teaches a network with ten outputs to reject pictures that show no digit.

An eleventh class, "no digit", competes with the ten digits. It has no output of its own: its logit
is always 0. So for a picture without a digit the network learns to make all ten logits negative.
The log of the sum of their exponentials, the negative free energy (Liu, Wang, Owens and Li 2020),
then says how much a picture looks like a digit. The network itself is the same as without outliers.
"""

from typing import Any

import keras
from keras import ops


def with_reject_logit(logits: Any) -> Any:
    """Return logits (n, 11): those of the ten digits, and 0 for "no digit"."""
    return ops.concatenate([logits, ops.zeros_like(logits[:, :1])], axis=1)


def logits_for(truth: Any, logits: Any) -> Any:
    """Return logits for all classes of the one-hot labels, (n, 10 or 11)."""
    return with_reject_logit(logits) if truth.shape[-1] == 11 else logits


@keras.saving.register_keras_serializable("inkling", name="DigitOrNothing")  # in checkpoints
class CrossEntropyWithReject(keras.losses.Loss):
    """Cross-entropy over ten digits, and over "no digit" too if labels have eleven columns."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss of each picture."""
        logits = logits_for(y_true, y_pred)
        return keras.losses.categorical_crossentropy(y_true, logits, from_logits=True)


@keras.saving.register_keras_serializable("inkling")
class DigitAccuracy(keras.metrics.MeanMetricWrapper):
    """Share of pictures whose digit, or lack of one, is classified correctly."""

    def __init__(self, name: str = "accuracy", dtype: Any = None) -> None:
        super().__init__(is_correct, name=name, dtype=dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that recreate this metric."""
        return {"name": self.name}


def is_correct(truth: Any, logits: Any) -> Any:
    """Return 1 for each picture that is classified correctly, and 0 for the others."""
    return keras.metrics.categorical_accuracy(truth, logits_for(truth, logits))
