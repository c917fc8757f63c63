"""Two models against each other, on the same digits."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Comparison:
    """Which digits two models get wrong.

    Attributes:
        both: places that both read wrong.
        only_first: places that only the first reads wrong.
        only_second: places that only the second reads wrong.
        neither: how many both read right.
    """

    both: NDArray[np.intp]
    only_first: NDArray[np.intp]
    only_second: NDArray[np.intp]
    neither: int

    def p_value(self) -> float:
        """Return how likely so uneven a difference is between models that are equally good.

        McNemar's exact test (McNemar 1947), two-sided, from 0 to 1: if they are equally good, a
        digit that only one of them misreads is as likely the first one's as the second one's.
        """
        differing = len(self.only_first) + len(self.only_second)
        if not differing:
            return 1.0
        from scipy.stats import binomtest  # half a second that reading never needs

        return float(binomtest(len(self.only_first), differing, 0.5).pvalue)


def compare(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> Comparison:
    """Return the comparison of two models.

    Args:
        first: which digits the first reads right, (n,).
        second: which the second does, (n,), of the same digits.
    """
    return Comparison(
        both=np.flatnonzero(~first & ~second),
        only_first=np.flatnonzero(~first & second),
        only_second=np.flatnonzero(first & ~second),
        neither=int((first & second).sum()),
    )
