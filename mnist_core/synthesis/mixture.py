"""The mixture a network is trained on: pictures from several sources, each with its share."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.characters import load_characters
from mnist_core.data.digits import Digits
from mnist_core.data.fonts import load_fonts
from mnist_core.data.pens import load_pens
from mnist_core.data.symbols import load_symbols
from mnist_core.pictures import Picture
from mnist_core.recipes.recipe import Recipe
from mnist_core.synthesis.augmentation import AUGMENTATIONS, blur, coarsen
from mnist_core.synthesis.made_digits import make_digits
from mnist_core.synthesis.outliers import make_outliers
from mnist_core.synthesis.pen_drawings import TRAINING_WRITERS, draw_variants
from mnist_core.synthesis.strangers import digits_of, outliers_of, training_characters
from mnist_core.synthesis.symbol_drawings import TRAINING_KINDS
from mnist_core.synthesis.typefaces import make_typed_digits, split_typefaces

UNIPEN_SHARE = 0.6  # of the pen drawings: 300 people's digits, where UCI has 20 people's
NOTHING = 10  # the label of an outlier: a picture that is not a digit

Labels = NDArray[np.uint8]


@dataclass(frozen=True)
class Source:
    """One kind of training picture.

    Attributes:
        images: uint8 (n, 28, 28), in MNIST format.
        labels: uint8 (n,), 0 to 9, or `NOTHING`.
        per_epoch: how many of them are used per epoch, at most n; a new random choice each time.
        augmentation: a key of `AUGMENTATIONS`, or "none".
    """

    images: Picture
    labels: Labels
    per_epoch: int
    augmentation: str = "none"

    def choose(self, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return the indices of the pictures to use in an epoch: int64 (per_epoch,)."""
        n = len(self.labels)
        if self.per_epoch == n:
            return np.arange(n)
        return rng.choice(n, self.per_epoch, replace=False)

    def batch(self, chosen: NDArray[np.int64], rng: np.random.Generator) -> tuple[Picture, Labels]:
        """Return the chosen pictures, augmented, with their labels."""
        images = self.images[chosen]
        if len(images) and (augment := AUGMENTATIONS.get(self.augmentation)):
            images = augment(images, rng)
        return images, self.labels[chosen]


@dataclass(frozen=True)
class Mixture:
    """The sources that every epoch is made of.

    Attributes:
        sources: the kinds of training picture.
        blur: share of pictures to blur. It is the same for all sources, so that blur does not
            give away whether a picture is a digit.
        coarse: share of pictures to redraw with few pixels; likewise.
        of_epoch: returns the mixture for an epoch, counted from 0, as `mix` does; None if all
            epochs have the same one.
    """

    sources: tuple[Source, ...]
    blur: float = 0.0
    coarse: float = 0.0
    of_epoch: Callable[[int], "Mixture"] | None = None

    def __len__(self) -> int:
        """Return the number of pictures per epoch."""
        return sum(source.per_epoch for source in self.sources)

    @property
    def classes(self) -> int:
        """Number of classes: 10, or 11 if some pictures are outliers."""
        return 10 + any((source.labels == NOTHING).any() for source in self.sources)

    def sample_epoch(self, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return the pictures of one epoch in random order.

        Returns:
            int64 (len(self), 2): for each picture, the index of its source and its index there.
        """
        sampled = [
            np.column_stack([np.full(source.per_epoch, i), source.choose(rng)])
            for i, source in enumerate(self.sources)
        ]
        return np.concatenate(sampled)[rng.permutation(len(self))]

    def batch(self, sampled: NDArray[np.int64], rng: np.random.Generator) -> tuple[Picture, Labels]:
        """Return sampled pictures, augmented, with their labels, ordered by source.

        Args:
            sampled: int64 (n, 2), rows of what `sample_epoch` returned.
            rng: the source of randomness.

        Returns:
            uint8 (n, 28, 28) and uint8 (n,).
        """
        batches = [
            source.batch(sampled[sampled[:, 0] == i, 1], rng)
            for i, source in enumerate(self.sources)
        ]
        images, labels = zip(*batches, strict=True)
        soft = blur(np.concatenate(images), self.blur, rng)
        return coarsen(soft, self.coarse, rng), np.concatenate(labels)


def mix(digits: Digits, recipe: Recipe, epoch: int = 0) -> Mixture:
    """Return the mixture that a recipe trains on: the digits, and the sources it adds to them.

    Args:
        digits: the digits to train on.
        recipe: how to train.
        epoch: counted from 0; with `redraw_every`, later epochs have other pictures.

    Raises:
        DataError: the recipe needs pens, typefaces or symbols, and they could not be downloaded.
    """
    of_epoch = partial(mix, digits, recipe)
    rng, n = np.random.default_rng((recipe.seed, recipe.pool_of(epoch))), len(digits)
    digits = digits.joined(make_digits(round(recipe.styles * n), rng))
    sources = [Source(digits.images, digits.labels, len(digits), recipe.augmentation)]
    for draw, share, augmentation in (
        # Pens are distorted already: a second time makes the network reject more digits.
        (draw_pens, recipe.pens, "nudge"),
        (draw_typefaces, recipe.typefaces, recipe.augmentation),
        (draw_outliers, recipe.outliers, "nudge"),
    ):
        if per_epoch := round(share * n):
            images, labels = draw(recipe.pool_epochs * per_epoch, rng)
            sources.append(Source(images, labels, min(per_epoch, len(labels)), augmentation))
    return Mixture(tuple(sources), recipe.blur, recipe.coarse, of_epoch)


def draw_pens(count: int, rng: np.random.Generator) -> tuple[Picture, Labels]:
    """Return drawings of recorded digits by the writers to train on: most of them UNIPEN's."""
    many = round(UNIPEN_SHARE * count)
    unipen = draw_variants(digits_of(training_characters(load_characters())), many, rng)
    uci = draw_variants(load_pens().of_writers(*TRAINING_WRITERS), count - many, rng)
    return np.concatenate([unipen[0], uci[0]]), np.concatenate([unipen[1], uci[1]])


def draw_typefaces(count: int, rng: np.random.Generator) -> tuple[Picture, Labels]:
    """Return digits in the handwriting typefaces to train on."""
    return make_typed_digits(split_typefaces(load_fonts())[0], count, rng)


def draw_outliers(count: int, rng: np.random.Generator) -> tuple[Picture, Labels]:
    """Return outliers, all labelled `NOTHING`."""
    characters = training_characters(load_characters())
    images = make_outliers(
        digits_of(characters),
        outliers_of(characters),
        split_typefaces(load_fonts())[0],
        load_symbols().of_kinds(*TRAINING_KINDS),
        count,
        rng,
    )
    return images, np.full(len(images), NOTHING, np.uint8)
