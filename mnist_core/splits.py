"""Which digits are trained on, and which are held out to validate on."""

import numpy as np

from mnist_core.digits import Digits
from mnist_core.recipe import Recipe


def split(digits: Digits, recipe: Recipe) -> tuple[Digits, Digits]:
    """Return the digits to train on and those held out, as the recipe says."""
    n = len(digits)
    held_out = round(n * recipe.validation_share)
    if recipe.split == "last":
        order = np.roll(np.arange(n), held_out)
    elif recipe.split == "scikit-learn":  # train_test_split holds out the first of these
        order = np.random.RandomState(recipe.seed).permutation(n)
    else:
        order = np.random.default_rng(recipe.seed).permutation(n)
    return digits[order[held_out:]], digits[order[:held_out]]
