"""The ink in any picture of a digit: whatever its colour, on whatever paper.

A drawing on even paper is what differs from it. A picture that was cropped to the digit has ink at
its edges; a photograph has light and shadow; a screenshot may have a frame or a ground of its own
around the digit. Ink is always returned light on black.
"""

import cv2
import numpy as np

from mnist_core.ink.frames import inside_of, is_crossed, is_frame
from mnist_core.ink.marks import remove_margins, remove_specks
from mnist_core.ink.paper import (
    EVEN_PAPER,
    FAINTEST_CONTRAST,
    LEAST_CONTRAST,
    Ink,
    ink_cut_tight,
    ink_on_even_paper,
    ink_on_uneven_paper,
)
from mnist_core.pictures import Picture, crop_to_ink, edge_of, percentiles, shrink, to_grey

LONGEST_SIDE = 320  # more pixels would show no more of the digit, and take longer
FAINTEST_INK = 0.3  # of the strongest; fainter marks count only beside ink, else they are shadow
LEAST_INSIDE = 0.2  # of a frame's shorter side: smaller marks inside belong to the frame
NEIGHBOURS = np.ones((3, 3), np.uint8)


def find_ink(image: Picture) -> Ink | None:
    """Return the ink of a picture, without specks, or None if it is blank.

    Args:
        image: uint8 (H, W), (H, W, 3) or (H, W, 4); ink darker or lighter than the paper.

    Returns:
        The ink, at most 320 pixels on the longer side. Where it stands in a frame or on a ground of
        another colour, only the inside.

    Raises:
        ValueError: `image` has another shape or dtype.
    """
    return ink_on_paper(shrink(to_grey(image), LONGEST_SIDE))


def ink_on_paper(grey: Picture) -> Ink | None:
    """Return the ink of a grey picture as `find_ink` does."""
    low, paper, high = percentiles(edge_of(grey), (10, 50, 90))
    noise = high - low
    if noise > EVEN_PAPER:
        return clean(ink_cut_tight(grey) or ink_on_uneven_paper(grey))
    picture = ink_on_even_paper(grey, paper)
    ink = Ink(picture, int(picture.max()))
    if ink.contrast < min(LEAST_CONTRAST, max(FAINTEST_CONTRAST, 2.5 * noise)):
        return clean(ink_on_uneven_paper(grey))
    cleaned = clean(ink)
    return cleaned and (ink_inside_frame(grey, cleaned) or cleaned)


def clean(ink: Ink) -> Ink | None:
    """Return ink at full strength, without shadow and specks, or None if there is too little."""
    if ink.contrast < FAINTEST_CONTRAST:
        return None
    x, y, width, height = cv2.boundingRect(ink.picture)
    crop = ink.picture[y : y + height, x : x + width]
    if (strongest := int(crop.max())) < 255:
        crop = cv2.convertScaleAbs(crop, alpha=255 / strongest)
    certain = cv2.threshold(crop, FAINTEST_INK * 255, 255, cv2.THRESH_BINARY)[1]
    crop, (left, top, wide, high) = remove_specks(
        cv2.bitwise_and(crop, cv2.dilate(certain, NEIGHBOURS))
    )
    picture = np.zeros_like(ink.picture)
    picture[y : y + height, x : x + width] = crop
    return Ink(picture, ink.contrast, (x + left, y + top, wide, high))


def ink_inside_frame(grey: Picture, outer: Ink) -> Ink | None:
    """Return the ink that stands in a frame, or on a ground of another colour, or None.

    A frame covers at least three sides of the rectangle around it, as of the digits only a thick 1
    does. And something as large as a digit stands inside, apart from it, as in no digit.
    """
    x, y, width, height = outer.largest
    if not is_frame(outer.picture[y : y + height, x : x + width]):
        return None
    inner = inside_of(grey[y : y + height, x : x + width])
    ink = None if inner is None else ink_on_paper(inner)
    if ink is None or is_crossed(ink.picture):
        return None
    picture = remove_margins(ink.picture)
    crop = crop_to_ink(picture)
    is_hole = min(crop.shape) > min(picture.shape) / 2 and is_frame(crop)
    is_apart = not edge_of(picture).any() and max(crop.shape) >= LEAST_INSIDE * min(picture.shape)
    return Ink(picture, ink.contrast) if is_apart and not is_hole else None
