"""Two models compared on the same digits."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.extras import require


@dataclass(frozen=True)
class Comparison:
    """Which digits two models misread.

    Attributes:
        both_wrong: indices of the digits that both misread.
        only_first_wrong: indices of the digits that only the first misreads.
        only_second_wrong: indices of the digits that only the second misreads.
        both_right: the number of digits that both read correctly.
    """

    both_wrong: NDArray[np.intp]
    only_first_wrong: NDArray[np.intp]
    only_second_wrong: NDArray[np.intp]
    both_right: int

    def p_value(self) -> float:
        """Return how likely a split at least this uneven is if both models are equally good.

        McNemar's exact test (McNemar 1947), two-sided, from 0 to 1: between equally good models, a
        digit that only one of them misreads is as likely to be the first one's as the second one's.
        """
        differing = len(self.only_first_wrong) + len(self.only_second_wrong)
        if not differing:
            return 1.0
        require("train", "scipy")
        from scipy.stats import binomtest  # takes half a second to load; reading never needs it

        return float(binomtest(len(self.only_first_wrong), differing, 0.5).pvalue)


def compare(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> Comparison:
    """Return the comparison of two models.

    Args:
        first: which digits the first model reads correctly, (n,).
        second: which of the same digits the second model reads correctly, (n,).
    """
    return Comparison(
        both_wrong=np.flatnonzero(~first & ~second),
        only_first_wrong=np.flatnonzero(~first & second),
        only_second_wrong=np.flatnonzero(first & ~second),
        both_right=int((first & second).sum()),
    )
