"""Overfitting, detected from the losses on training and validation set. No Streamlit here."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from statistics import mean

from mnist_core.runs.history import Row
from ui.curves.histories import History

RISE = 1.05  # the validation loss must rise by this factor: less is noise
FALL = 0.8  # the training loss must fall to this share to count as falling
MIN_EPOCHS = 2  # after the best one, to see a rise; one more to see that nothing changes


@dataclass(frozen=True)
class Overfitting:
    """A growing gap between training and validation loss.

    Attributes:
        since: the first epoch after the one with the lowest validation loss.
        training: the training loss at the best epoch, and its mean over the last epochs.
        validation: the same for the validation loss.
        rises: whether the validation loss rises, which is overfitting. Otherwise it stays where it
            is, and more training gains nothing.
    """

    since: int
    training: tuple[float, float]
    validation: tuple[float, float]
    rises: bool


def detect_overfitting(rows: Sequence[Row]) -> Overfitting | None:
    """Return the growing gap between training and validation loss, or None if it does not grow.

    It grows if only the training loss keeps falling after the epoch with the lowest validation
    loss. A single lucky epoch must not decide: the mean loss around the best epoch is compared with
    the mean over the second half of the epochs after it.
    """
    rows = [row for row in rows if isfinite(row["loss"]) and isfinite(row["val_loss"])]
    if not rows:
        return None
    best = min(range(len(rows)), key=lambda i: rows[i]["val_loss"])
    later = rows[best + 1 :]
    if len(later) < MIN_EPOCHS:
        return None
    around, end = rows[max(best - 1, 0) : best + 2], later[len(later) // 2 :]
    training, validation = ((rows[best][key], mean_of(end, key)) for key in ("loss", "val_loss"))
    rises = validation[1] >= RISE * mean_of(around, "val_loss") and training[1] < training[0]
    stays = len(later) > MIN_EPOCHS and training[1] <= FALL * training[0]
    if not rises and not stays:
        return None
    return Overfitting(int(later[0]["epoch"]), training, validation, rises)


def mean_of(rows: Sequence[Row], key: str) -> float:
    """Return the mean of a figure over some epochs."""
    return mean(row[key] for row in rows)


def overfitting_summary(history: History) -> str:
    """Return a sentence on how training and validation of a network compare."""
    if not history.rows:
        return "No epoch is finished yet."
    if not history.has_validation:
        return "Without a validation set, overfitting cannot be seen."
    if overfitting := detect_overfitting(history.rows):
        return describe_overfitting(overfitting)
    last, recipe = history.rows[-1], history.recipe
    regularised = recipe.dropout or recipe.pool_dropout or recipe.augmentation != "none"
    if last["val_loss"] < last["loss"] and regularised:
        return (
            "No overfitting. It even does better on the validation set than on the training set, "
            "because dropout or augmentation makes the training digits harder."
        )
    return "No overfitting: the gap between training and validation loss does not grow."


def describe_overfitting(overfitting: Overfitting) -> str:
    """Return a sentence on a gap that grows."""
    (loss, later_loss), (val_loss, later_val_loss) = overfitting.training, overfitting.validation
    falls = f"the training loss keeps falling, from {figure(loss)} to {figure(later_loss)}"
    if overfitting.rises:
        return (
            f"Overfitting from epoch {overfitting.since} (it starts to learn by heart): {falls}, "
            f"while the validation loss rises, from {figure(val_loss)} to {figure(later_val_loss)}."
        )
    return (
        f"No further gain from epoch {overfitting.since}: {falls}, but the validation loss stays "
        f"at about {figure(later_val_loss)}."
    )


def figure(loss: float) -> str:
    """Return a loss with two significant digits, never in scientific notation."""
    return f"{Decimal(f'{loss:.2g}'):f}"
