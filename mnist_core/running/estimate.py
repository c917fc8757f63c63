"""What a recipe costs, told before it is trained: weights, work, time and memory.

Time is told from times that were measured: those of the models that ship, set right by how much
faster or slower the last runs on this machine were. A model of the work (`work`) carries a time
from the recipe that was measured to the one that is asked about.
"""

from dataclasses import dataclass
from statistics import median

from mnist_core.cards import Card
from mnist_core.errors import InklingError
from mnist_core.layers import Layer, layers_of
from mnist_core.recipe import POOL, Recipe
from mnist_core.registry import SHIPPED
from mnist_core.running.memory import NEEDED, free_memory, refuse_without_memory
from mnist_core.running.runs import Run, every_run

__all__ = [
    "NEEDED",
    "Layer",
    "estimate_seconds",
    "free_memory",
    "layers_of",
    "multiply_adds",
    "parameter_count",
    "refuse_without_memory",
]

USUAL_SPEED = 5e10  # multiply-adds a second of two cores, where nothing was measured
LAST = 5  # runs on this machine that count
# What else takes time, as multiply-adds that take as long:
A_BATCH = 60_000_000
A_DIGIT = 300_000
A_WEIGHT = 20  # an optimiser's step, for each
A_DRAWING = 50_000_000  # one that is made before training
DRAWN = {"none": 0, "shift": 100_000, "nudge": 100_000, "hands": 2_000_000}


def multiply_adds(recipe: Recipe) -> int:
    """Return how many multiplications and additions one digit takes, forward."""
    return sum(layer.multiply_adds for layer in layers_of(recipe))


def parameter_count(recipe: Recipe) -> int:
    """Return the number of weights that are trained.

    Raises:
        RecipeError: there is no such network (see `layers_of`).
    """
    return sum(layer.parameters for layer in layers_of(recipe))


def pictures_per_epoch(recipe: Recipe, n: int) -> int:
    """Return how many pictures an epoch has where there are `n` digits, with those it adds."""
    added = (recipe.styles, recipe.pens, recipe.typefaces, recipe.outliers)
    return n + sum(round(n * share) for share in added)


def work(recipe: Recipe, n: int) -> float:
    """Return the work of an epoch with `n` digits, in multiply-adds that take as long."""
    n = pictures_per_epoch(recipe, n)
    batches = -(-n // (recipe.batch_size or n)) if n else 0
    digit = 3 * multiply_adds(recipe) + A_DIGIT + DRAWN.get(recipe.augmentation, 0)
    return n * digit + batches * (A_BATCH + A_WEIGHT * parameter_count(recipe))


def drawing_work(recipe: Recipe, n: int) -> float:
    """Return the work of drawing pictures before training, in multiply-adds that take as long."""
    return A_DRAWING * POOL * n * (recipe.pens + recipe.typefaces + recipe.outliers)


@dataclass(frozen=True)
class Timing:
    """How long an epoch of a recipe with `n` digits took, in seconds."""

    recipe: Recipe
    n: int
    seconds: float

    def carried_to(self, recipe: Recipe, n: int) -> float:
        """Return how long an epoch of another recipe would take, at the same speed."""
        return self.seconds * work(recipe, n) / work(self.recipe, self.n)


def estimate_seconds(recipe: Recipe, n: int) -> float:
    """Return how long a recipe is going to draw and train on `n` digits, in seconds.

    Raises:
        RecipeError: there is no such network (see `layers_of`).
    """
    shipped, own = shipped_timings(), own_timings()
    alike = [timing for timing in own if is_alike(timing.recipe, recipe)]
    if alike:
        epoch = median(timing.carried_to(recipe, n) for timing in alike)
    elif not shipped:
        epoch = work(recipe, n) / USUAL_SPEED
    else:
        pace = median([t.seconds / by(shipped, t.recipe, t.n) for t in own] or [1.0])
        epoch = pace * by(shipped, recipe, n)
    return (recipe.epochs + drawing_work(recipe, n) / max(work(recipe, n), 1)) * epoch


def by(timings: list[Timing], recipe: Recipe, n: int) -> float:
    """Return how long an epoch takes by these timings, if there are any of those alike."""
    alike = [timing for timing in timings if is_alike(timing.recipe, recipe)]
    return median(timing.carried_to(recipe, n) for timing in alike or timings)


def is_alike(one: Recipe, other: Recipe) -> bool:
    """Tell whether two recipes train networks of the same kind in the same way."""
    return (one.trainer, one.network) == (other.trainer, other.network)


def own_timings() -> list[Timing]:
    """Return the timings of the last finished runs on this machine, anybody's, the last first."""
    found: list[Timing] = []
    for run in every_run():
        card = run.card()
        if card and (timing := timing_of(card, last_epoch(run))):
            found.append(timing)
        if len(found) == LAST:
            break
    return found


def last_epoch(run: Run) -> int:
    """Return the number of a run's last finished epoch."""
    return int(max((row["epoch"] for row in run.history()), default=0))


def shipped_timings() -> list[Timing]:
    """Return the timings of the models that ship."""
    found = []
    for path in sorted(SHIPPED.glob("*/card.json")):
        try:
            card = Card.read(path)
        except InklingError:
            continue
        if timing := timing_of(card, card.recipe.epochs):
            found.append(timing)
    return found


def timing_of(card: Card, epochs: int) -> Timing | None:
    """Return how long an epoch took, or None where the card does not tell."""
    n = card.data.get("trained_on", 0)
    if card.recipe.trainer == "softmax":  # its history is one row, whatever the iterations
        epochs = card.recipe.epochs
    return Timing(card.recipe, n, card.seconds / epochs) if n and epochs and card.seconds else None
