"""The schedule of the learning rate, as a formula: what a recipe's optimiser uses at each step."""

from math import cos, pi

from mnist_core.recipes.recipe import Recipe

WARM_UP = 0.3  # share of a one-cycle run in which the rate rises
RISE = 25  # how many times its first rate a one-cycle run reaches
DESCENDING = ("keras", "scratch")  # the trainers that have a learning rate


def learning_rate(recipe: Recipe, step: int, steps: int) -> float | None:
    """Return the learning rate of one step of a training.

    Args:
        recipe: how it trains.
        step: number of steps before this one, from 0.
        steps: number of steps in the whole training.

    Returns:
        The rate, 0 to 1; None for trees and logistic regression, which have none.
    """
    if recipe.trainer not in DESCENDING:
        return None
    if recipe.schedule == "constant":
        return recipe.learning_rate
    rising = warm_up_steps(steps)
    if step < rising:
        first = recipe.learning_rate / RISE
        return first + (recipe.learning_rate - first) * step / rising
    done = min(1.0, (step - rising) / (steps - rising))
    return recipe.learning_rate * (1 + cos(pi * done)) / 2


def warm_up_steps(steps: int) -> int:
    """Return in how many of its steps the rate of a one-cycle training rises."""
    return int(WARM_UP * steps)
