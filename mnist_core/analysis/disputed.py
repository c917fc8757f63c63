"""The labels of MNIST's test set that people disagree with.

Northcutt, Athalye and Mueller (2021, "Pervasive Label Errors in Test Sets Destabilize Machine
Learning Benchmarks", arXiv 2103.14749) had an algorithm point out suspicious labels, and showed
each of these pictures to five people. For 15 of the 10,000 fewer than three of the five agreed
with the label.
"""

from dataclasses import dataclass

from mnist_core.digits import Digits

MNIST_TEST = "c3f9adf9c66efb57"  # the fingerprint of the digits that the table is about
VOTERS = 5


@dataclass(frozen=True)
class Dispute:
    """What five people said of one label.

    Attributes:
        label: the label that MNIST gives.
        suggested: what the algorithm took it for.
        for_label: how many of the five saw the label.
        for_suggested: how many saw what was suggested.
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


def disputes_among(digits: Digits) -> dict[int, Dispute]:
    """Return the disputed labels by their places; none unless these are MNIST's test digits."""
    return dict(DISPUTED) if digits.fingerprint() == MNIST_TEST else {}
