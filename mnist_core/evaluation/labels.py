"""Labels that may be wrong: those that people dispute, and those that a network suspects.

**Disputed.** Northcutt, Athalye and Mueller (2021, "Pervasive Label Errors in Test Sets Destabilize
Machine Learning Benchmarks", arXiv 2103.14749) let an algorithm pick suspicious labels in
MNIST's test set and showed each of those pictures to five people. For 15 of the 10,000 pictures,
fewer than three of the five agreed with the label.

**Suspected.** Confident learning (Northcutt, Jiang and Chuang 2021, "Confident Learning: Estimating
Uncertainty in Dataset Labels", Journal of Artificial Intelligence Research 70, arXiv 1911.00068): a
label is suspected if the network gives another digit at least the probability that it gives, on
average, to pictures labelled as that digit. These labels are the off-diagonal entries of the
paper's confident joint. cleanlab, by the same authors, finds the same ones; here it takes a dozen
lines.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.digits import Digits

MNIST_TEST_FINGERPRINT = "c3f9adf9c66efb57"  # of the digits that DISPUTED is about
VOTERS = 5


@dataclass(frozen=True)
class Dispute:
    """What five people said of one label.

    Attributes:
        label: the label that MNIST gives.
        suggested: the digit that the algorithm suggested.
        for_label: how many of the five saw the label.
        for_suggested: how many saw the suggested digit.
        for_neither: how many saw neither, or both.
    """

    label: int
    suggested: int
    for_label: int
    for_suggested: int
    for_neither: int


DISPUTED = {
    947: Dispute(8, 9, 0, 5, 0),
    1621: Dispute(0, 6, 2, 3, 0),
    1901: Dispute(9, 4, 2, 3, 0),
    2130: Dispute(4, 9, 2, 2, 1),
    2462: Dispute(2, 0, 0, 4, 1),
    2597: Dispute(5, 3, 0, 4, 1),
    2654: Dispute(6, 1, 0, 2, 3),
    3520: Dispute(6, 4, 2, 0, 3),
    3558: Dispute(5, 0, 1, 4, 0),
    5937: Dispute(5, 3, 1, 3, 1),
    6651: Dispute(0, 6, 0, 5, 0),
    6783: Dispute(1, 6, 2, 3, 0),
    8527: Dispute(4, 9, 2, 2, 1),
    9679: Dispute(6, 3, 2, 0, 3),
    9729: Dispute(5, 6, 2, 3, 0),
}


def disputed_labels(digits: Digits) -> dict[int, Dispute]:
    """Return the disputed labels by index; none unless `digits` is MNIST's test set."""
    return dict(DISPUTED) if digits.fingerprint() == MNIST_TEST_FINGERPRINT else {}


def suspicious_labels(
    probabilities: NDArray[np.float32], labels: NDArray[np.uint8]
) -> NDArray[np.intp]:
    """Return the indices of labels that are probably wrong, the most suspicious first.

    They are ranked by how far the label's probability is below that of the most probable other
    digit.

    Args:
        probabilities: float32 (n, 10), of a network that was not trained on these digits.
        labels: uint8 (n,).
    """
    suspected = confident_digits(probabilities, labels)
    indices = np.flatnonzero((suspected >= 0) & (suspected != labels))
    own = probabilities[indices, labels[indices]]
    others = probabilities[indices].copy()
    others[np.arange(len(indices)), labels[indices]] = -1
    return indices[np.argsort(own - others.max(axis=1), kind="stable")]


def confident_digits(
    probabilities: NDArray[np.float32], labels: NDArray[np.uint8]
) -> NDArray[np.intp]:
    """Return the digit that the network is confident of, (n,); -1 if there is none.

    It is confident of a digit if the digit's probability is at least its mean over the pictures
    labelled as that digit; of several such digits, the most probable counts. A digit that never
    occurs as a label has no such mean and never counts.
    """
    thresholds = np.full(10, np.inf)
    for digit in np.unique(labels):
        thresholds[digit] = probabilities[labels == digit, digit].mean(dtype=np.float64)
    # A digit whose pictures all have the same probability must reach their mean despite rounding.
    confident = np.where(probabilities >= thresholds - 1e-6, probabilities, -1)
    return np.asarray(np.where(confident.max(axis=1) >= 0, confident.argmax(axis=1), -1))
