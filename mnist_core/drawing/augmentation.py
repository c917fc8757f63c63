"""Variations of a digit that leave it the same digit, for training."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from mnist_core.preprocessing import (
    FIELD,
    Picture,
    center_by_mass,
    crop_to_ink,
    fit_box,
    pen_width,
)

FINE = 2 * FIELD  # side of the field in which strokes are bent, thickened and thinned
GRID = np.dstack([*np.meshgrid(np.arange(FINE), np.arange(FINE)), np.ones((FINE, FINE))]).astype(
    np.float32
)
BLUR = (0.4, 1.8)  # pixels, standard deviation of what is out of focus
FAINTEST = 30  # grey level that the softest pen leaves out


def shift(images: Picture, rng: np.random.Generator) -> Picture:
    """Return the images moved by up to two pixels in each direction: uint8 (n, 28, 28)."""
    return move_each(images, rng, 2)


def nudge(images: Picture, rng: np.random.Generator) -> Picture:
    """Return the images moved by up to one pixel in each direction: uint8 (n, 28, 28)."""
    return move_each(images, rng, 1)


def hands(images: Picture, rng: np.random.Generator) -> Picture:
    """Return the images as other hands and pens might have drawn them: uint8 (n, 28, 28).

    Turned, slanted, stretched, bent (Simard, Steinkraus and Platt 2003, "Best practices for
    convolutional neural networks applied to visual document analysis", with the smooth field made
    from a coarse grid), drawn with a thinner or a thicker pen, and brought into MNIST's format as
    a drawing would be. Three in ten stay as they are, but for their place.
    """
    drawn = images.copy()
    places = np.flatnonzero(rng.random(len(images)) < 0.7)
    for place, hand in zip(places, random_hands(len(places), rng), strict=True):
        drawn[place] = redraw(images[place], hand)
    return nudge(drawn, rng)


def blur(images: Picture, share: float, rng: np.random.Generator) -> Picture:
    """Return the images with some of them out of focus, their ink at full strength again.

    Args:
        images: uint8 (n, 28, 28).
        share: how likely each is to be blurred, 0 to 1.
        rng: decides which, and how much.
    """
    if not share:
        return images
    blurred = images.copy()
    for place in np.flatnonzero(rng.random(len(images)) < share):
        soft = cv2.GaussianBlur(images[place], (0, 0), rng.uniform(*BLUR))
        blurred[place] = cv2.convertScaleAbs(soft, alpha=255 / max(int(soft.max()), 1))
    return blurred


@dataclass(frozen=True)
class Hand:
    """How one person holds one pen.

    Attributes:
        turned: float32 (2, 3), the affine map from the fine field to the picture drawn from.
        bend: float32 (g, g, 2), displacements in pixels on a coarse grid.
        pen: width of the strokes in pixels.
        edge: how hard the edge of a stroke is, from 1 (as it was) upwards.
    """

    turned: NDArray[np.float32]
    bend: NDArray[np.float32]
    pen: float
    edge: float


def random_hands(count: int, rng: np.random.Generator) -> Iterator[Hand]:
    """Return hands that are likely to leave a digit legible, all drawn at once for speed."""
    linear = random_shapes(count, rng) * (FIELD / FINE)
    offset = (FIELD - 1) / 2 - linear.sum(axis=2) * (FINE - 1) / 2  # the middle stays
    turned = np.concatenate([linear, offset[..., None]], axis=2).astype(np.float32)
    strength = rng.uniform(0, 1.4, (count, 1, 1, 1)).astype(np.float32)
    bend = rng.standard_normal((count, 5, 5, 2), np.float32) * strength
    return map(Hand, turned, bend, rng.uniform(1.3, 6, count), rng.uniform(1, 4, count))


def random_shape(rng: np.random.Generator, steadiness: float = 1.0) -> NDArray[np.float64]:
    """Return the linear map (2, 2) of a hand that tilts, slants and stretches what it draws.

    The larger `steadiness`, the less it does.
    """
    return random_shapes(1, rng, steadiness)[0]


def random_shapes(
    count: int, rng: np.random.Generator, steadiness: float = 1.0
) -> NDArray[np.float64]:
    """Return the maps (count, 2, 2) of several such hands."""
    angle = np.radians(np.clip(rng.normal(0, 9, count), -25, 25)) / steadiness
    slant = np.clip(rng.normal(0, 0.18, count), -0.5, 0.5) / steadiness
    wide, tall = np.exp(np.clip(rng.normal(0, 0.12, (2, count)), -0.3, 0.3) / steadiness)
    cos, sin = np.cos(angle), np.sin(angle)
    rows = [[cos * wide, (cos * slant - sin) * tall], [sin * wide, (sin * slant + cos) * tall]]
    return np.moveaxis(np.array(rows), 2, 0)


def redraw(image: Picture, hand: Hand) -> Picture:
    """Return one digit, uint8 (28, 28), drawn by that hand and put back into MNIST's format."""
    field = cv2.resize(hand.bend, (FINE, FINE), interpolation=cv2.INTER_CUBIC)
    field += GRID @ hand.turned.T
    fine = cv2.remap(image, field, None, cv2.INTER_LINEAR)  # half the time of a cubic one
    wider = round((hand.pen - pen_width(image)) * FINE / FIELD)
    if wider > 0:
        fine = cv2.dilate(fine, disk(1 + wider))
    elif wider < 0:
        thinner = cv2.erode(fine, disk(1 + min(-wider, 2)))
        if int(thinner.max()) > 127:  # a thin stroke may not survive a thinner pen
            fine = thinner
    cut = 128 - (128 - FAINTEST) / hand.edge
    fine = cv2.convertScaleAbs(cv2.subtract(fine, cut), alpha=hand.edge)
    return center_by_mass(fit_box(crop_to_ink(fine))) if cv2.countNonZero(fine) else image


@cache
def disk(width: int) -> Picture:
    """Return a round kernel of that many pixels."""
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width)), np.uint8)


def move_each(images: Picture, rng: np.random.Generator, most: int) -> Picture:
    """Return the images moved by up to `most` pixels each way; what leaves the field is lost."""
    padded = np.pad(images, ((0, 0), (most, most), (most, most)))
    places = np.lib.stride_tricks.sliding_window_view(padded, (FIELD, FIELD), axis=(1, 2))
    down, right = rng.integers(-most, most + 1, (len(images), 2)).T
    return places[np.arange(len(images)), most - down, most - right]


AUGMENTATIONS: dict[str, Callable[[Picture, np.random.Generator], Picture]] = {
    "shift": shift,
    "nudge": nudge,
    "hands": hands,
}
