"""What the distance between training and validation says of a network. No Streamlit here."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from statistics import mean

from mnist_core.running.history import Row
from ui.curves.histories import History

WORSE = 1.05  # by how much the validation loss must have risen: less comes and goes by itself
BETTER = 0.8  # to how much of it the training loss must have fallen, to be called falling
LEAST = 2  # epochs after the best one that it takes to see a direction; one more to see none


@dataclass(frozen=True)
class Gap:
    """A gap between training and validation that grows.

    Attributes:
        since: the first epoch after the one with the lowest validation loss.
        training: the training loss at the best epoch, and in the last epochs.
        validation: the validation loss, likewise.
        rises: whether the validation loss rises: the network learns by heart. Else it stays, and
            training brings nothing any more.
    """

    since: int
    training: tuple[float, float]
    validation: tuple[float, float]
    rises: bool


def find_gap(rows: Sequence[Row]) -> Gap | None:
    """Return since when the gap grows; None where it does not.

    It does if, after the epoch of the lowest validation loss, the loss goes on falling on the
    digits learned from alone. One lucky epoch is no direction: the level around the best epoch is
    compared with the second half of what came after it.
    """
    rows = [row for row in rows if isfinite(row["loss"]) and isfinite(row["val_loss"])]
    if not rows:
        return None
    best = min(range(len(rows)), key=lambda place: rows[place]["val_loss"])
    later = rows[best + 1 :]
    if len(later) < LEAST:
        return None
    around, end = rows[max(best - 1, 0) : best + 2], later[len(later) // 2 :]
    training, validation = ((rows[best][key], level(end, key)) for key in ("loss", "val_loss"))
    rises = validation[1] >= WORSE * level(around, "val_loss") and training[1] < training[0]
    stays = len(later) > LEAST and training[1] <= BETTER * training[0]
    if not rises and not stays:
        return None
    return Gap(int(later[0]["epoch"]), training, validation, rises)


def level(rows: Sequence[Row], key: str) -> float:
    """Return the mean of a figure over some epochs."""
    return mean(row[key] for row in rows)


def gap_in_words(history: History) -> str:
    """Return a sentence on how training and validation of a network compare."""
    if not history.rows:
        return "No epoch is finished yet."
    if not history.has_validation:
        return "No digits were held out, so nobody can see whether it learned by heart."
    if gap := find_gap(history.rows):
        return growth_in_words(gap)
    last, recipe = history.rows[-1], history.recipe
    hardened = recipe.dropout or recipe.pool_dropout or recipe.augmentation != "none"
    if last["val_loss"] < last["loss"] and hardened:
        return (
            "It does better on the digits held out than on those it learns from: those are made "
            "harder while it learns."
        )
    return "The gap between training and validation does not grow: it does not learn by heart."


def growth_in_words(gap: Gap) -> str:
    """Return a sentence on a gap that grows."""
    (loss, later_loss), (held_out, later_held_out) = gap.training, gap.validation
    falls = (
        f"on the digits it learns from the loss goes on falling, from {figure(loss)} to "
        f"{figure(later_loss)}; on those held out it"
    )
    if gap.rises:
        return (
            f"From epoch {gap.since} on it learns by heart: {falls} rises, from "
            f"{figure(held_out)} to {figure(later_held_out)}."
        )
    return (
        f"From epoch {gap.since} on it gains nothing: {falls} stays where it was, at about "
        f"{figure(later_held_out)}."
    )


def figure(loss: float) -> str:
    """Return a loss with two digits that count, and never as 9.9e-05."""
    return f"{Decimal(f'{loss:.2g}'):f}"
