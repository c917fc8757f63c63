"""Data leakage: keep a model's training digits out of the digits it is tested on."""

from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.datasets import UCI_TRAIN, load_dataset, load_uci_digits
from mnist_core.data.digits import Dataset, Digits
from mnist_core.data.mnist import local_mnist
from mnist_core.errors import ModelError
from mnist_core.models.cards import Card
from mnist_core.models.registry import find_model
from mnist_core.pictures import Picture

KNOWN_SETS = ("mnist", "uci-digits")  # whose training digits can be looked up on this machine
TITLES = {"mnist": "MNIST's", "uci-digits": "the uci-digits'"}


@dataclass(frozen=True)
class FreshDigits:
    """The digits of a data set that a model may be measured on.

    Attributes:
        digits: those digits.
        positions: of each in the data set, (n,): in MNIST's test set, or in the file.
        left_out: how many others the data set has.
        why: why they are left out, in a sentence; "" if there are none.
        caution: why some of `digits` may be known to the model nevertheless, or "".
    """

    digits: Digits
    positions: NDArray[np.intp]
    left_out: int = 0
    why: str = ""
    caution: str = ""

    def __len__(self) -> int:
        """Return the number of digits to measure on."""
        return len(self.digits)

    @property
    def in_words(self) -> str:
        """How many are left out and why, or ""."""
        if not self.left_out:
            return ""
        what = "1 digit is" if self.left_out == 1 else f"{self.left_out:,} digits are"
        return f"{what} left out, because {self.why}"


def exclude_training_samples(dataset: Dataset, card: Card) -> FreshDigits:
    """Return all digits of a data set that a model has not learned from.

    Nor may the models have learned from them whose weights its training began with. Of a model that
    replaced the one it began with, that is not known any more; both count as trained on the same.
    """
    fresh, learner, names = not_trained_on(dataset, card), card, {card.name}
    while (name := learner.recipe.pretrained) and name not in names:
        names.add(name)
        try:
            learner = Card.read(find_model(name) / "card.json")
        except ModelError:
            return replace(fresh, caution=joined(fresh.caution, caution_about_weights(card, name)))
        fresh = new_to_both(fresh, not_trained_on(dataset, learner), name)
    return fresh


def new_to_both(fresh: FreshDigits, earlier: FreshDigits, name: str) -> FreshDigits:
    """Return the digits that neither a model nor an earlier one has learned from.

    Args:
        fresh: those that the model has not learned from.
        earlier: those that the earlier one has not learned from.
        name: of the earlier one.
    """
    caution = joined(fresh.caution, earlier.caution)
    kept = np.flatnonzero(np.isin(fresh.positions, earlier.positions))
    left_out = len(fresh) - len(kept)
    if not left_out:
        return replace(fresh, caution=caution)
    others = f"{name}, with whose weights its training began, was trained on "
    why = f"{fresh.why.removesuffix('.')}, and {others}others." if fresh.why else f"{others}them."
    return FreshDigits(
        fresh.digits[kept], fresh.positions[kept], fresh.left_out + left_out, why, caution
    )


def joined(*cautions: str) -> str:
    """Return cautions as one text, each once."""
    return " ".join(filter(None, dict.fromkeys(cautions)))


def not_trained_on(dataset: Dataset, card: Card) -> FreshDigits:
    """Return all digits of a data set on which a model was not trained itself."""
    fresh = not_in_its_data_set(dataset, card)
    if not card.data.get("added"):
        return fresh
    return replace(fresh, caution=joined(fresh.caution, caution_about_added(card)))


