"""Which of some recordings to draw, if each is to be drawn equally often."""

import numpy as np
from numpy.typing import NDArray


def equally_often(n: int, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return `count` indices of `n` things in random order: int64 (count,).

    Each index comes equally often, give or take once. Fewer than `n` are a random choice.
    """
    if count < n:
        return rng.permutation(n)[:count]
    return rng.permutation(np.resize(np.arange(n), count))
