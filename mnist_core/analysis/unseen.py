"""Which digits a model has never seen: only these say how good it is."""

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from mnist_core.cards import Card
from mnist_core.data import load_dataset, load_uci_digits
from mnist_core.digits import Dataset, Digits
from mnist_core.preprocessing import Picture
from mnist_core.sources.mnist_source import local_mnist


def unseen(dataset: Dataset, card: Card) -> Digits:
    """Return the digits of a set to measure a model on: none that it is known to have learned from.

    The uci-digits are all for testing, except for a model that was trained on them. Kaggle's files
    hold MNIST's digits, so where MNIST is on this machine, those that a model of MNIST was trained
    on are left out.
    """
    learned_from = card.data["name"]
    if dataset.name == "uci-digits" and learned_from != "uci-digits":
        return load_uci_digits()
    if learned_from == "mnist" and dataset.name not in ("mnist", "uci-digits") and local_mnist():
        return without(dataset.test, load_dataset("mnist").train)
    return dataset.test


def without(digits: Digits, seen: Digits) -> Digits:
    """Return the digits whose pictures are not, pixel by pixel, among those seen.

    Places tell nothing: Kaggle's files hold MNIST's digits in another order.
    """
    return digits[np.flatnonzero(~are_among(digits, seen))]


def shared(digits: Digits, others: Digits) -> Digits:
    """Return the digits whose pictures are, pixel by pixel, among others."""
    return digits[np.flatnonzero(are_among(digits, others))]


def are_among(digits: Digits, others: Digits) -> NDArray[np.bool_]:
    """Return which digits' pictures are among those of others, (n,)."""
    known = set(prints_of(others.images))
    return np.array([mark in known for mark in prints_of(digits.images)], bool)


def prints_of(images: Picture) -> list[bytes]:
    """Return 16 bytes for each picture that are the same for the same pixels only."""
    return [blake2b(image.tobytes(), digest_size=16).digest() for image in images]
