"""Tell ink from paper: from even paper, cut tight or not, and from that of a photograph."""

from dataclasses import dataclass

import cv2
import numpy as np

from mnist_core.ink.marks import remove_margins
from mnist_core.pictures import Box, Picture, edge_of, percentiles

LEAST_CONTRAST = 40  # grey levels between ink and paper; a browser's canvas noise stays far below
FAINTEST_CONTRAST = 14  # the same on paper without noise
EVEN_PAPER = 12  # grey levels by which the edge of an evenly lit picture varies at most
SMALL = 80  # pixels; in a smaller picture much of the paper is blurred by ink beside it
TINY = 24  # pixels; in a smaller one most of it is
GRAINY = 160  # pixels; smaller photographs were shrunk, which averages their grain


@dataclass(frozen=True)
class Ink:
    """The ink of a picture.

    Attributes:
        picture: uint8 (H, W), light on black, the strongest 255.
        contrast: grey levels between the ink and the paper, 1 to 255.
        largest: the rectangle around the largest mark: left, top, width and height.
    """

    picture: Picture
    contrast: int
    largest: Box = (0, 0, 0, 0)


def ink_on_even_paper(grey: Picture, paper: float) -> Picture:
    """Return how much darker than the paper each pixel is, or how much lighter if the ink is."""
    level = round(paper)
    if level in (0, 255):
        return difference(grey, level)
    dark, light = cv2.subtract(float(level), grey), cv2.subtract(grey, float(level))
    return dark if weight(dark) >= weight(light) else light


def difference(grey: Picture, paper: int) -> Picture:
    """Return by how many grey levels each pixel differs from the paper."""
    if paper == 0:
        return grey
    return cv2.bitwise_not(grey) if paper == 255 else cv2.absdiff(grey, float(paper))


def weight(ink: Picture) -> float:
    """Return the sum of all ink above the noise."""
    return cv2.sumElems(cv2.threshold(ink, LEAST_CONTRAST // 2, 255, cv2.THRESH_TOZERO)[1])[0]


def ink_cut_tight(grey: Picture) -> Ink | None:
    """Return how much each pixel differs from even paper that ink interrupts at the edges, or None.

    What is paper is told by the edges and the corners: there is less ink than paper on them. None
    if the paper is not even, or what is darker or lighter is a shadow rather than a stroke.
    """
    level, light = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    corners = light[[0, 0, -1, -1], [0, -1, 0, -1]]
    if float(edge_of(light).mean()) + float(corners.mean()) > 255:  # the paper is light
        grey, light = cv2.bitwise_not(grey), cv2.bitwise_not(light)
    paper, ink = grey[light == 0], grey[light > 0]
    is_band = max(grey.shape) > 1.8 * min(grey.shape) or max(grey.shape) < TINY
    # Beside an upright 1, and in small pictures, most of the paper is blurred.
    typical = 10 if is_band else 25 if max(grey.shape) <= SMALL else 50
    middle, least = percentiles(paper, (typical, typical / 5))
    contrast = float(ink.mean()) - middle
    if middle - least > min(EVEN_PAPER, contrast / 10) or contrast < LEAST_CONTRAST:
        return None
    if not is_band and any(side.all() for side in (light[0], light[-1], light[:, 0], light[:, -1])):
        return None
    stats = cv2.connectedComponentsWithStats(light, connectivity=8)[2][1:]
    _, _, width, height, _ = stats[stats[:, cv2.CC_STAT_AREA].argmax()]
    if width * height < 0.4 * light.size:
        return None
    ink = cv2.subtract(grey, float(round(middle)))
    return Ink(ink, int(ink.max()))


def ink_on_uneven_paper(grey: Picture) -> Ink:
    """Return the ink of a photograph, where light and shadow make the paper uneven.

    The black-hat transform subtracts the picture from one whose strokes have been closed; Otsu's
    threshold then separates ink from grain.
    """
    longest = max(grey.shape)
    if longest >= GRAINY:
        grey = cv2.medianBlur(grey, 3)
    local = grey - cv2.blur(grey, (longest // 2 | 1,) * 2).astype(np.float32)
    if float((local**3).sum()) > 0:  # the few extreme pixels are the light ones
        grey = cv2.bitwise_not(grey)
    reach = cv2.getStructuringElement(cv2.MORPH_RECT, (longest // 3 | 1,) * 2)
    ink = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, reach)
    _, mask = cv2.threshold(ink, 0, 255, cv2.THRESH_OTSU)
    # Midway between ink and grain, as Otsu's threshold is, unless there are two levels only.
    level = (cv2.mean(ink, mask)[0] + cv2.mean(ink, cv2.bitwise_not(mask))[0]) / 2
    grain = float(np.median(ink))
    if level < min(LEAST_CONTRAST / 2, max(FAINTEST_CONTRAST / 1.4, 2.5 * grain)):
        return Ink(np.zeros_like(grey), 0)
    # Paper becomes 0 and typical ink 255: that a pencil is grey says nothing about the digit.
    typical = float(np.median(ink[mask > 0]))
    soft = (ink.astype(np.float32) - level / 2) * (255 / max(typical - level / 2, 1))
    picture = remove_margins(np.clip(soft, 0, 255).astype(np.uint8))
    return Ink(picture, round(typical))
