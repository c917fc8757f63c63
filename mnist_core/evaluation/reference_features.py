"""Compute a model's reference features, which a person's hand is compared with."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.datasets import load_dataset
from mnist_core.data.digits import Digits
from mnist_core.errors import ModelError
from mnist_core.hand.references import write_references
from mnist_core.inference.litert import Network
from mnist_core.models.registry import open_card
from mnist_core.pictures import Picture
from mnist_core.preprocessing import FIELD
from mnist_core.recipes.recipe import Recipe
from mnist_core.recipes.splits import split
from mnist_core.synthesis.mixture import draw_outliers

EACH = 200  # digits of each class
OUTLIERS = 1_000
SEED = 0


def add_references(folder: Path) -> Path:
    """Compute the reference features of the model in a folder, and write them there.

    Its training digits are loaded again, and so is what its outliers are drawn from.

    Returns:
        The file.

    Raises:
        DataError: digits or sources are neither on this machine nor can be downloaded.
        ModelError: the model is damaged, its network has no features, or the disk is full.
    """
    card = open_card(folder)
    digits, _ = split(load_dataset(card.data["name"]).train, card.recipe)
    file = write_references_of(folder, digits, card.recipe)
    if file is None:
        raise ModelError(f"{card.name} has no layer before its output to compare drawings in.")
    return file


def write_references_of(
    folder: Path, digits: Digits, recipe: Recipe, *, beside: bool = True
) -> Path | None:
    """Write the reference features of the network in a folder; return the file.

    Args:
        folder: the model's folder, with its network.
        digits: its training digits.
        recipe: how it was trained; if on outliers, some of these are drawn as well.
        beside: whether to write into the model's folder; else into the data root's cache.

    Returns:
        The file, or None if the network has no features.
    """
    network = Network(folder / "model.tflite")
    if not network.features:
        return None
    rng = np.random.default_rng(SEED)
    outliers = draw_outliers(OUTLIERS, rng)[0] if recipe.outliers else no_pictures()
    return write_references(
        folder,
        network.run(some_of_each(digits, rng))["features"],
        network.run(outliers)["features"],
        beside=beside,
    )


def some_of_each(digits: Digits, rng: np.random.Generator) -> Picture:
    """Return the pictures of up to `EACH` digits of each class, chosen at random."""
    order: NDArray[np.intp] = rng.permutation(len(digits))
    chosen = [order[digits.labels[order] == label][:EACH] for label in range(10)]
    return digits.images[np.concatenate(chosen)]


def no_pictures() -> Picture:
    """Return uint8 (0, 28, 28)."""
    return np.zeros((0, FIELD, FIELD), np.uint8)
