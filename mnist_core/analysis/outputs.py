"""What a network makes of many digits: computed step by step, and once for each pair."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mnist_core.analysis.array_cache import is_remembered, remembered
from mnist_core.digits import Digits
from mnist_core.litert import Network
from mnist_core.preprocessing import Picture
from mnist_core.reader import Reader

STEP = 512  # digits between two reports of progress; a multiple of the network's blocks

Progress = Callable[[int, int], None]


def outputs_in_steps(
    network: Network, images: Picture, name: str, on_progress: Progress
) -> NDArray[np.float32]:
    """Return one of a network's outputs for many pictures.

    Args:
        network: the network.
        images: uint8 (n, 28, 28), n at least 1.
        name: "logits" or "features".
        on_progress: called with digits done and digits in all.
    """
    outputs = []
    for start in range(0, len(images), STEP):
        outputs.append(network.run(images[start : start + STEP])[name])
        on_progress(min(start + STEP, len(images)), len(images))
    return np.concatenate(outputs)


def logits_once(reader: Reader, digits: Digits, on_progress: Progress) -> NDArray[np.float32]:
    """Return the logits for digits, float32 (n, 10), from the disk if they are known.

    Args:
        reader: of the model.
        digits: at least one.
        on_progress: called with digits done and digits in all, if there is anything to compute.
    """
    return remembered(
        key_of(reader, digits, "logits"),
        len(digits),
        lambda: outputs_in_steps(reader.network, digits.images, "logits", on_progress),
    )


def key_of(reader: Reader, digits: Digits, kind: str) -> str:
    """Return what is computed of a model and digits is kept as."""
    return f"{reader.card.checksums['model.tflite'][:16]}-{digits.fingerprint()}-{kind}"


def is_known(reader: Reader, digits: Digits, kind: str) -> bool:
    """Return whether this has been computed of a model and digits already."""
    return is_remembered(key_of(reader, digits, kind))
