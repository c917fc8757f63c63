"""Estimate what a recipe will cost before it is trained: number of weights, work and time.

Estimates start from measured times: those of the models that ship, corrected by how much faster or
slower recent runs on this machine were. A model of the work (`work`) scales the time of a measured
recipe to the recipe in question, and the speed of the machine (`machine_speed`) scales it from the
moment when it was measured to now: every time is first converted to `REFERENCE_SPEED`.
"""

from dataclasses import dataclass, replace
from statistics import median

from mnist_core.errors import InklingError
from mnist_core.models.cards import Card
from mnist_core.models.registry import shipped_models_dir
from mnist_core.recipes.layer_plan import layers_of
from mnist_core.recipes.recipe import Recipe
from mnist_core.runs.machine_speed import REFERENCE_SPEED
from mnist_core.runs.run import Run
from mnist_core.runs.store import every_run

DEFAULT_SPEED = 5e10  # multiply-adds per second on two cores, if nothing was measured
SPEED = "speed"  # key in `run.json`: what `measure_speed` returned when the run was queued
OVERHEAD = 10  # seconds at `REFERENCE_SPEED` to load TensorFlow, and to export and measure a model
RECENT_RUNS = 5  # recent runs on this machine that are used
# The cost of everything else, in multiply-adds that take the same time:
BATCH_COST = 60_000_000
DIGIT_COST = 300_000
WEIGHT_COST = 20  # per weight, for a step of the optimiser
DRAWING_COST = 50_000_000  # a picture drawn before training
AUGMENTATION_COST = {"none": 0, "shift": 100_000, "nudge": 100_000, "hands": 2_000_000}


def multiply_adds(recipe: Recipe) -> int:
    """Return the multiply-adds of one forward pass for one digit."""
    return sum(layer.multiply_adds for layer in layers_of(recipe))


def parameter_count(recipe: Recipe) -> int:
    """Return the number of trainable weights.

    Raises:
        RecipeError: there is no such network (see `layers_of`).
    """
    return sum(layer.parameters for layer in layers_of(recipe))


def pictures_per_epoch(recipe: Recipe, n: int) -> int:
    """Return the number of pictures per epoch with `n` digits, added sources included."""
    added = (recipe.styles, recipe.pens, recipe.typefaces, recipe.outliers)
    return n + sum(round(n * share) for share in added)


def work(recipe: Recipe, n: int) -> float:
    """Return the work of an epoch with `n` digits, in multiply-adds that take the same time."""
    n = pictures_per_epoch(recipe, n)
    batches = recipe.batches(n)
    digit = 3 * multiply_adds(recipe) + DIGIT_COST + AUGMENTATION_COST.get(recipe.augmentation, 0)
    return n * digit + batches * (BATCH_COST + WEIGHT_COST * parameter_count(recipe))


def drawing_work(recipe: Recipe, n: int) -> float:
    """Return the work of drawing pictures for a whole training, in the same unit as `work`."""
    epochs = (recipe.pool_of(recipe.epochs - 1) + 1) * recipe.pool_epochs
    return DRAWING_COST * epochs * n * (recipe.pens + recipe.typefaces + recipe.outliers)


@dataclass(frozen=True)
class Timing:
    """How long an epoch of a recipe with `n` digits takes at `REFERENCE_SPEED`, in seconds."""

    recipe: Recipe
    n: int
    seconds: float

    def scaled_to(self, recipe: Recipe, n: int) -> float:
        """Return how many seconds an epoch of another recipe takes at the same speed."""
        return self.seconds * work(recipe, n) / work(self.recipe, self.n)


def seconds_to_result(recipe: Recipe, n: int, speed: float | None = None) -> float:
    """Return how many seconds a run takes from its start to its result.

    Takes and raises what `estimate_seconds` does.
    """
    overhead = OVERHEAD * REFERENCE_SPEED / (speed or REFERENCE_SPEED)
    return overhead + estimate_seconds(recipe, n, speed)


def estimate_seconds(recipe: Recipe, n: int, speed: float | None = None) -> float:
    """Return how many seconds a recipe will take to draw pictures and train on `n` digits.

    Args:
        recipe: how to train.
        n: number of digits to train on.
        speed: multiply-adds a second of this machine now (see `measure_speed`); None if unknown:
            it is then taken to be as fast as when its runs were timed.

    Raises:
        RecipeError: there is no such network (see `layers_of`).
    """
    speed = speed or REFERENCE_SPEED
    shipped, own = shipped_timings(), own_timings(speed)
    alike = [timing for timing in own if is_same_kind(timing.recipe, recipe)]
    if alike:
        epoch = median(timing.scaled_to(recipe, n) for timing in alike)
    elif not shipped:
        epoch = work(recipe, n) / DEFAULT_SPEED
    else:
        slowdown = median([t.seconds / epoch_seconds(shipped, t.recipe, t.n) for t in own] or [1.0])
        epoch = slowdown * epoch_seconds(shipped, recipe, n)
    epochs = recipe.epochs + drawing_work(recipe, n) / max(work(recipe, n), 1)
    return epochs * epoch * REFERENCE_SPEED / speed


def epoch_seconds(timings: list[Timing], recipe: Recipe, n: int) -> float:
    """Return the seconds of an epoch according to `timings`, which are not empty.

    Timings of the same kind of network count, or all of them if there are none.
    """
    alike = [timing for timing in timings if is_same_kind(timing.recipe, recipe)]
    return median(timing.scaled_to(recipe, n) for timing in alike or timings)


def is_same_kind(one: Recipe, other: Recipe) -> bool:
    """Return whether two recipes train the same kind of network in the same way."""
    return (one.trainer, one.network) == (other.trainer, other.network)


def own_timings(speed: float) -> list[Timing]:
    """Return the timings of the latest finished runs of all workspaces, newest first.

    A run that does not say how fast this machine was then counts as one at the present speed.
    """
    found: list[Timing] = []
    for run in every_run():
        card = run.card()
        if card and (timing := timing_of(card, last_epoch(run))):
            relative_speed = (speed_during(run) or speed) / REFERENCE_SPEED
            found.append(replace(timing, seconds=timing.seconds * relative_speed))
        if len(found) == RECENT_RUNS:
            break
    return found


def speed_during(run: Run) -> float | None:
    """Return the speed of the machine when a run was queued; None if nobody measured it."""
    speed = run.values().get(SPEED)
    return speed if isinstance(speed, float) and speed > 0 else None


def last_epoch(run: Run) -> int:
    """Return the number of a run's last finished epoch."""
    return int(max((row["epoch"] for row in run.history()), default=0))


def shipped_timings() -> list[Timing]:
    """Return the timings of the models that ship."""
    found = []
    for path in sorted(shipped_models_dir().glob("*/card.json")):
        try:
            card = Card.read(path)
        except InklingError:
            continue
        if timing := timing_of(card, card.recipe.epochs):
            found.append(timing)
    return found


def timing_of(card: Card, epochs: int) -> Timing | None:
    """Return how long an epoch took, or None if the card does not say."""
    n = card.data.get("trained_on", 0)
    if card.recipe.trainer == "softmax":  # its history has one row for any number of iterations
        epochs = card.recipe.epochs
    return Timing(card.recipe, n, card.seconds / epochs) if n and epochs and card.seconds else None
