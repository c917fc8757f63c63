"""From any picture of a digit to the format MNIST stored its digits in.

The last steps are those of the makers of MNIST (LeCun, Cortes and Burges, "The MNIST database of
handwritten digits"): the digit is scaled to fit a 20 x 20 box with its aspect ratio kept, then
placed in a 28 x 28 field by its centre of mass. Before that the ink has to be found, whatever its
colour and on whatever paper. MNIST is the oracle of the tests: a digit enlarged, moved and
inverted comes back almost unchanged.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

FIELD = 28  # side of an MNIST picture
BOX = 20  # MNIST digits were scaled to fit this box, then centred by mass

LONGEST_SIDE = 320  # a larger picture holds no more of the digit, and takes longer
LEAST_CONTRAST = 40  # grey levels between ink and paper; a browser's canvas noise stays far below
FAINTEST_INK = 0.3  # of the strongest: what is fainter, and not beside ink, is paper or shadow
EVEN_PAPER = 12  # grey levels the edge of an evenly lit picture varies by; a photo's varies more
FINE = 4 * BOX  # longer side at which strokes are thickened
THINNEST_PEN = 1.5  # pixels in the box; MNIST's own strokes are about two to four pixels wide
DOT = 1.9  # a mark shorter than this many pen widths is a dot or a speck, not a stroke


@dataclass(frozen=True)
class Steps:
    """What became of a picture on its way to the network; ink is light on black.

    Attributes:
        ink: uint8 (H, W), the ink that was found; at most 320 pixels on the longer side.
        crop: uint8 (h, w), the same, cut to the ink.
        box: uint8 (h, w), scaled so that the longer side is 20 pixels.
        centred: uint8 (28, 28), placed by its centre of mass: what the network sees.
        is_dot: True where the ink is a mere dot, which no digit is.
    """

    ink: Picture
    crop: Picture
    box: Picture
    centred: Picture
    is_dot: bool


def prepare(image: Picture) -> Steps | None:
    """Bring a picture of a digit into MNIST's format.

    Args:
        image: uint8 (H, W), (H, W, 3) or (H, W, 4); ink darker or lighter than the paper.

    Returns:
        Every step of the way, or None where there is no ink.

    Raises:
        ValueError: `image` has another shape or dtype.
    """
    ink = find_ink(image)
    if ink is None:
        return None
    crop = crop_to_ink(ink)
    box = fit_box(thicken(crop))
    return Steps(ink, crop, box, center_by_mass(box), is_dot(box))


def is_dot(box: Picture) -> bool:
    """Return whether the ink is as wide as it is long, and solid: a dot, not a stroke."""
    solid = crop_to_ink(cv2.threshold(box, 127, 255, cv2.THRESH_BINARY)[1])
    return max(solid.shape) < DOT * pen_width(solid)


def find_ink(image: Picture) -> Picture | None:
    """Return the ink of a picture, light on black and without specks, or None if it is blank."""
    grey = shrink(to_grey(image), LONGEST_SIDE)
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    low, paper, high = np.percentile(edge, (10, 50, 90))
    if high - low <= EVEN_PAPER:
        ink = ink_on_even_paper(grey, float(paper))
    else:
        ink = ink_on_uneven_paper(grey)
    strongest = int(ink.max())
    if strongest < LEAST_CONTRAST:
        return None
    ink = cv2.convertScaleAbs(ink, alpha=255 / strongest)
    sure = cv2.threshold(ink, FAINTEST_INK * 255, 255, cv2.THRESH_BINARY)[1]
    return remove_specks(cv2.bitwise_and(ink, cv2.dilate(sure, np.ones((3, 3), np.uint8))))


def to_grey(image: Picture) -> Picture:
    """Return the one channel in which a picture shows most, with transparency laid on paper.

    Luminance would lose yellow ink on white; the channel that varies most does not.
    """
    if image.dtype != np.uint8 or not (
        image.ndim == 2 or (image.ndim == 3 and image.shape[2] in (3, 4))
    ):
        raise ValueError(
            "Expected a picture as uint8 of shape (H, W), (H, W, 3) or (H, W, 4). "
            f"Received: {image.dtype} of shape {image.shape}"
        )
    if image.size == 0:
        raise ValueError(f"Expected a picture with pixels. Received: shape {image.shape}")
    if image.ndim == 2:
        return image
    _, spread = cv2.meanStdDev(image)
    grey = np.asarray(cv2.extractChannel(image, int(spread[:3].argmax())), np.uint8)
    return grey if image.shape[2] == 3 else lay_on_paper(grey, cv2.extractChannel(image, 3))


def lay_on_paper(grey: Picture, alpha: Picture) -> Picture:
    """Return `grey` over white paper, or over black where its visible part is light."""
    least, most, _, _ = cv2.minMaxLoc(alpha)
    if least == 255:
        return grey
    if most == 0:
        return np.zeros_like(grey)
    opacity = alpha.astype(np.float32) / 255
    ink_is_light = float((grey * opacity).sum() / opacity.sum()) > 127
    paper = 0 if ink_is_light else 255
    return np.round(grey * opacity + paper * (1 - opacity)).astype(np.uint8)


def ink_on_even_paper(grey: Picture, paper: float) -> Picture:
    """Return how far each pixel is from the paper, on the side where the ink is."""
    dark = cv2.subtract(np.full_like(grey, round(paper)), grey)
    light = cv2.subtract(grey, np.full_like(grey, round(paper)))
    return dark if weight(dark) >= weight(light) else light


def weight(ink: Picture) -> int:
    """Return how much ink there is above the noise."""
    return int(cv2.threshold(ink, LEAST_CONTRAST // 2, 255, cv2.THRESH_TOZERO)[1].sum())


def ink_on_uneven_paper(grey: Picture) -> Picture:
    """Return the ink of a photograph, where light and shadow make the paper uneven.

    The paper is what is left when strokes are closed over (the black-hat transform); Otsu's
    threshold then tells ink from grain.
    """
    grey = cv2.medianBlur(grey, 3)
    longest = max(grey.shape)
    local = grey - cv2.blur(grey, (longest // 2 | 1,) * 2).astype(np.float32)
    if float((local**3).sum()) > 0:  # the few extreme pixels are the light ones
        grey = cv2.bitwise_not(grey)
    reach = cv2.getStructuringElement(cv2.MORPH_RECT, (longest // 3 | 1,) * 2)
    ink = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, reach)
    level, mask = cv2.threshold(ink, 0, 255, cv2.THRESH_OTSU)
    if level < LEAST_CONTRAST / 2:
        return np.zeros_like(grey)
    # Paper to nothing, and all that is surely ink to full strength: a pencil's grey is no message.
    sure = float(np.median(ink[mask > 0]))
    soft = (ink.astype(np.float32) - level / 2) * (255 / max(sure - level / 2, 1))
    return remove_margins(np.clip(soft, 0, 255).astype(np.uint8))


def remove_margins(ink: Picture) -> Picture:
    """Return the ink without what reaches the picture's edge, where that leaves a digit's worth.

    In a photograph these are shadows and the edge of the sheet.
    """
    height, width = ink.shape
    _, parts, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    left, top, wide, high = stats[:, : cv2.CC_STAT_AREA].T
    inside = (left > 0) & (top > 0) & (left + wide < width) & (top + high < height)
    if not (inside & (np.maximum(wide, high) >= max(ink.shape) / 10)).any():
        return ink
    return np.where(inside[parts], ink, np.uint8(0))


def remove_specks(ink: Picture) -> Picture:
    """Return the ink without marks that are dots beside the largest one."""
    crop = crop_to_ink(ink)
    count, parts, stats, _ = cv2.connectedComponentsWithStats(crop, connectivity=8)
    if count <= 2:  # the paper and one mark
        return ink
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    x, y, width, height, _ = stats[largest]
    mark = np.where(parts[y : y + height, x : x + width] == largest, np.uint8(255), np.uint8(0))
    least = DOT * pen_width(mark)
    longest = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    kept = longest >= least
    kept[largest] = True
    clean = np.zeros_like(ink)
    x, y, width, height = cv2.boundingRect(ink)
    clean[y : y + height, x : x + width] = np.where(kept[parts], crop, 0)
    return clean


def crop_to_ink(ink: Picture) -> Picture:
    """Return the part of a picture that holds ink."""
    x, y, width, height = cv2.boundingRect(ink)
    return ink[y : y + height, x : x + width]


def pen_width(ink: Picture) -> float:
    """Return the mean width of the strokes in pixels.

    Distances to the edge of a stroke grow evenly from 0 to half its width, so that their mean is
    a quarter of it. (OpenCV measures to the next pixel outside, half a pixel beyond the edge.)
    """
    padded = cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    inside = cv2.threshold(padded, 127, 255, cv2.THRESH_BINARY)[1]
    distance = cv2.distanceTransform(inside, cv2.DIST_L2, 3)
    return max(1.0, 4 * (cv2.mean(distance, mask=inside)[0] - 0.5))


def thicken(crop: Picture) -> Picture:
    """Return strokes that a thin pen drew as wide as scaling them to the box needs.

    Scaled down, a stroke thinner than a pixel fades to grey.
    """
    if max(crop.shape) <= FINE:
        return crop
    missing = round(FINE * (THINNEST_PEN / BOX - pen_width(crop) / max(crop.shape)))
    if missing < 1:
        return crop
    small = shrink(crop, FINE)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (1 + missing,) * 2)
    small = cv2.copyMakeBorder(small, *(missing,) * 4, cv2.BORDER_CONSTANT)
    return crop_to_ink(cv2.dilate(small, kernel))


def fit_box(crop: Picture) -> Picture:
    """Return the crop scaled so that its longer side is 20 pixels and its ink at full strength."""
    height, width = crop.shape
    scale = BOX / max(height, width)
    if scale != 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        crop = cv2.resize(
            crop, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        )
    return cv2.convertScaleAbs(crop, alpha=255 / max(int(crop.max()), 1))


def center_by_mass(box: Picture) -> Picture:
    """Return a 28 x 28 picture with the box's centre of mass as near its middle as it fits."""
    height, width = box.shape
    mass = cv2.moments(box)
    top = round(FIELD / 2 - mass["m01"] / mass["m00"])
    left = round(FIELD / 2 - mass["m10"] / mass["m00"])
    top = min(max(top, 0), FIELD - height)
    left = min(max(left, 0), FIELD - width)
    field = np.zeros((FIELD, FIELD), np.uint8)
    field[top : top + height, left : left + width] = box
    return field


def shrink(image: Picture, longest: int) -> Picture:
    """Return the picture with its longer side at most `longest` pixels."""
    scale = longest / max(image.shape)
    if scale >= 1:
        return image
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
