"""Counterfactuals: the smallest change of strokes that turns the answer into another digit.

What would have to be different for another answer is the explanation that people ask for first
(Wachter, Mittelstadt and Russell 2018, "Counterfactual explanations without opening the black
box"). Single edits are tried first, all in one batch; then combinations of those that should bring
a digit closest if edits simply add up; what is found is made smaller as long as the answer holds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from mnist_core.explanation.edits import Edit, changed, propose
from mnist_core.explanation.fine_ink import Points, fine_ink, in_mnist_format
from mnist_core.explanation.paths import trace
from mnist_core.inference.calibration import probabilities_of
from mnist_core.inference.reader import Reader
from mnist_core.pictures import Picture
from mnist_core.preprocessing import Steps

LARGEST = 0.15  # of the ink, that may change
MOST_EDITS = 4  # at once
DIVERSE = 60  # edits, not two at the same place, that are combined for a digit
PROMISING = (200, 30)  # combinations tried in a round, for the second best digit and for others
NEAR = 5.0  # pixels of fine ink: edits nearer than this are at the same place
NUDGED = 6  # combinations closest to the second best digit that are nudged, if it is not found
NUDGINGS = 5  # times at most
PARTS = (0.3, 0.45, 0.6, 0.7, 0.8, 0.9)  # of an edit's path, tried to make it smaller
SMALLEST = 5  # changes that are tried on the whole way from picture to answer

Edits = tuple[Edit, ...]
Floats = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Counterfactual:
    """A drawing that is read as another digit.

    Attributes:
        digit: what it is read as.
        probability: that digit's.
        changed: how much ink differs, as a share of the drawing's.
        edits: what was changed.
        looks_like_digit: whether it would still be answered with a digit, and not be rejected.
        fine: uint8 (112, 112), the changed drawing; its edits are in these pixels.
    """

    digit: int
    probability: float
    changed: float
    edits: Edits
    looks_like_digit: bool
    fine: Picture


def find_counterfactuals(
    reader: Reader, steps: Steps, strokes: Sequence[Points] = ()
) -> list[Counterfactual]:
    """Return the smallest change found for each other digit: digits first, then the smallest.

    At most 15 % of the ink changes. What still looks like a digit goes before a smaller change that
    does not. A digit for which nothing was found is missing. It reads some thousand pictures.

    Args:
        reader: whose answer is to change.
        steps: the drawing.
        strokes: float64 (n, 2) each, in fine ink's pixels, where they are known; the ink is traced
            in any case.
    """
    search = Search(reader, fine_ink(steps))
    paths = [*trace(search.fine), *(stroke for stroke in strokes if len(stroke) > 1)]
    before = reader.predict(steps.centred[None])[0]
    _, *others = (int(digit) for digit in np.argsort(-before, kind="stable"))
    search.try_all((edit,) for edit in propose(search.fine, paths))
    for _ in range(MOST_EDITS - 1):
        most = dict.fromkeys(others, PROMISING[1]) | {others[0]: PROMISING[0]}
        missing = [digit for digit in others if not search.is_found(digit)]
        found = (search.promising(digit, most[digit]) for digit in missing)
        search.try_all(dict.fromkeys(chain.from_iterable(found)))
    for _ in range(NUDGINGS):
        if not len(search.found(others[0])):
            search.try_all(search.nudged(others[0]))
    search.try_all(search.smaller(others))
    smallest = [search.smallest(digit) for digit in others]
    return sorted(
        (one for one in smallest if one), key=lambda one: (not one.looks_like_digit, one.changed)
    )


@dataclass(eq=False)
class Search:
    """Everything that was tried with one drawing.

    Attributes:
        reader: whose answer is to change.
        fine: uint8 (112, 112), the drawing.
        tried: the n combinations of edits that were read.
        changes: float64 (n,), how much ink they change.
        probabilities: float32 (n, 10), what they are read as.
        middles: float64 (n, 3), the middle of their first edit, x and y, and whether it adds ink.
        accepted: bool (n,), whether they look like a digit at all.
    """

    reader: Reader
    fine: Picture
    tried: list[Edits] = field(default_factory=list)
    changes: Floats = field(default_factory=lambda: np.zeros(0))
    probabilities: Floats = field(default_factory=lambda: np.zeros((0, 10), np.float32))
    middles: Floats = field(default_factory=lambda: np.zeros((0, 3)))
    accepted: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))

    def try_all(self, candidates: Iterable[Edits]) -> None:
        """Read the drawing with each of several combinations of edits, if small enough."""
        pictures, sizes = [], []
        for edits in candidates:
            picture = apply(edits, self.fine)
            size = changed(self.fine, picture)
            if 0 < size <= LARGEST:
                pictures.append(picture)
                sizes.append(size)
                self.tried.append(edits)
        if pictures:
            outputs = self.reader.outputs(in_mnist_format(pictures))
            read = probabilities_of(outputs.logits, self.reader.card.calibration.temperature)
            accepted = outputs.digitness >= self.reader.least_digitness
            self.probabilities = np.concatenate([self.probabilities, read])
            self.accepted = np.concatenate([self.accepted, accepted])
            self.changes = np.concatenate([self.changes, sizes])
            firsts = [edits[0] for edits in self.tried[-len(sizes) :]]
            middles = [(*edit.middle, edit.adds) for edit in firsts]
            self.middles = np.concatenate([self.middles, middles])

    def found(self, digit: int) -> NDArray[np.intp]:
        """Return the places of what is read as a digit: accepted ones and small changes first."""
        right = np.flatnonzero(self.probabilities.argmax(axis=1) == digit)
        return right[np.lexsort((self.changes[right], ~self.accepted[right]))]

    def is_found(self, digit: int) -> bool:
        """Return whether something that looks like a digit is read as this one."""
        return bool(self.accepted[self.found(digit)[:1]].any())

    def promising(self, digit: int, count: int) -> list[Edits]:
        """Return the combinations that should bring a digit closest, each with one edit more."""
        if not self.tried:
            return []
        closeness = closeness_to(digit, self.probabilities)
        ranked = np.argsort(-closeness, kind="stable")
        edits = np.array([len(edits) for edits in self.tried])[ranked]
        singles = self.apart(ranked[edits == 1])
        grown = ranked[edits == edits.max()][:DIVERSE] if edits.max() > 1 else singles
        sums = closeness[grown, None] + closeness[singles]
        sums[self.changes[grown, None] + self.changes[singles] > LARGEST] = -np.inf
        order = {edits[0]: n for n, edits in enumerate(self.tried) if len(edits) == 1}
        new: dict[Edits, None] = {}
        for place in np.argsort(-sums, axis=None, kind="stable"):
            one, more = divmod(int(place), len(singles))
            if len(new) == count or np.isneginf(sums[one, more]):
                break
            before, (added,) = self.tried[grown[one]], self.tried[singles[more]]
            if added not in before:
                new[tuple(sorted((*before, added), key=order.__getitem__))] = None
        return list(new)

    def apart(self, ranked: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the first of some single edits, by rank, of which no two are at one place."""
        x, y, adds = self.middles[ranked].T
        is_left, kept = np.ones(len(ranked), bool), list[int]()
        while is_left.any() and len(kept) < DIVERSE:
            n = int(is_left.argmax())
            kept.append(n)
            is_left &= (np.abs(x - x[n]) > NEAR) | (np.abs(y - y[n]) > NEAR) | (adds != adds[n])
        return ranked[kept]

    def nudged(self, digit: int) -> list[Edits]:
        """Return what came closest to a digit, with one edit or another nudged."""
        closeness = closeness_to(digit, self.probabilities)
        return [
            (*edits[:n], nudge, *edits[n + 1 :])
            for edits in (self.tried[i] for i in np.argsort(-closeness, kind="stable")[:NUDGED])
            for n, edit in enumerate(edits)
            for nudge in edit.nudges()
        ]

    def smaller(self, digits: Iterable[int]) -> list[Edits]:
        """Return what was found for each digit, with one edit or another made smaller."""
        return [
            (*edits[:n], edit.part(share), *edits[n + 1 :])
            for edits in (self.tried[place] for digit in digits for place in self.found(digit)[:1])
            for n, edit in enumerate(edits)
            for share in PARTS
        ]

    def smallest(self, digit: int) -> Counterfactual | None:
        """Return the smallest change that is read as a digit also when read as a picture."""
        found = []
        for place in self.found(digit)[:SMALLEST]:
            edits, size = self.tried[place], float(self.changes[place])
            picture = apply(edits, self.fine)
            reading = self.reader.read(picture)
            if reading.candidates[0] == digit:
                is_digit = reading.digit is not None
                found.append(
                    Counterfactual(digit, reading.confidence, size, edits, is_digit, picture)
                )
                if is_digit:
                    break
        return max(found, key=lambda one: one.looks_like_digit) if found else None


def closeness_to(digit: int, probabilities: Floats) -> Floats:
    """Return how close pictures are to being read as a digit: (n,), above 0 they are.

    Args:
        digit: the digit.
        probabilities: float32 (n, 10).
    """
    tiny = np.finfo(np.float32).tiny
    others = np.delete(probabilities, digit, axis=1).max(axis=1)
    return np.log(np.maximum(probabilities[:, digit], tiny) / np.maximum(others, tiny))


def apply(edits: Edits, fine: Picture) -> Picture:
    """Return fine ink with several changes, one after the other."""
    for edit in edits:
        fine = edit.apply(fine)
    return fine
