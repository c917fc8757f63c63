"""How much better a reader reads a person after a few examples, and what that costs.

Writers are UNIPEN's collection for reports (1 and 3 examples of each digit) and the writers of the
recorded pens whom the default network has not learned from (5 and 10). The constants of
`mnist_core.hand.adaptation` were chosen on UNIPEN's other collections: `python -m benchmarks.hand`
measures on those.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import psutil

from benchmarks.result import Result, print_results, share_of
from benchmarks.unipen import (
    Writing,
    recorded_pens,
    scribble,
    unipen_digits,
    unipen_letters,
)
from mnist_core import Hand, Reader, load_reader
from mnist_core.data.characters import local_characters
from mnist_core.data.datasets import load_dataset
from mnist_core.data.mnist import local_mnist
from mnist_core.data.pens import local_pens
from mnist_core.evaluation.reliability import calibration_error
from mnist_core.hand.adaptation import Outputs
from mnist_core.hand.example import Example
from mnist_core.inference.calibration import digitness_of, probabilities_of
from mnist_core.pictures import Picture
from mnist_core.preprocessing import prepare

REPORTED = ("ced",)  # the collection that nothing is chosen on
TUNED_ON = ("apa", "apb", "app", "art", "gmd", "ibm")
REPEATS = 5  # other examples and other pens each time
RESAMPLES = 2_000
LEAST_OTHERS = 5  # of a writer's digits, to read after the examples
LEAST_CLASSES = 8  # digits that a writer has enough examples of
LETTERS = 2_000
SEED = 1

GOALS = {1: 0.45, 3: 0.62, 5: 0.68, 10: 0.75}  # share of the errors that go away


@dataclass
class Tally:
    """What happened to one writer's digits, over all repeats; arrays of one item a digit."""

    before: list[np.ndarray] = field(default_factory=list)
    after: list[np.ndarray] = field(default_factory=list)
    answered: list[np.ndarray] = field(default_factory=list)
    confidence: list[np.ndarray] = field(default_factory=list)


@dataclass(frozen=True)
class Seen:
    """Pictures as the network sees them.

    Attributes:
        features: float32 (n, width).
        outputs: logits and digitness, as for everybody.
    """

    features: np.ndarray
    outputs: Outputs


def measure_hand() -> list[Result]:
    """Return the figures, as far as the writers are on this machine."""
    reader, results = load_reader(), []
    if local_characters():
        results += read_strangers(reader, unipen_digits(REPORTED), (1, 3))
        results += cost_elsewhere(reader, unipen_digits(REPORTED), unipen_letters(REPORTED))
    else:
        print("skip hand on UNIPEN: its characters are not on this machine")
    if local_pens():
        results += read_strangers(reader, recorded_pens(), (5, 10))
    return [*results, memory(reader), *speed(reader)]  # memory first: speed leaves some free


def measure_hand_tuning() -> list[Result]:
    """Return the same figures on the writers that the constants were chosen on."""
    reader, digits = load_reader(), unipen_digits(TUNED_ON)
    letters = unipen_letters(TUNED_ON)
    return [
        *read_strangers(reader, digits, (1, 3, 5)),
        *cost_elsewhere(reader, digits, letters),
    ]


def read_strangers(reader: Reader, writing: Writing, counts: tuple[int, ...]) -> list[Result]:
    """Return how writers are read after so many examples of each digit."""
    looks = [look(reader, writing, repeat) for repeat in range(REPEATS)]
    return [result for k in counts for result in after_examples(reader, writing, looks, k)]


