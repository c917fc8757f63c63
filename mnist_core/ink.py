"""Finding the ink in any picture of a digit: whatever its colour, on whatever paper.

A drawing on even paper is what differs from it. A picture that was cropped to the digit has ink at
its edges; a photograph has light and shadow; a screenshot may have a frame
or a ground of its own around the digit. Ink is always returned light on black.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Box = tuple[int, int, int, int]

LONGEST_SIDE = 320  # more pixels would show no more of the digit, and take longer
LEAST_CONTRAST = 40  # grey levels between ink and paper; a browser's canvas noise stays far below
FAINTEST_CONTRAST = 14  # the same on paper without noise
FAINTEST_INK = 0.3  # of the strongest; fainter marks count only beside ink, else they are shadow
EVEN_PAPER = 12  # grey levels by which the edge of an evenly lit picture varies at most
SMALL = 80  # pixels; in a smaller picture much of the paper is blurred by ink beside it
TINY = 24  # pixels; in a smaller one most of it is
GRAINY = 160  # pixels; smaller photographs were shrunk, which averages their grain
LEAST_FRAME = 40  # pixels, the shorter side of a frame that a digit fits into
COVERED = 0.5  # of a side of a rectangle, for it to be a side of a frame
DEEPEST_FRAME = 0.12  # of a frame's shorter side: how far its corners may be rounded
LEAST_INSIDE = 0.2  # of a frame's shorter side: smaller marks inside belong to the frame
POINT = 0.6  # of the pen's width: a smaller mark is a speck, not the point of a sign
APART = 0.5  # of the pen's width: how far a point stands from its stroke at least
DOT = 1.9  # a mark shorter than this many pen widths is a dot or a speck, not a stroke

NEIGHBOURS = np.ones((3, 3), np.uint8)

# The pictures are small: handing a part of them to another thread takes longer than the work.
cv2.setNumThreads(1)


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


def edge_of(grey: Picture) -> Picture:
    """Return the pixels at the four edges of a picture, uint8 (n,)."""
    return np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])


def percentiles(values: Picture, shares: tuple[float, ...]) -> list[float]:
    """Return percentiles as `np.percentile` does, in a fifth of its time."""
    ordered = np.sort(values)
    places = [share / 100 * (len(ordered) - 1) for share in shares]
    steps = [(int(place), min(int(place) + 1, len(ordered) - 1), place % 1) for place in places]
    return [float(ordered[a]) * (1 - t) + float(ordered[b]) * t for a, b, t in steps]


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


def difference(grey: Picture, paper: int) -> Picture:
    """Return by how many grey levels each pixel differs from the paper."""
    if paper == 0:
        return grey
    return cv2.bitwise_not(grey) if paper == 255 else cv2.absdiff(grey, float(paper))


def is_frame(mask: Picture) -> bool:
    """Return whether a large mask lies along at least half of three of its four sides."""
    if min(mask.shape) < LEAST_FRAME:
        return False
    depth = min(mask.shape) // LEAST_FRAME
    sides = mask[:depth], mask[-depth:], mask[:, :depth].T, mask[:, -depth:].T
    return sum(float((side.max(axis=0) > 0).mean()) >= COVERED for side in sides) >= 3


def is_crossed(inside: Picture) -> bool:
    """Return whether ink reaches the middle half of a side: it crosses the frame there.

    What reaches a corner is a frame's round corner.
    """
    height, width = inside.shape
    rows, columns = slice(height // 4, -height // 4), slice(width // 4, -width // 4)
    sides = inside[0, columns], inside[-1, columns], inside[rows, 0], inside[rows, -1]
    return any(side.any() for side in sides)


def inside_of(grey: Picture) -> Picture | None:
    """Return the largest part of a frame or ground, centred, whose edge is even, or None."""
    height, width = grey.shape
    for depth in range(2, 2 + round(DEEPEST_FRAME * min(height, width))):
        inner = grey[depth : height - depth, depth : width - depth]
        low, high = percentiles(edge_of(inner), (10, 90))
        if high - low <= EVEN_PAPER:
            return inner
    return None


def to_grey(image: Picture) -> Picture:
    """Return the channel with the highest contrast, with transparency replaced by paper.

    Luminance would lose yellow ink on white; the channel that varies most keeps it.
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
    mean, spread = cv2.meanStdDev(image)
    grey = np.asarray(cv2.extractChannel(image, int(spread[:3].argmax())), np.uint8)
    is_opaque = image.shape[2] == 3 or (mean[3, 0] > 254 and spread[3, 0] < 1e-5)
    return grey if is_opaque else lay_on_paper(grey, cv2.extractChannel(image, 3))


def lay_on_paper(grey: Picture, alpha: Picture) -> Picture:
    """Return `grey` over white paper, or over black where its visible part is light."""
    if not alpha.any():
        return np.zeros_like(grey)
    opacity = alpha.astype(np.float32) / 255
    ink_is_light = float((grey * opacity).sum() / opacity.sum()) > 127
    paper = 0 if ink_is_light else 255
    return np.round(grey * opacity + paper * (1 - opacity)).astype(np.uint8)


