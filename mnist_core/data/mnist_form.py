"""Whether pictures of 28 x 28 pixels are what MNIST's are, and bringing those that are not there.

A picture of MNIST has black paper (0), its digit fills a box of 20 x 20 pixels, and the centre of
mass of its ink is in the middle (LeCun, Cortes and Burges, "The MNIST database of handwritten
digits"). A network that learned from such pictures answers others confidently and wrongly.

Measured on all 70,000 of MNIST, which Kaggle's files also hold, and on the 1,797 uci-digits: the
longer side has 19 or 20 pixels, the centre lies from 13.48 to 14.50 in both directions, and the
brightest pixel has at least 254. So none of them is mistaken for another kind.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.levels import SCALED, scale_two_levels
from mnist_core.pictures import Picture
from mnist_core.preprocessing import BOX, FIELD, prepare

SIDES = (BOX - 1, BOX)  # pixels of the digit's longer side
CENTRE = (13.4, 14.6)  # pixels from the first, in both directions
LEAST_PEAK = 200  # grey level; a fainter digit was not brought to full strength
PREPARED = "so they were prepared first, as a drawing is"
BLOCK = 4_096  # pictures looked at once


@dataclass(frozen=True)
class Conformed:
    """Pictures in MNIST's format.

    Attributes:
        images: uint8 (n, 28, 28); black where there is no ink.
        prepared: which of them were not in this format and have been brought into it, (n,).
        scaled: whether their levels were 0 and 1, and have been multiplied by 255.
    """

    images: Picture
    prepared: NDArray[np.bool_]
    scaled: bool = False

    @property
    def remarks(self) -> tuple[str, ...]:
        """What to say about it, in sentences."""
        return tuple(filter(None, [SCALED if self.scaled else "", form_remark(self.prepared)]))


def form_remark(departs: NDArray[np.bool_]) -> str:
    """Return what to say where some pictures depart from MNIST's format, or "" where none does."""
    n, all_of_them = int(departs.sum()), len(departs)
    if not n:
        return ""
    return (
        f"{n:,} of {all_of_them:,} {'picture is' if all_of_them == 1 else 'pictures are'} not as "
        "MNIST stores them (black paper, the digit fitted into 20 x 20 pixels and centred by its "
        f"mass), {PREPARED}."
    )


def has_mnist_form(images: Picture) -> NDArray[np.bool_]:
    """Return which pictures are in MNIST's format, (n,); black ones are.

    Args:
        images: uint8 (n, 28, 28).
    """
    blocks = [images[start : start + BLOCK] for start in range(0, len(images), BLOCK)]
    return np.concatenate([np.zeros(0, bool), *map(block_has_mnist_form, blocks)])


def block_has_mnist_form(images: Picture) -> NDArray[np.bool_]:
    """Return the same as `has_mnist_form` for some pictures."""
    brightest = images.max(axis=(1, 2))
    extents, centres = [], []
    for axis in (1, 2):
        profile = images.sum(axis=axis, dtype=np.uint32).astype(np.float64)  # (n, 28)
        is_ink = profile > 0
        first, last = is_ink.argmax(axis=1), FIELD - 1 - is_ink[:, ::-1].argmax(axis=1)
        extents.append(last - first + 1)
        mass = np.maximum(profile.sum(axis=1), 1)
        centres.append(profile @ np.arange(FIELD) / mass)
    longer = np.maximum(*extents)
    centred = [(centre >= CENTRE[0]) & (centre <= CENTRE[1]) for centre in centres]
    fits = (longer >= SIDES[0]) & (longer <= SIDES[1]) & (brightest >= LEAST_PEAK)
    return np.asarray((fits & centred[0] & centred[1]) | (brightest == 0))


def to_mnist_form(images: Picture) -> Conformed:
    """Return pictures in MNIST's format: those that are not in it are prepared, as a drawing is.

    Args:
        images: uint8 (n, 28, 28), ink and paper of any brightness.
    """
    images, scaled = scale_two_levels(images)
    return Conformed(*prepare_departing(images), scaled)


def prepare_departing(images: Picture) -> tuple[Picture, NDArray[np.bool_]]:
    """Return pictures in MNIST's format, and which of them had to be brought into it, (n,).

    Args:
        images: uint8 (n, 28, 28), of levels from 0 to 255.
    """
    departs = ~has_mnist_form(images)
    if departs.any():
        images = images.copy()
        for index in np.flatnonzero(departs):
            steps = prepare(images[index])
            images[index] = 0 if steps is None else steps.centred
    return images, departs