def after_examples(
    reader: Reader, writing: Writing, looks: list[tuple[Picture, Seen]], k: int
) -> list[Result]:
    """Return how writers are read after k examples of each digit."""
    tallies: dict[str, Tally] = {}
    for repeat, (images, seen) in enumerate(looks):
        for writer, own, others in episodes(writing, k, repeat):
            adapted = with_examples(reader, images[own], writing.labels[own])
            tally(tallies.setdefault(writer, Tally()), reader, adapted, seen, writing, others)
    before = np.concatenate([np.concatenate(t.before) for t in tallies.values()])
    after = np.concatenate([np.concatenate(t.after) for t in tallies.values()])
    answered = np.concatenate([np.concatenate(t.answered) for t in tallies.values()])
    confidence = np.concatenate([np.concatenate(t.confidence) for t in tallies.values()])
    gone, low, high = errors_gone(list(tallies.values()))
    who = f"{len(tallies)} writers of {writing.name}, {k} examples of each digit"
    newly = float((before & ~after).mean())
    results = [
        Result(
            f"errors that go away: {who}",
            f"{gone:.0%} (95 % interval over writers {low:.0%} to {high:.0%}), "
            f"from {1 - before.mean():.2%} to {1 - after.mean():.2%} of {len(before):,}",
            f"{GOALS[k]:.0%}",
            gone >= GOALS[k],
        ),
        Result(f"newly wrong: {who}", f"{newly:.3%}", "0.1 %", newly <= 0.001),
    ]
    if k == 3:
        right = int(after[answered].sum())
        error = calibration_error(confidence.astype(np.float32), after)
        n = int(answered.sum())
        results += [
            Result(
                f"coverage: {who}",
                share_of(n, len(answered)),
                "97 %",
                n >= 0.97 * len(answered),
            ),
            Result(
                f"accuracy when answered: {who}", share_of(right, n), "99.5 %", right >= 0.995 * n
            ),
            Result(f"calibration error: {who}", f"{error:.2%}", "1 %", error <= 0.01),
        ]
    return results


def look(reader: Reader, writing: Writing, repeat: int) -> tuple[Picture, Seen]:
    """Return all of some writers' drawings, each with a random pen, as the network sees them."""
    images = writing.draw(np.random.default_rng((SEED, repeat)))
    return images, see(reader, images)


def see(reader: Reader, images: Picture) -> Seen:
    """Return pictures as the network sees them."""
    outputs = reader.network.run(images)
    logits = outputs["logits"]
    return Seen(outputs["features"], Outputs(logits, digitness_of(logits)))


def episodes(writing: Writing, k: int, repeat: int) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Yield each writer who has enough digits, k examples of each digit, and their others."""
    rng = np.random.default_rng((SEED, repeat, k))
    for writer in np.unique(writing.writers):
        order = rng.permutation(np.flatnonzero(writing.writers == writer))
        of = [order[writing.labels[order] == digit] for digit in range(10)]
        enough = [chosen for chosen in of if len(chosen) >= k]
        own = np.concatenate([chosen[:k] for chosen in enough]) if enough else order[:0]
        others = np.setdiff1d(order, own)
        others = others[np.isin(writing.labels[others], writing.labels[own])]
        if len(enough) >= LEAST_CLASSES and len(others) >= LEAST_OTHERS:
            yield str(writer), own, others


def with_examples(reader: Reader, images: Picture, labels: np.ndarray) -> Reader:
    """Return a reader that has learned pictures in MNIST format."""
    pairs = zip(images, labels.tolist(), strict=True)
    return reader.with_hand(Hand({e.id: e for e in (Example(i, y) for i, y in pairs)}.values()))


def adapt(adapted: Reader, seen: Seen, chosen: np.ndarray | slice) -> Outputs:
    """Return what a reader with a hand makes of pictures that the network has seen."""
    if adapted.adaptation is None:
        raise ValueError("Expected a reader with a hand. Received: one without")
    outputs = seen.outputs
    return adapted.adaptation.apply(
        seen.features[chosen], outputs.logits[chosen], outputs.digitness[chosen]
    )


def tally(
    into: Tally, reader: Reader, adapted: Reader, seen: Seen, writing: Writing, others: np.ndarray
) -> None:
    """Note how one writer's other digits are read, before and after."""
    labels, read = writing.labels[others], adapt(adapted, seen, others)
    calibration = reader.card.calibration
    confidence = probabilities_of(read.logits, calibration.temperature).max(axis=1)
    into.before.append(seen.outputs.logits[others].argmax(axis=1) == labels)
    into.after.append(read.logits.argmax(axis=1) == labels)
    into.answered.append(accepted(reader, read))
    into.confidence.append(confidence)


def accepted(reader: Reader, read: Outputs) -> np.ndarray:
    """Return which pictures are answered with a digit."""
    calibration = reader.card.calibration
    confidence = probabilities_of(read.logits, calibration.temperature).max(axis=1)
    is_digit = read.digitness >= calibration.least_digitness
    return np.asarray(is_digit & (confidence >= calibration.least_confidence))


def errors_gone(tallies: list[Tally]) -> tuple[float, float, float]:
    """Return the share of errors that go away, with a bootstrap interval over writers."""
    before = np.array([(~np.concatenate(t.before)).sum() for t in tallies], float)
    after = np.array([(~np.concatenate(t.after)).sum() for t in tallies], float)
    drawn = np.random.default_rng(SEED).integers(len(before), size=(RESAMPLES, len(before)))
    resampled = 1 - after[drawn].sum(axis=1) / np.maximum(before[drawn].sum(axis=1), 1)
    low, high = np.quantile(resampled, (0.025, 0.975))
    return float(1 - after.sum() / max(before.sum(), 1)), float(low), float(high)