def ink_on_even_paper(grey: Picture, paper: float) -> Picture:
    """Return how much darker than the paper each pixel is, or how much lighter if the ink is."""
    level = round(paper)
    if level in (0, 255):
        return difference(grey, level)
    dark, light = cv2.subtract(float(level), grey), cv2.subtract(grey, float(level))
    return dark if weight(dark) >= weight(light) else light


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
    level, mask = cv2.threshold(ink, 0, 255, cv2.THRESH_OTSU)
    grain = float(np.median(ink))
    if level < min(LEAST_CONTRAST / 2, max(FAINTEST_CONTRAST / 1.4, 2.5 * grain)):
        return Ink(np.zeros_like(grey), 0)
    # Paper becomes 0 and typical ink 255: that a pencil is grey says nothing about the digit.
    typical = float(np.median(ink[mask > 0]))
    soft = (ink.astype(np.float32) - level / 2) * (255 / max(typical - level / 2, 1))
    picture = remove_margins(np.clip(soft, 0, 255).astype(np.uint8))
    return Ink(picture, round(typical))


def remove_margins(ink: Picture) -> Picture:
    """Return the ink without marks that touch the picture's edge, if enough for a digit remains.

    In a photograph these are shadows and the edge of the sheet.
    """
    height, width = ink.shape
    _, parts, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    left, top, wide, high = stats[:, : cv2.CC_STAT_AREA].T
    inside = (left > 0) & (top > 0) & (left + wide < width) & (top + high < height)
    if not (inside & (np.maximum(wide, high) >= max(ink.shape) / 10)).any():
        return ink
    return np.where(inside[parts], ink, np.uint8(0))


def remove_specks(crop: Picture) -> tuple[Picture, Box]:
    """Return the ink without marks that are mere dots, and the rectangle around the widest mark.

    The mark with the most pixels always stays, and so does the point of an exclamation mark.
    """
    count, parts, stats, _ = cv2.connectedComponentsWithStats(crop, ltype=cv2.CV_16U)
    marks = stats[1:, : cv2.CC_STAT_AREA]
    left, top, wide, high = (int(n) for n in marks[(marks[:, 2] * marks[:, 3]).argmax()])
    if count > 2:  # more than the paper and one mark
        largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
        x, y, width, height, _ = stats[largest]
        mark = np.where(parts[y : y + height, x : x + width] == largest, np.uint8(255), np.uint8(0))
        pen = pen_width(mark)
        is_stroke = stats[:, [2, 3]].max(axis=1) >= DOT * pen
        is_point = are_points(stats, stats[largest], pen)
        is_stroke[largest] = True
        crop = np.where((is_stroke | is_point)[parts], crop, np.uint8(0))
    return crop, (left, top, wide, high)


def are_points(
    marks: NDArray[np.int32], stroke: NDArray[np.int32], pen: float
) -> NDArray[np.bool_]:
    """Return which marks are dots as wide as the pen, right above or below the stroke: bool (n,).

    As in "!", "?", "i" and ";": without its point, an exclamation mark would be a 1.

    Args:
        marks: int32 (n, 5), as OpenCV describes connected components.
        stroke: int32 (5,), the largest of them.
        pen: width of the stroke in pixels.
    """
    left, top, wide, high, _ = stroke
    middle = marks[:, 0] + marks[:, 2] / 2
    gap = np.maximum(marks[:, 1] - (top + high), top - (marks[:, 1] + marks[:, 3]))
    is_in_line = (middle >= left - pen) & (middle <= left + wide + pen)
    return (
        is_in_line
        & (gap >= APART * pen)
        & (gap <= high)
        & (marks[:, [2, 3]].min(axis=1) >= POINT * pen)
    )


def crop_to_ink(ink: Picture) -> Picture:
    """Return the part of a picture that holds ink."""
    x, y, width, height = cv2.boundingRect(ink)
    return ink[y : y + height, x : x + width]


def pen_width(ink: Picture) -> float:
    """Return the mean width of the strokes in pixels.

    Distances to the edge of a stroke grow evenly from 0 to half its width, so their mean is a
    quarter of the width. (OpenCV measures to the next pixel outside, half a pixel beyond the edge.)
    """
    padded = cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    inside = cv2.threshold(padded, 127, 255, cv2.THRESH_BINARY)[1]
    distance = cv2.distanceTransform(inside, cv2.DIST_L2, 3)
    return max(1.0, 4 * (cv2.mean(distance, mask=inside)[0] - 0.5))


def shrink(image: Picture, longest: int) -> Picture:
    """Return the picture with its longer side at most `longest` pixels."""
    scale = longest / max(image.shape)
    if scale >= 1:
        return image
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
