"""Reading with a hand: what a person's examples change in a network's answers, at once.

The network stays as it is. What it computes of a drawing, its features u scaled to length 1, is
compared with those of the person's own examples and with those of everybody's digits:

    P_c = the largest exp((u . u_i - 1) / WIDTH) over the own examples i of class c
    G   = the largest over the reference features, which are digits of MNIST
    logit_c   += GAIN * max(P_c - SHARE * G, 0)
    digitness += LIFT * max_c P_c      where the own examples are nearer than what is no digit

A memory beside a network is an old idea: E. Grave, M. Cisse and A. Joulin, "Unbounded cache model
for online language modeling with open vocabulary" (2017, arXiv 1711.02604) add the same kernel
density of the features seen to a network's outputs, and O. Vinyals et al., "Matching networks for
one shot learning" (2016, arXiv 1606.04080) read a class from the nearest labelled features. Ours
differs in two ways. A class gets nothing unless its own examples are nearer than everybody's, so
whatever does not look like this person's writing is read as before, and nothing is forgotten. And
"no digit" is one more class, which lowers the digitness instead of raising a logit.

Each example also stands for some variants of it (`variants.py`). The constants were chosen on
UNIPEN's collections other than the one for reports: `python -m benchmarks.hand`.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.hand.example import Example, Label
from mnist_core.hand.hand import Examples, Hand
from mnist_core.hand.references import References, directions
from mnist_core.hand.variants import variants_of
from mnist_core.pictures import Picture

Floats = NDArray[np.float32]
Run = Callable[[Picture], Mapping[str, Floats]]  # `Network.run`
Digitness = Callable[[Picture, Floats], Floats]  # of pictures, and the network's logits for them

WIDTH = 0.2  # of the kernel, in cosine similarity
GAIN = 48.0  # logits that an own example is worth at most, unless its own drawing takes more
SHARE = 0.85  # how near everybody's digits may be, of how near the own example is
MARGIN = 5.0  # logits by which an example's own drawing is read as its label
LIFT = 24.0  # digitness that an own example is worth at most
NOTHING = -1  # the class of "no digit"
KNOWN = 2_000  # examples whose features are kept, so that an undo computes nothing
VARIED = 10  # of each label, so many examples also stand for their variants: more need none


@dataclass(frozen=True)
class Outputs:
    """What a network says about pictures, and how much each looks like a digit.

    Attributes:
        logits: float32 (n, 10).
        digitness: float32 (n,), of the judge's logits or the network's own, changed by the hand.
    """

    logits: Floats
    digitness: Floats


@dataclass(frozen=True)
class Learned:
    """What a network makes of one example.

    Attributes:
        directions: float16 (n, width), of the example and then of its variants.
        gain: in logits.
        read: the digit that the network itself reads in it.
    """

    directions: NDArray[np.float16]
    gain: float
    read: int


@dataclass(frozen=True)
class Memory:
    """What a network makes of a hand's examples.

    Attributes:
        examples: the examples themselves, to notice when the hand has changed.
        directions: float32 (n, width), of examples and variants.
        labels: int8 (n,), 0 to 9, or `NOTHING`.
        gains: float32 (n,), in logits.
        owners: int64 (n,), the index of the example that each belongs to.
        corrected: the digits that the network itself reads in examples of another label.
    """

    examples: Examples
    directions: Floats
    labels: NDArray[np.int8]
    gains: Floats
    owners: NDArray[np.int64]
    corrected: frozenset[int]


class Adaptation:
    """A hand as one network sees it; follows later changes, safe to use from several threads."""

    def __init__(
        self, hand: Hand, run: Run, digitness: Digitness, references: References | None
    ) -> None:
        """Join a hand to a network.

        Args:
            hand: whose examples to learn from.
            run: returns the network's "logits" and "features" for uint8 (n, 28, 28).
            digitness: returns what an example of "no digit" has to lower, float32 (n,), for the
                same pictures and their logits.
            references: the network's reference features. Without any, everybody's digits count as
                being near wherever a drawing is: the hand then only changes drawings that are very
                much like its examples.
        """
        self.hand = hand
        self._run = run
        self._digitness = digitness
        self._references = references
        self._lock = threading.Lock()
        self._known: dict[tuple[str, Label], Learned] = {}
        self._memory: Memory | None = None

    def apply(self, features: Floats, logits: Floats, digitness: Floats) -> Outputs:
        """Return a network's outputs as the hand changes them.

        Args:
            features: float32 (n, width).
            logits: float32 (n, 10).
            digitness: float32 (n,).
        """
        memory = self.memory()
        if not len(memory.labels):
            return Outputs(logits, digitness)
        drawn = directions(features)
        own = drawn @ memory.directions.T
        boosts = self._boosts(drawn, own, memory)
        raised = np.array(logits)
        for label in set(memory.labels.tolist()) - {NOTHING}:
            raised[:, label] += boosts[:, memory.labels == label].max(axis=1)
        return Outputs(raised, digitness + self._lift(drawn, own, boosts, memory))

    def cause(self, features: Floats, answers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the index of the example that speaks most for each answer, (n,); -1 for none."""
        memory = self.memory()
        if not len(memory.labels):
            return np.full(len(features), -1, np.int64)
        drawn = directions(features)
        boosts = self._boosts(drawn, drawn @ memory.directions.T, memory)
        boosts[memory.labels != answers[:, None]] = 0
        return np.where(boosts.any(axis=1), memory.owners[boosts.argmax(axis=1)], -1)

    def corrected(self) -> frozenset[int]:
        """Return the digits that the network itself reads in examples of another label."""
        return self.memory().corrected

    def memory(self) -> Memory:
        """Return what the network makes of the hand as it is now."""
        examples, memory = self.hand.examples, self._memory
        if memory is None or memory.examples is not examples:
            with self._lock:
                memory = self._memory = self._remember(examples)
        return memory

    def _boosts(self, drawn: Floats, own: Floats, memory: Memory) -> Floats:
        """Return what each example adds to the logit of its label, (n, examples and variants)."""
        threshold = SHARE * kernel(self._nearest_digit(drawn))
        return np.asarray(np.maximum(kernel(own) - threshold[:, None], 0) * memory.gains)

    def _lift(self, drawn: Floats, own: Floats, boosts: Floats, memory: Memory) -> Floats:
        """Return by how much pictures look more like a digit than the network thinks, (n,)."""
        is_digit = memory.labels != NOTHING
        nearest = own[:, is_digit].max(axis=1, initial=-1)
        against = own[:, ~is_digit].max(axis=1, initial=-1)
        refused = np.maximum(self._nearest_outlier(drawn), against)
        lift = LIFT * kernel(nearest) * (nearest > refused)
        fall = boosts[:, ~is_digit].max(axis=1, initial=0) * (against > nearest)
        return np.asarray(lift - fall, np.float32)

    def _nearest_digit(self, drawn: Floats) -> Floats:
        """Return the similarity of everybody's nearest digit, (n,)."""
        if self._references is None:
            return np.ones(len(drawn), np.float32)
        return (drawn @ self._references.digits.T).max(axis=1, initial=-1)

    def _nearest_outlier(self, drawn: Floats) -> Floats:
        """Return the similarity of the nearest picture that is no digit, (n,)."""
        if self._references is None:
            return np.full(len(drawn), -1, np.float32)
        return (drawn @ self._references.outliers.T).max(axis=1, initial=-1)

    def _remember(self, examples: Examples) -> Memory:
        """Return the memory of some examples; those known already are not computed again."""
        if len(self._known) > KNOWN:
            self._known.clear()
        parts, labels, gains, owners, corrected = [], [], [], [], set()
        varied = dict.fromkeys((None, *range(10)), 0)
        for index, example in enumerate(examples):
            key = example.id, example.label
            if key not in self._known:
                self._known[key] = self._learn(example)
            known = self._known[key]
            varied[example.label] += 1
            chosen = known.directions if varied[example.label] <= VARIED else known.directions[:1]
            parts.append(chosen)
            labels += [NOTHING if example.label is None else example.label] * len(chosen)
            gains += [known.gain] * len(chosen)
            owners += [index] * len(chosen)
            if known.read != example.label:
                corrected.add(known.read)
        empty = np.zeros((0, 0), np.float32)
        return Memory(
            examples,
            np.concatenate(parts).astype(np.float32) if parts else empty,
            np.array(labels, np.int8),
            np.array(gains, np.float32),
            np.array(owners, np.int64),
            frozenset(corrected),
        )

    def _learn(self, example: Example) -> Learned:
        """Return what the network makes of an example and its variants."""
        # One by one: a batch would load the network a second time, for all processors.
        inks = [example.ink[None], *variants_of(example.ink)[:, None]]
        outputs = [self._run(ink) for ink in inks]
        features = np.concatenate([output["features"] for output in outputs])
        drawn = directions(features)
        gain = self._gain(example, drawn[0], outputs[0]["logits"])
        read = int(outputs[0]["logits"][0].argmax())
        return Learned(drawn.astype(np.float16), gain, read)

    def _gain(self, example: Example, direction: Floats, logits: Floats) -> float:
        """Return how many logits an example is worth: enough to read its own drawing right.

        Of "no digit", enough to bring the digitness below zero. `logits` are (1, 10).
        """
        room = 1 - SHARE * float(kernel(self._nearest_digit(direction[None]))[0])
        if example.label is None:
            wanted = float(self._digitness(example.ink[None], logits)[0])
        else:
            most = float(logits.max())
            wanted = most + float(np.log(np.exp(logits - most).sum()))  # at least the largest
            wanted -= float(logits[0, example.label])
        return max(GAIN, (wanted + MARGIN) / room)


def kernel(similarity: Floats) -> Floats:
    """Return how much directions of a cosine similarity have in common, 0 to 1."""
    return np.asarray(np.exp((similarity - 1) / WIDTH), np.float32)
