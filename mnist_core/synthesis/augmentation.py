"""Augmentation: random changes to training pictures that leave their digit the same."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core.ink.marks import pen_width
from mnist_core.pictures import Picture, crop_to_ink, shrink
from mnist_core.preprocessing import FIELD, center_by_mass, fit_box

FINE = 2 * FIELD  # side of the enlarged picture in which strokes are bent and redrawn
GRID = np.dstack([*np.meshgrid(np.arange(FINE), np.arange(FINE)), np.ones((FINE, FINE))]).astype(
    np.float32
)
BLUR = (0.4, 1.8)  # pixels, least and greatest standard deviation
COARSE = (8, 21)  # pixels, least longer side of a coarse digit, and the first that is too long
TWO_LEVELS = 0.4  # share of the coarse digits that are black and white
FAINTEST = 30  # grey level below which ink is removed, even with the softest pen


def shift2(images: Picture, rng: np.random.Generator) -> Picture:
    """Return the images moved by up to two pixels in each direction: uint8 (n, 28, 28)."""
    return move_each(images, rng, 2)


def shift1(images: Picture, rng: np.random.Generator) -> Picture:
    """Return the images moved by up to one pixel in each direction: uint8 (n, 28, 28)."""
    return move_each(images, rng, 1)


def handwriting(images: Picture, rng: np.random.Generator) -> Picture:
    """Return the images as other people, with other pens, might have drawn them: uint8 (n, 28, 28).

    Digits are rotated, slanted, stretched and bent (Simard, Steinkraus and Platt 2003, "Best
    practices for convolutional neural networks applied to visual document analysis", with the
    smooth displacement field interpolated from a coarse grid), redrawn with a thinner or a thicker
    pen, and converted to MNIST format as a visitor's drawing is. Three in ten are only shifted.
    """
    drawn = images.copy()
    indices = np.flatnonzero(rng.random(len(images)) < 0.7)
    for index, distortion in zip(indices, random_distortions(len(indices), rng), strict=True):
        drawn[index] = redraw(images[index], distortion)
    return shift1(drawn, rng)


def blur(images: Picture, share: float, rng: np.random.Generator) -> Picture:
    """Return the images with some of them blurred, their ink at full strength again.

    Args:
        images: uint8 (n, 28, 28).
        share: the probability that an image is blurred, 0 to 1.
        rng: the source of randomness.
    """
    if not share:
        return images
    blurred = images.copy()
    for index in np.flatnonzero(rng.random(len(images)) < share):
        soft = cv2.GaussianBlur(images[index], (0, 0), rng.uniform(*BLUR))
        blurred[index] = cv2.convertScaleAbs(soft, alpha=255 / max(int(soft.max()), 1))
    return blurred


def coarsen(images: Picture, share: float, rng: np.random.Generator) -> Picture:
    """Return the images with some of them redrawn with few pixels, perhaps in two levels only.

    Such are the digits of post codes, of old data sets, of small screens, and of programs that draw
    without anti-aliasing.

    Args:
        images: uint8 (n, 28, 28).
        share: the probability that an image is redrawn, 0 to 1.
        rng: the source of randomness.
    """
    if not share:
        return images
    coarse = images.copy()
    for index in np.flatnonzero(rng.random(len(images)) < share):
        small = shrink(crop_to_ink(images[index]), int(rng.integers(*COARSE)))
        if rng.random() < TWO_LEVELS:
            small = cv2.threshold(small, rng.uniform(40, 120), 255, cv2.THRESH_BINARY)[1]
        if cv2.countNonZero(small):
            coarse[index] = center_by_mass(fit_box(crop_to_ink(small)))
    return coarse


@dataclass(frozen=True)
class StrokeDistortion:
    """How strokes differ between two people and their pens.

    Attributes:
        affine: float32 (2, 3), the affine map from the enlarged picture to the original one.
        bend: float32 (g, g, 2), displacements in pixels on a coarse grid.
        pen: width of the strokes in pixels.
        edge: how sharp the edge of a stroke is; 1 leaves it as it was.
    """

    affine: NDArray[np.float32]
    bend: NDArray[np.float32]
    pen: float
    edge: float


def random_distortions(count: int, rng: np.random.Generator) -> Iterator[StrokeDistortion]:
    """Return random distortions that leave a digit legible. One call is faster than many."""
    linear = random_shapes(count, rng) * (FIELD / FINE)
    offset = (FIELD - 1) / 2 - linear.sum(axis=2) * (FINE - 1) / 2  # the centre stays where it is
    affine = np.concatenate([linear, offset[..., None]], axis=2).astype(np.float32)
    strength = rng.uniform(0, 1.4, (count, 1, 1, 1)).astype(np.float32)
    bend = rng.standard_normal((count, 5, 5, 2), np.float32) * strength
    return map(StrokeDistortion, affine, bend, rng.uniform(1.3, 6, count), rng.uniform(1, 4, count))


def random_shape(rng: np.random.Generator, strength: float = 1.0) -> NDArray[np.float64]:
    """Return a random linear map, float64 (2, 2), that rotates, slants and stretches.

    With a strength of 0 it changes nothing.
    """
    return random_shapes(1, rng, strength)[0]


def random_shapes(
    count: int, rng: np.random.Generator, strength: float = 1.0
) -> NDArray[np.float64]:
    """Return several maps as `random_shape` does: float64 (count, 2, 2)."""
    angle = np.radians(np.clip(rng.normal(0, 9, count), -25, 25)) * strength
    slant = np.clip(rng.normal(0, 0.18, count), -0.5, 0.5) * strength
    wide, tall = np.exp(np.clip(rng.normal(0, 0.12, (2, count)), -0.3, 0.3) * strength)
    cos, sin = np.cos(angle), np.sin(angle)
    rows = [[cos * wide, (cos * slant - sin) * tall], [sin * wide, (sin * slant + cos) * tall]]
    return np.moveaxis(np.array(rows), 2, 0)


def redraw(image: Picture, distortion: StrokeDistortion) -> Picture:
    """Return a digit in MNIST format, uint8 (28, 28), with its strokes distorted."""
    field = cv2.resize(distortion.bend, (FINE, FINE), interpolation=cv2.INTER_CUBIC)
    field += GRID @ distortion.affine.T
    fine = cv2.remap(image, field, None, cv2.INTER_LINEAR)  # half the time of cubic interpolation
    wider = round((distortion.pen - pen_width(image)) * FINE / FIELD)
    if wider > 0:
        fine = cv2.dilate(fine, disk(1 + wider))
    elif wider < 0:
        thinner = cv2.erode(fine, disk(1 + min(-wider, 2)))
        if int(thinner.max()) > 127:  # a thin stroke may vanish with a thinner pen
            fine = thinner
    cut = 128 - (128 - FAINTEST) / distortion.edge
    fine = cv2.convertScaleAbs(cv2.subtract(fine, cut), alpha=distortion.edge)
    return center_by_mass(fit_box(crop_to_ink(fine))) if cv2.countNonZero(fine) else image


@cache
def disk(width: int) -> Picture:
    """Return a round kernel, `width` pixels wide."""
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width)), np.uint8)


def move_each(images: Picture, rng: np.random.Generator, max_shift: int) -> Picture:
    """Return the images shifted at random by up to `max_shift` pixels in each direction.

    Ink that is shifted out of the picture is lost.
    """
    padded = np.pad(images, ((0, 0), (max_shift, max_shift), (max_shift, max_shift)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (FIELD, FIELD), axis=(1, 2))
    down, right = rng.integers(-max_shift, max_shift + 1, (len(images), 2)).T
    return windows[np.arange(len(images)), max_shift - down, max_shift - right]


AUGMENTATIONS: dict[str, Callable[[Picture, np.random.Generator], Picture]] = {
    "shift": shift2,
    "nudge": shift1,
    "hands": handwriting,
}
