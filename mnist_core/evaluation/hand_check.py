"""What a hand is worth and what it costs: on a person's own digits, and on MNIST's."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.digits import Digits
from mnist_core.errors import ModelError
from mnist_core.evaluation.neighbours import cached_directions
from mnist_core.evaluation.output_cache import cached_logits
from mnist_core.hand.adaptation import Adaptation
from mnist_core.hand.example import Example
from mnist_core.hand.hand import Hand
from mnist_core.inference.calibration import digitness_of
from mnist_core.inference.litert import Progress
from mnist_core.inference.reader import Reader
from mnist_core.intervals import Interval, wilson_interval

MAX_LOSS = 0.001  # share of MNIST's test digits that a hand may cost
STEP = 1_000  # digits at a time, to limit memory


@dataclass(frozen=True)
class LeftOut:
    """How an example is read by a reader that knows the others, but not this one.

    Attributes:
        example: the example, a digit.
        before: the digit that is read for everybody.
        after: the digit that is read with the other examples.
    """

    example: Example
    before: int
    after: int


@dataclass(frozen=True)
class Forgetting:
    """What a hand changes on digits by everybody else.

    Attributes:
        labels: uint8 (n,), the true digits.
        before: int64 (n,), what is read for everybody.
        after: int64 (n,), what is read with the hand.
        cause: int64 (n,), the index of the example that changed the answer; -1 for none.
    """

    labels: NDArray[np.uint8]
    before: NDArray[np.int64]
    after: NDArray[np.int64]
    cause: NDArray[np.int64]

    @property
    def lost(self) -> NDArray[np.intp]:
        """The indices of the digits that are read wrong because of the hand."""
        return np.flatnonzero((self.before == self.labels) & (self.after != self.labels))

    @property
    def loss(self) -> float:
        """The accuracy that is lost, as a share of all digits; negative if it grew."""
        return float((self.before == self.labels).mean() - (self.after == self.labels).mean())

    def accuracy(self, answers: NDArray[np.int64]) -> tuple[float, Interval]:
        """Return the accuracy of answers, `before` or `after`, and its 95 % interval."""
        right, n = int((answers == self.labels).sum()), len(self.labels)
        return right / max(n, 1), wilson_interval(right, n)


def leave_one_out(reader: Reader, hand: Hand) -> list[LeftOut]:
    """Return how each of a hand's digits is read with the help of the others alone.

    Args:
        reader: a reader for everybody.
        hand: the hand.

    Raises:
        ModelError: the network has no features.
    """
    others = Hand()
    adapted, examples, results = reader.with_hand(others), hand.examples, []
    for example in examples:
        if example.label is None:
            continue
        others.reset(tuple(other for other in examples if other is not example))
        ink = example.ink[None]
        before, after = reader.logits(ink)[0], adapted.logits(ink)[0]
        results.append(LeftOut(example, int(before.argmax()), int(after.argmax())))
    return results


def measure_forgetting(
    reader: Reader, hand: Hand, digits: Digits, on_progress: Progress = lambda done, size: None
) -> Forgetting:
    """Return what a hand changes on digits by everybody else, such as MNIST's test set.

    The network reads them once; its outputs are cached on the disk.

    Args:
        reader: a reader for everybody.
        hand: the hand.
        digits: at least one.
        on_progress: called with the digits done and the total, if anything has to be computed.

    Raises:
        ModelError: the network has no features.
    """
    adaptation = adaptation_of(reader.with_hand(hand))
    features = cached_directions(reader, digits, on_progress)
    logits = cached_logits(reader, digits, on_progress)
    after, cause = [], []
    for start in range(0, len(digits), STEP):
        part = slice(start, start + STEP)
        exact, before = features[part].astype(np.float32), logits[part]
        after.append(adaptation.apply(exact, before, digitness_of(before)).logits.argmax(axis=1))
        cause.append(adaptation.cause(exact, after[-1]))
    answers, causes = np.concatenate(after), np.concatenate(cause)
    unchanged = answers == logits.argmax(axis=1)
    return Forgetting(
        digits.labels, logits.argmax(axis=1), answers, np.where(unchanged, -1, causes)
    )


def withdraw_harmful(
    reader: Reader, hand: Hand, digits: Digits, on_progress: Progress = lambda done, size: None
) -> list[Example]:
    """Take examples out of a hand until it costs everybody's digits 0.1 points at most.

    The example that spoils the most digits goes first.

    Returns:
        The examples that were taken out.
    """
    withdrawn: list[Example] = []
    while (found := measure_forgetting(reader, hand, digits, on_progress)).loss > MAX_LOSS:
        worst = int(np.bincount(found.cause[found.lost]).argmax())
        withdrawn.append(hand.examples[worst])
        hand.remove(withdrawn[-1].id)
    return withdrawn


def adaptation_of(reader: Reader) -> Adaptation:
    """Return the adaptation of a reader that has a hand.

    Raises:
        ModelError: it has none.
    """
    if reader.adaptation is None:
        raise ModelError(f"Expected {reader.name} to have a hand. Received: none")
    return reader.adaptation
