"""Refusing a network that lost MNIST's digits to those that were added for its training."""

from dataclasses import replace
from math import sqrt

from mnist_core.errors import RunError
from mnist_core.evaluation.hand_check import MAX_LOSS
from mnist_core.models.cards import Card, Metrics
from mnist_core.models.registry import shipped_models_dir
from mnist_core.training.job import Job

TEST = "mnist-test"
SURE = 1.96  # standard errors: by chance alone a seed costs 0.15 points


def ensure_little_is_forgotten(job: Job, card: Card) -> None:
    """Raise an error if added digits surely cost more of MNIST's test set than `MAX_LOSS`.

    The baseline is the model that ships, if it was trained on the same data set by the same
    settings but for the seed. Else nobody knows what the added digits cost, and nothing is refused.

    Raises:
        RunError: too much was lost.
    """
    before = baseline(job) if job.dataset.added is not None else None
    after = card.metrics.get(TEST)
    if before is None or after is None:
        return
    loss = before.accuracy - after.accuracy
    if loss - SURE * standard_error(before, after) > MAX_LOSS:
        raise RunError(
            f"With the digits that were added, the network reads {after.accuracy:.2%} of MNIST's "
            f"test set. Without them it is {before.accuracy:.2%}, so no model was made of it. Look "
            "for wrong labels among them, or add a smaller share."
        )


def baseline(job: Job) -> Metrics | None:
    """Return how the model that ships reads MNIST's test set, if all but the seed is the same."""
    path = shipped_models_dir() / job.recipe.name / "card.json"
    if not path.exists():
        return None
    card = Card.read(path)
    is_same = (
        replace(card.recipe, seed=job.recipe.seed) == job.recipe
        and card.data["fingerprint"] == job.dataset.train.fingerprint()
    )
    return card.metrics.get(TEST) if is_same else None


def standard_error(first: Metrics, second: Metrics) -> float:
    """Return the standard error of the difference between two accuracies."""
    return sqrt(sum(m.accuracy * (1 - m.accuracy) / m.n for m in (first, second)))
