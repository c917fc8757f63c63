"""Pictures as arrays: one channel out of any, a smaller size, the part that holds ink."""

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Box = tuple[int, int, int, int]

# The pictures are small: handing a part of them to another thread takes longer than the work.
cv2.setNumThreads(1)


def to_grey(image: Picture) -> Picture:
    """Return the channel with the highest contrast, with transparency replaced by paper.

    Luminance would lose yellow ink on white; the channel that varies most keeps it.

    Raises:
        ValueError: it has another shape or dtype, or no pixels.
    """
    check_picture(image)
    if image.ndim == 2:
        return image
    mean, spread = cv2.meanStdDev(image)
    grey = np.asarray(cv2.extractChannel(image, int(spread[:3].argmax())), np.uint8)
    is_opaque = image.shape[2] == 3 or (mean[3, 0] > 254 and spread[3, 0] < 1e-5)
    return grey if is_opaque else lay_on_paper(grey, cv2.extractChannel(image, 3))


def check_picture(image: Picture) -> None:
    """Raise a ValueError if an array is no picture, or has no pixels."""
    if image.dtype != np.uint8 or not (
        image.ndim == 2 or (image.ndim == 3 and image.shape[2] in (3, 4))
    ):
        raise ValueError(
            "Expected a picture as uint8 of shape (H, W), (H, W, 3) or (H, W, 4). "
            f"Received: {image.dtype} of shape {image.shape}"
        )
    if image.size == 0:
        raise ValueError(f"Expected a picture with pixels. Received: shape {image.shape}")


def lay_on_paper(grey: Picture, alpha: Picture) -> Picture:
    """Return `grey` over white paper, or over black where its visible part is light."""
    if not alpha.any():
        return np.zeros_like(grey)
    opacity = alpha.astype(np.float32) / 255
    ink_is_light = float((grey * opacity).sum() / opacity.sum()) > 127
    paper = 0 if ink_is_light else 255
    return np.round(grey * opacity + paper * (1 - opacity)).astype(np.uint8)


def shrink(image: Picture, longest: int) -> Picture:
    """Return the picture with its longer side at most `longest` pixels."""
    scale = longest / max(image.shape)
    if scale >= 1:
        return image
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def crop_to_ink(ink: Picture) -> Picture:
    """Return the part of a picture that holds ink."""
    x, y, width, height = cv2.boundingRect(ink)
    return ink[y : y + height, x : x + width]


def edge_of(grey: Picture) -> Picture:
    """Return the pixels at the four edges of a picture, uint8 (n,)."""
    return np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])


def percentiles(values: Picture, shares: tuple[float, ...]) -> list[float]:
    """Return percentiles as `np.percentile` does, in a fifth of its time."""
    ordered = np.sort(values)
    places = [share / 100 * (len(ordered) - 1) for share in shares]
    steps = [(int(place), min(int(place) + 1, len(ordered) - 1), place % 1) for place in places]
    return [float(ordered[a]) * (1 - t) + float(ordered[b]) * t for a, b, t in steps]
