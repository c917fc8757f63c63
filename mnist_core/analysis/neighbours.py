"""The digits a network finds most alike: nearest in its own features, not in pixels."""

import numpy as np
from numpy.typing import NDArray

from mnist_core.analysis.array_cache import remembered
from mnist_core.analysis.outputs import Progress, key_of, outputs_in_steps
from mnist_core.digits import Digits
from mnist_core.errors import ModelError
from mnist_core.preprocessing import Picture
from mnist_core.reader import Reader

DIRECTIONS = "directions"  # as which the features are kept
BLOCK = 4096  # digits compared at once: few enough for little memory


def has_features(reader: Reader) -> bool:
    """Return whether a reader's network has a penultimate layer."""
    return "features" in reader.network.run(np.zeros((0, 28, 28), np.uint8))


def nearest(
    reader: Reader,
    image: Picture,
    digits: Digits,
    k: int = 8,
    on_progress: Progress = lambda done, size: None,
) -> NDArray[np.intp]:
    """Return the places of the digits whose features point most nearly the same way, (k,).

    The likeness is the cosine. The features of `digits` are computed once, and then kept on the
    disk.

    Args:
        reader: whose network compares.
        image: uint8 (28, 28), in MNIST's format.
        digits: what to choose from.
        k: how many to return; fewer where there are fewer digits.
        on_progress: called with digits done and digits in all.

    Raises:
        ModelError: the network has no features.
    """
    if not has_features(reader):
        raise ModelError(f"{reader.name} has no penultimate layer to compare digits in.")
    wanted = directions(reader, image[None])[0]
    known = remembered(
        key_of(reader, digits, DIRECTIONS),
        len(digits),
        lambda: directions(reader, digits.images, on_progress).astype(np.float16),
    )
    blocks = [
        known[start : start + BLOCK].astype(np.float32) @ wanted
        for start in range(0, len(known), BLOCK)
    ]
    likeness = np.concatenate(blocks) if blocks else np.zeros(0)
    return np.argsort(-likeness, kind="stable")[:k]


def directions(
    reader: Reader, images: Picture, on_progress: Progress = lambda done, size: None
) -> NDArray[np.float32]:
    """Return the features of pictures, each scaled to length 1: float32 (n, width).

    A picture for which no unit of the layer is active has no direction: zeros.
    """
    features = outputs_in_steps(reader.network, images, "features", on_progress)
    length = np.linalg.norm(features, axis=1, keepdims=True)
    return np.asarray(features / np.maximum(length, np.finfo(np.float32).tiny), np.float32)
