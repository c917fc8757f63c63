"""Splitting digits into a training and a validation set."""

import numpy as np

from mnist_core.data.digits import Digits
from mnist_core.recipes.recipe import Recipe


def split(digits: Digits, recipe: Recipe) -> tuple[Digits, Digits]:
    """Return the training and the validation set, split as the recipe says."""
    n = len(digits)
    n_validation = validation_size(n, recipe)
    if recipe.split == "last":
        order = np.roll(np.arange(n), n_validation)
    elif recipe.split == "scikit-learn":  # train_test_split takes the first of these for testing
        order = np.random.RandomState(recipe.seed).permutation(n)
    else:
        order = np.random.default_rng(recipe.seed).permutation(n)
    return digits[order[n_validation:]], digits[order[:n_validation]]


def validation_size(n: int, recipe: Recipe) -> int:
    """Return how many of `n` digits make up the validation set."""
    return round(n * recipe.validation_share)