def not_in_its_data_set(dataset: Dataset, card: Card) -> FreshDigits:
    """Return all digits of a data set that are not in the training set of a model's own data set.

    MNIST's training digits are always left out, because everybody reports on its test set. All
    uci-digits are test digits, unless the model was trained on them. Any other data set is a file:
    of that, those digits are left out that the model was trained on.
    """
    trained_on = card.data["name"]
    caution = "" if trained_on in KNOWN_SETS else caution_about(card)
    if dataset.name == "mnist" or dataset.name == trained_on == "uci-digits":
        why = f"{TITLES[dataset.name]} training digits are for training"
        return test_part(dataset, why, caution)
    if dataset.name == "uci-digits":
        return all_of(load_uci_digits(), caution)
    digits = dataset.in_order()
    if dataset.train.joined(dataset.test).fingerprint() == card.data["fingerprint"]:
        none = np.zeros(len(digits), bool)
        return chosen_from(digits, none, "the model was trained on every digit of this file")
    if dataset.train.fingerprint() == card.data["fingerprint"]:
        why = "the model was trained on this file, except for its test digits, which are used here"
        return test_part(dataset, why)
    seen = training_digits(trained_on)
    if seen is None:
        return all_of(digits, caution_about(card))
    known = occurs_in(digits, seen)
    why = f"{card.name} was trained on them: they are among {TITLES[trained_on]} training digits"
    return chosen_from(digits, ~known, why)


def training_digits(name: str) -> Digits | None:
    """Return the training digits of a known data set, or None if they are not on this machine."""
    if name == "uci-digits":
        return load_uci_digits()[:UCI_TRAIN]
    return load_dataset("mnist").train if name == "mnist" and local_mnist() else None


def caution_about(card: Card) -> str:
    """Return why a model may know digits that could not be compared with those it learned from."""
    if card.data["name"] == "mnist":
        return (
            "Kaggle's digits are MNIST's, and the model was trained on most of them. They could be "
            "left out if MNIST were on this machine. If there are such digits in this file, these "
            "figures are too optimistic."
        )
    return (
        f"{card.name} was trained on {card.data['name']}, which may contain some of these digits. "
        "(Kaggle's train.csv, for example, has many of MNIST's test digits.) If it does, these "
        "figures are too optimistic."
    )


def caution_about_added(card: Card) -> str:
    """Return why a model may know digits that were added to its data set."""
    return (
        f"{card.name} was also trained on digits that were added to {card.data['name']}, which may "
        "be among these. If they are, these figures are too optimistic."
    )


def caution_about_weights(card: Card, name: str) -> str:
    """Return why a model may know digits, if the model it began with cannot be asked."""
    return (
        f"The training of {card.name} began with the weights of {name}, which is missing or "
        "damaged. If it was trained on some of these digits, these figures are too optimistic."
    )


def all_of(digits: Digits, caution: str = "") -> FreshDigits:
    """Return all digits."""
    return FreshDigits(digits, np.arange(len(digits)), caution=caution)


def test_part(dataset: Dataset, why: str, caution: str = "") -> FreshDigits:
    """Return a data set's test digits."""
    n = len(dataset.train)
    order = np.arange(n + len(dataset.test)) if dataset.order is None else dataset.order
    positions = order[n:] - n if dataset.name == "mnist" else order[n:]
    return FreshDigits(dataset.test, positions, n, f"{why}." if n else "", caution)


def chosen_from(digits: Digits, chosen: NDArray[np.bool_], why: str) -> FreshDigits:
    """Return some digits."""
    positions, left_out = np.flatnonzero(chosen), int((~chosen).sum())
    return FreshDigits(digits[positions], positions, left_out, f"{why}." if left_out else "")


def difference(digits: Digits, seen: Digits) -> Digits:
    """Return the digits that do not occur in `seen` (exact pixels).

    Pixels are compared, not indices: Kaggle's files contain MNIST's digits in another order.
    """
    return digits[np.flatnonzero(~occurs_in(digits, seen))]


def intersection(digits: Digits, others: Digits) -> Digits:
    """Return the digits that also occur in `others` (exact pixels)."""
    return digits[np.flatnonzero(occurs_in(digits, others))]


def occurs_in(digits: Digits, others: Digits) -> NDArray[np.bool_]:
    """Return which digits also occur in `others`, (n,)."""
    known = set(image_hashes(others.images))
    return np.array([digest in known for digest in image_hashes(digits.images)], bool)


def image_hashes(images: Picture) -> list[bytes]:
    """Return a 16-byte hash of each picture's pixels."""
    return [blake2b(image.tobytes(), digest_size=16).digest() for image in images]