def cost_elsewhere(reader: Reader, writing: Writing, letters: Writing) -> list[Result]:
    """Return what hands of 3 examples of each digit cost on MNIST and on letters, on average."""
    images, _ = look(reader, writing, 0)
    hands = [
        with_examples(reader, images[own], writing.labels[own])
        for _, own, _ in episodes(writing, 3, 0)
    ]
    shown = letters.draw(np.random.default_rng(SEED))[:LETTERS]
    seen = see(reader, shown)
    called = accepted(reader, seen.outputs).mean()
    after = np.array([accepted(reader, adapt(hand, seen, slice(None))).mean() for hand in hands])
    results = [
        Result(
            f"clear letters called a digit: {len(hands)} hands of {writing.name}",
            f"{after.mean() - called:+.2%} (worst {(after - called).max():+.2%}), "
            f"from {called:.2%} of {len(shown):,}",
            "0.5 points more",
            after.mean() - called <= 0.005,
        )
    ]
    if local_mnist():
        test = load_dataset("mnist").test
        digits = see(reader, test.images)
        right = (digits.outputs.logits.argmax(axis=1) == test.labels).mean()
        changes = np.array(
            [
                (adapt(hand, digits, slice(None)).logits.argmax(axis=1) == test.labels).mean()
                for hand in hands
            ]
        )
        results.append(
            Result(
                f"accuracy on MNIST's test set with {len(hands)} hands of {writing.name}",
                f"{changes.mean() - right:+.3%} (worst {(changes - right).min():+.3%})",
                "0.02 points less",
                changes.mean() - right >= -0.0002,
            )
        )
    return results


def speed(reader: Reader) -> list[Result]:
    """Return how long it takes to learn an example, and to read with 500 of them."""
    rng = np.random.default_rng(SEED)
    canvases = [scribble(rng) for _ in range(600)]
    hand = Hand()
    adapted = reader.with_hand(hand)
    learned: list[float] = []
    for i, canvas in enumerate(canvases[:500]):
        began = time.perf_counter()
        hand.add(canvas, i % 10)
        adapted.read(canvas)
        learned.append(time.perf_counter() - began)
    plain: list[float] = []
    own: list[float] = []
    for canvas in canvases[500:] * 3:
        for times, by in ((plain, reader), (own, adapted)):
            began = time.perf_counter()
            if steps := prepare(canvas):  # not `read`: a rejected scribble would be read again
                by.outputs(steps.centred[None])
            times.append(time.perf_counter() - began)
    ratio = float(np.median(own) / np.median(plain))
    probe = reader.read(canvases[-1]).ink[None]
    kept = adapted.logits(probe)
    hand.add(canvases[-1], 3)
    changed = not np.array_equal(adapted.logits(probe), kept)
    hand.undo()
    same = np.array_equal(adapted.logits(probe), kept)
    return [
        Result(
            "learning one example and reading again, median of 500",
            f"{np.median(learned) * 1e3:.1f} ms",
            "10 ms",
            float(np.median(learned)) <= 0.01,
        ),
        Result("reading with 500 examples", f"{ratio:.2f} x without", "1.3 x", ratio <= 1.3),
        Result(
            "logits after an undo",
            "the same, bit for bit" if same else "others",
            "the same, and others before it",
            same and changed,
        ),
    ]


def memory(reader: Reader) -> Result:
    """Return how much memory 100 visitors need, each with a hand of 50 examples."""
    rng, process = np.random.default_rng(SEED), psutil.Process()
    reader.read(scribble(rng))
    before = process.memory_info().rss
    kept = []
    for _ in range(100):
        hand = Hand()
        for i in range(50):
            hand.add(scribble(rng), i % 10)
        adapted = reader.with_hand(hand)
        adapted.read(scribble(rng))
        kept.append(adapted)
    grown = process.memory_info().rss - before
    server = 190 * 2**20  # the server after its first answer: `python -m benchmarks serving`
    return Result(
        "memory of 100 visitors with a hand of 50 examples each",
        f"{grown / 2**20:.0f} MB, {grown / server:+.0%} of a server's",
        "20 %",
        grown <= 0.2 * server,
    )


if __name__ == "__main__":
    print_results(measure_hand_tuning())
