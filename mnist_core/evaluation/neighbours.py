"""Nearest neighbours: the digits that a network finds most alike, by its features, not pixels."""

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.digits import Digits
from mnist_core.errors import ModelError
from mnist_core.evaluation.output_cache import cache_key, cached
from mnist_core.hand.references import directions
from mnist_core.inference.litert import Progress, outputs_in_steps
from mnist_core.inference.reader import Reader
from mnist_core.pictures import Picture

CACHED_AS = "directions"  # what cache files call the normalised features
BLOCK = 4096  # digits compared at once, to limit memory


def has_features(reader: Reader) -> bool:
    """Return whether a reader's network outputs the features of its penultimate layer."""
    return reader.network.features > 0


def nearest_neighbours(
    reader: Reader,
    image: Picture,
    digits: Digits,
    k: int = 8,
    on_progress: Progress = lambda done, size: None,
) -> NDArray[np.intp]:
    """Return the indices of the digits with the most similar features, the nearest first, (k,).

    Similarity is the cosine similarity. The features of `digits` are computed once and cached on
    the disk.

    Args:
        reader: the model whose features are compared.
        image: uint8 (28, 28), in MNIST's format.
        digits: the digits to search.
        k: how many to return; fewer where there are fewer digits.
        on_progress: called with the digits done and the total.

    Raises:
        ModelError: the network has no features.
    """
    if not has_features(reader):
        raise ModelError(f"{reader.name} has no penultimate layer to compare digits in.")
    query = normalised_features(reader, image[None])[0]
    features = cached_directions(reader, digits, on_progress)
    blocks = [
        features[start : start + BLOCK].astype(np.float32) @ query
        for start in range(0, len(features), BLOCK)
    ]
    similarity = np.concatenate(blocks) if blocks else np.zeros(0)
    return np.argsort(-similarity, kind="stable")[:k]


def cached_directions(
    reader: Reader, digits: Digits, on_progress: Progress = lambda done, size: None
) -> NDArray[np.float16]:
    """Return the features of digits as `normalised_features` does, float16, from the cache."""
    return cached(
        cache_key(reader, digits, CACHED_AS),
        len(digits),
        lambda: normalised_features(reader, digits.images, on_progress).astype(np.float16),
    )


def normalised_features(
    reader: Reader, images: Picture, on_progress: Progress = lambda done, size: None
) -> NDArray[np.float32]:
    """Return the features of pictures, each scaled to length 1: float32 (n, width).

    If no unit of the layer is active for a picture, its features stay zeros.
    """
    features = outputs_in_steps(reader.network.run, images, "features", on_progress)
    return directions(features)
