"""What a network is shown in one epoch: pictures of several origins, each with its share."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.digits import Digits
from mnist_core.drawing.augmentation import AUGMENTATIONS, blur
from mnist_core.drawing.outliers import make_outliers
from mnist_core.drawing.pen_drawings import TRAINING_WRITERS, draw_variants
from mnist_core.drawing.styles import make_digits
from mnist_core.drawing.symbol_drawings import TRAINING_KINDS
from mnist_core.drawing.typefaces import divide, make_typed_digits
from mnist_core.preprocessing import Picture
from mnist_core.recipe import POOL, Recipe
from mnist_core.sources.fonts import load_fonts
from mnist_core.sources.pens import load_pens
from mnist_core.sources.symbols import load_symbols

NOTHING = 10  # the label of a picture that shows no digit

Labels = NDArray[np.uint8]


@dataclass(frozen=True)
class Part:
    """Pictures of one origin.

    Attributes:
        images: uint8 (n, 28, 28), in MNIST's format.
        labels: uint8 (n,), 0 to 9, or `NOTHING`.
        per_epoch: how many of them an epoch takes, at most n; other ones each time.
        augmentation: a key of `AUGMENTATIONS`, or "none".
    """

    images: Picture
    labels: Labels
    per_epoch: int
    augmentation: str = "none"

    def choose(self, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return which of the pictures an epoch takes, int64 (per_epoch,)."""
        n = len(self.labels)
        if self.per_epoch == n:
            return np.arange(n)
        return rng.choice(n, self.per_epoch, replace=False)

    def take(self, chosen: NDArray[np.int64], rng: np.random.Generator) -> tuple[Picture, Labels]:
        """Return the chosen pictures, augmented, with their labels."""
        images = self.images[chosen]
        if len(images) and (augment := AUGMENTATIONS.get(self.augmentation)):
            images = augment(images, rng)
        return images, self.labels[chosen]


@dataclass(frozen=True)
class Mixture:
    """The parts of which every epoch is made.

    Attributes:
        parts: see there.
        blur: share of the pictures that are shown out of focus, whatever they show: what is blurred
            must not give away that it is a digit, or that it is none.
    """

    parts: tuple[Part, ...]
    blur: float = 0.0

    def __len__(self) -> int:
        """Return how many pictures an epoch takes."""
        return sum(part.per_epoch for part in self.parts)

    @property
    def classes(self) -> int:
        """10, or 11 where some of the pictures show no digit."""
        return 10 + any((part.labels == NOTHING).any() for part in self.parts)

    def deal(self, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return for each picture of an epoch, in random order, its part and its place there.

        Returns:
            int64 (len(self), 2).
        """
        dealt = [
            np.column_stack([np.full(part.per_epoch, i), part.choose(rng)])
            for i, part in enumerate(self.parts)
        ]
        return np.concatenate(dealt)[rng.permutation(len(self))]

    def take(self, dealt: NDArray[np.int64], rng: np.random.Generator) -> tuple[Picture, Labels]:
        """Return pictures that were dealt, augmented, with their labels; those of a part together.

        Returns:
            uint8 (n, 28, 28) and uint8 (n,).
        """
        taken = [part.take(dealt[dealt[:, 0] == i, 1], rng) for i, part in enumerate(self.parts)]
        images, labels = zip(*taken, strict=True)
        return blur(np.concatenate(images), self.blur, rng), np.concatenate(labels)


def mix(digits: Digits, recipe: Recipe) -> Mixture:
    """Return what the recipe's epochs are made of: the digits, and what it adds to them.

    Raises:
        DataError: the recipe needs pens or typefaces, which are neither here nor within reach.
    """
    rng, n = np.random.default_rng(recipe.seed), len(digits)
    made = make_digits(round(recipe.styles * n), rng)
    images = np.concatenate([digits.images, made.images])
    labels = np.concatenate([digits.labels, made.labels])
    parts = [Part(images, labels, len(labels), recipe.augmentation)]
    for draw, share, augmentation in (
        (draw_pens, recipe.pens, "nudge"),  # bent twice, more are refused
        (draw_typefaces, recipe.typefaces, recipe.augmentation),
        (draw_outliers, recipe.outliers, "nudge"),
    ):
        if per_epoch := round(share * n):
            images, labels = draw(POOL * per_epoch, rng)
            parts.append(Part(images, labels, min(per_epoch, len(labels)), augmentation))
    return Mixture(tuple(parts), recipe.blur)


def draw_pens(count: int, rng: np.random.Generator) -> tuple[Picture, Labels]:
    """Return drawings of the pens of the writers to train on."""
    return draw_variants(load_pens().of_writers(*TRAINING_WRITERS), count, rng)


def draw_typefaces(count: int, rng: np.random.Generator) -> tuple[Picture, Labels]:
    """Return digits of the handwriting typefaces."""
    return make_typed_digits(divide(load_fonts())[0], count, rng)


def draw_outliers(count: int, rng: np.random.Generator) -> tuple[Picture, Labels]:
    """Return pictures that show no digit."""
    pens = load_pens().of_writers(*TRAINING_WRITERS)
    symbols = load_symbols().of_kinds(*TRAINING_KINDS)
    images = make_outliers(pens, divide(load_fonts())[0], symbols, count, rng)
    return images, np.full(len(images), NOTHING, np.uint8)
