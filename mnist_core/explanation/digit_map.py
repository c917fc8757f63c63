"""The map: digits that a network was trained on, laid out flat so that similar ones lie together.

The places are computed once, when the model is made, and ship in its folder. A drawing is placed
among them by its nearest neighbours, as its features tell them.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.npz import arrays_in
from mnist_core.errors import DataError, ModelError
from mnist_core.files import atomic_write
from mnist_core.hand.references import directions, load_references
from mnist_core.inference.reader import Reader
from mnist_core.models.registry import MAP
from mnist_core.pictures import Picture

NEIGHBOURS = 8

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class DigitMap:
    """Digits on a map.

    Attributes:
        places: float32 (n, 2), x and y from 0 to 1.
        labels: uint8 (n,).
        directions: float32 (n, width), the digits' features, each of length 1.
        agreement: share of the eight nearest neighbours on the map that show the same digit, the
            mean over all digits: how far the map can be trusted.
    """

    places: Floats
    labels: NDArray[np.uint8]
    directions: Floats
    agreement: float


@dataclass(frozen=True, eq=False)
class Placed:
    """A drawing on a map.

    Attributes:
        place: float32 (2,), x and y from 0 to 1.
        neighbours: int (8,), the places of its nearest digits in the map's arrays.
    """

    place: Floats
    neighbours: NDArray[np.intp]


def agreement_of(places: Floats, labels: NDArray[np.uint8]) -> float:
    """Return the share of nearest neighbours on a map that show the same digit."""
    squares = ((places[:, None] - places[None]) ** 2).sum(axis=-1)
    np.fill_diagonal(squares, np.inf)
    nearest = np.argsort(squares, axis=1, kind="stable")[:, :NEIGHBOURS]
    return float((labels[nearest] == labels[:, None]).mean())


def write_map(folder: Path, places: Floats, labels: NDArray[np.uint8], network: str) -> Path:
    """Write a map into a model's folder, atomically; return the file.

    Args:
        folder: the model's folder.
        places: float (n, 2), in any unit; in the order of the model's reference features.
        labels: uint8 (n,).
        network: the SHA-256 of its model.tflite; the map of another network does not fit.

    Raises:
        ModelError: the file cannot be written.
    """
    low, high = places.min(axis=0), places.max(axis=0)
    flat = ((places - low) / np.maximum(high - low, 1e-9)).astype(np.float16)
    file = folder / MAP
    try:
        with atomic_write(file) as partial:
            np.savez_compressed(
                partial,
                places=flat,
                labels=labels,
                agreement=np.float32(agreement_of(flat.astype(np.float32), labels)),
                network=np.array(network),
            )
    except OSError as problem:
        raise ModelError(f"Cannot write to {folder}: {problem.strerror}.") from problem
    return file


def load_map(reader: Reader) -> DigitMap | None:
    """Return the map of a reader's model; None if it has none that fits its network."""
    network = reader.card.checksums.get("model.tflite", "")
    folder, width = reader.network.path.parent, reader.network.features
    references = load_references(folder, network, width) if width else None
    if references is None or not (folder / MAP).is_file():
        return None
    try:
        with arrays_in(folder / MAP, "map") as arrays:
            places, labels = arrays["places"].astype(np.float32), arrays["labels"]
            fits = str(arrays["network"]) == network
            agreement = float(arrays["agreement"])
    except DataError:
        return None
    if not fits or len({len(places), len(labels), len(references.digits)}) > 1:
        return None
    return DigitMap(places, labels, references.digits, agreement)


def place_on(digit_map: DigitMap, reader: Reader, ink: Picture) -> Placed:
    """Return where a drawing lies on a map: in the middle of its nearest neighbours.

    Args:
        digit_map: the map of the reader's network.
        reader: whose features are compared.
        ink: uint8 (28, 28), in MNIST's format.
    """
    features = directions(reader.network.run(ink[None])["features"])[0]
    nearest = np.argsort(-(digit_map.directions @ features), kind="stable")[:NEIGHBOURS]
    return Placed(np.median(digit_map.places[nearest], axis=0), nearest)
