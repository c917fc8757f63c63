"""A lattice: all ways to divide a row of pieces into digits, and how likely each text is.

It is a semi-Markov conditional random field (Sarawagi and Cohen 2004, "Semi-Markov conditional
random fields for information extraction"): a path leads from the first piece to the last, by edges
that each take a run of pieces for one digit or pass over one piece. Dynamic programming adds up
all paths and finds the best; forward and backward sums give the probability of each edge.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BEAM = 12  # texts that are kept at each node
UNLIKELY = 6.0  # nats below an edge's likeliest digit: others are not followed


class Choice(NamedTuple):
    """One step of a path.

    Attributes:
        start, end: the first piece, and the one after the last.
        edge: which of the lattice's runs it is, or None where a piece is passed over.
        digit: what it is read as, or None.
    """

    start: int
    end: int
    edge: int | None
    digit: int | None


@dataclass(frozen=True)
class Lattice:
    """All paths through n pieces.

    Attributes:
        n: number of pieces; nodes 0 to n lie between them.
        runs: int (m, 2), the nodes where each run of pieces starts and ends.
        scores: float64 (m, 10), log weight of each run as each digit.
        passes: float64 (n,), log weight of passing over each piece.
    """

    n: int
    runs: NDArray[np.int64]
    scores: Floats
    passes: Floats

    @cached_property
    def arriving(self) -> list[list[int]]:
        """The edges that end at each node."""
        edges: list[list[int]] = [[] for _ in range(self.n + 1)]
        for edge, (_, end) in enumerate(self.runs):
            edges[end].append(edge)
        return edges

    @cached_property
    def totals(self) -> Floats:
        """The log weight of each edge, whichever digit it is: float64 (m,)."""
        return np.asarray(np.logaddexp.reduce(self.scores, axis=1))

    @cached_property
    def forward(self) -> Floats:
        """The log weight of all paths from the start to each node: float64 (n + 1,)."""
        sums = np.full(self.n + 1, -np.inf)
        sums[0] = 0
        for node in range(1, self.n + 1):
            edges = self.arriving[node]
            ways = sums[self.runs[edges, 0]] + self.totals[edges]
            sums[node] = np.logaddexp.reduce([*ways, sums[node - 1] + self.passes[node - 1]])
        return sums

    @cached_property
    def backward(self) -> Floats:
        """The log weight of all paths from each node to the end: float64 (n + 1,)."""
        sums = np.full(self.n + 1, -np.inf)
        sums[self.n] = 0
        for node in range(self.n, 0, -1):
            here = sums[node]
            sums[node - 1] = np.logaddexp(sums[node - 1], here + self.passes[node - 1])
            for edge in self.arriving[node]:
                start = self.runs[edge, 0]
                sums[start] = np.logaddexp(sums[start], here + self.totals[edge])
        return sums

    @property
    def total(self) -> float:
        """The log weight of all paths."""
        return float(self.forward[self.n])

    def posteriors(self) -> Floats:
        """Return the probability that each run is each digit: float64 (m, 10)."""
        starts, ends = self.runs.T
        paths = self.forward[starts] + self.backward[ends] - self.total
        return np.exp(paths[:, None] + self.scores)

    def likeliest(self) -> list[tuple[str, float]]:
        """Return texts with their probabilities, the likeliest first.

        The ways to come to the same text count together. Prefixes are followed as in the search of
        Graves et al. 2006, "Connectionist temporal classification".
        """
        beams: list[dict[str, float]] = [{"": 0.0}]
        for node in range(1, self.n + 1):
            passed = float(self.passes[node - 1])
            texts = {text: weight + passed for text, weight in beams[node - 1].items()}
            for edge in self.arriving[node]:
                row = self.scores[edge].tolist()
                likely = [d for d in range(10) if row[d] >= max(row) - UNLIKELY]
                for text, weight in beams[self.runs[edge, 0]].items():
                    for digit in likely:
                        longer = f"{text}{digit}"
                        texts[longer] = log_add(texts.get(longer), weight + row[digit])
            best = sorted(texts.items(), key=lambda item: -item[1])[:BEAM]
            beams.append(dict(best))
        return [(text, math.exp(w - self.total)) for text, w in beams[self.n].items()]

    def divide(self, text: str) -> list[Choice]:
        """Return the best path that reads as a text; there must be one."""
        digits = [int(character) for character in text]
        best = np.full((self.n + 1, len(text) + 1), -np.inf)
        best[0, 0] = 0
        came: dict[tuple[int, int], Choice] = {}
        for node in range(1, self.n + 1):
            for k in range(len(text) + 1):
                best[node, k] = best[node - 1, k] + self.passes[node - 1]
                came[node, k] = Choice(node - 1, node, None, None)
            for edge in self.arriving[node]:
                start = int(self.runs[edge, 0])
                for k, digit in enumerate(digits):
                    weight = best[start, k] + self.scores[edge, digit]
                    if weight > best[node, k + 1]:
                        best[node, k + 1] = weight
                        came[node, k + 1] = Choice(start, node, edge, digit)
        path: list[Choice] = []
        node, k = self.n, len(text)
        while node:
            choice = came[node, k]
            path.append(choice)
            node, k = choice.start, k - (choice.digit is not None)
        return path[::-1]


def log_add(a: float | None, b: float) -> float:
    """Return log(exp(a) + exp(b)); None is the log of 0."""
    if a is None:
        return b
    return max(a, b) + math.log1p(math.exp(-abs(a - b)))
