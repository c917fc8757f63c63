"""Labels that are probably wrong, found by confident learning.

Northcutt, Jiang and Chuang (2021, "Confident Learning: Estimating Uncertainty in Dataset Labels",
Journal of Artificial Intelligence Research 70, arXiv 1911.00068). A label is suspected where the
network is confident of another digit: more so than it is, on average, of that digit's own examples.
Which digits these are is the paper's confident joint off its diagonal. cleanlab, by the same
authors, finds the same ones; here it is a dozen lines.
"""

import numpy as np
from numpy.typing import NDArray


def suspicious_labels(
    probabilities: NDArray[np.float32], labels: NDArray[np.uint8]
) -> NDArray[np.intp]:
    """Return the places of labels that are probably wrong, the most suspicious first.

    They are ranked by how far the label's own probability falls short of the most probable other
    digit's.

    Args:
        probabilities: float32 (n, 10), of a network that was not trained on these digits.
        labels: uint8 (n,).
    """
    suspected = confident_digits(probabilities, labels)
    places = np.flatnonzero((suspected >= 0) & (suspected != labels))
    own = probabilities[places, labels[places]]
    others = probabilities[places].copy()
    others[np.arange(len(places)), labels[places]] = -1
    return places[np.argsort(own - others.max(axis=1), kind="stable")]


def confident_digits(
    probabilities: NDArray[np.float32], labels: NDArray[np.uint8]
) -> NDArray[np.intp]:
    """Return which digit each picture confidently shows, (n,); -1 where none.

    A digit counts where its probability reaches the mean probability of that digit over the
    pictures labelled so; of several that do, the most probable. A digit that no label names has no
    such mean, and never counts.
    """
    thresholds = np.full(10, np.inf)
    for digit in np.unique(labels):
        thresholds[digit] = probabilities[labels == digit, digit].mean(dtype=np.float64)
    # Digits whose examples all have one probability must reach it in spite of rounding.
    confident = np.where(probabilities >= thresholds - 1e-6, probabilities, -1)
    return np.asarray(np.where(confident.max(axis=1) >= 0, confident.argmax(axis=1), -1))
