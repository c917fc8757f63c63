"""What explanations are worth and cost: on drawings by strangers, on a visitor's canvas."""

import time
from collections.abc import Callable

import numpy as np

from benchmarks.result import Result, share_of
from mnist_core import Reader, load_reader
from mnist_core.data.characters import load_characters, local_characters
from mnist_core.explanation.activations import activations
from mnist_core.explanation.counterfactuals import LARGEST, find_counterfactuals
from mnist_core.explanation.missing_ink import find_missing_ink
from mnist_core.explanation.occlusion import occlude, prove
from mnist_core.pictures import Picture
from mnist_core.preprocessing import Steps, prepare
from mnist_core.synthesis.pen_drawings import PENS, draw_on_canvas
from mnist_core.synthesis.strangers import digits_of, reported_characters

SEED = 1
DRAWINGS = 1_000
CHANGED = 300  # of the drawings; counterfactuals take longer
TIMED = 40


def measure_inside() -> list[Result]:
    """Return the figures on the collection for reports, or nothing without UNIPEN."""
    if not local_characters():
        print("skip inside: set UNIPEN, see mnist_core/data/characters.py")
        return []
    reader = load_reader()
    drawings, labels = strangers()
    return [
        deletion(reader, drawings),
        counterfactuals(reader, drawings[:CHANGED], labels[:CHANGED]),
        *times(reader, drawings[:TIMED]),
    ]


def strangers() -> tuple[list[Steps], np.ndarray]:
    """Return a thousand prepared drawings and their labels."""
    digits, rng = digits_of(reported_characters(load_characters())), np.random.default_rng(SEED)
    order = rng.permutation(len(digits.labels))[:DRAWINGS]
    drawn = [
        prepare(draw_on_canvas(digits.strokes[i], PENS[n % len(PENS)], rng))
        for n, i in enumerate(order)
    ]
    kept = [(steps, digits.labels[i]) for steps, i in zip(drawn, order, strict=True) if steps]
    return [steps for steps, _ in kept], np.array([label for _, label in kept])


def deletion(reader: Reader, drawings: list[Steps]) -> Result:
    """Compare the named tenth of the ink with a random one."""
    proofs = [prove(reader, ink, occlude(reader, ink)) for ink in (one.centred for one in drawings)]
    named = float(np.mean([proof.named for proof in proofs]))
    at_random = float(np.mean([proof.at_random for proof in proofs]))
    return Result(
        f"confidence lost with the named tenth of the ink, {len(proofs):,} drawings by strangers",
        f"{named:.1%}, {named / at_random:.1f} x the {at_random:.1%} lost with a random tenth",
        "3 x",
        named >= 3 * at_random,
    )


def counterfactuals(reader: Reader, drawings: list[Steps], labels: np.ndarray) -> Result:
    """Count the digits read right that a small change makes the second best digit."""
    read = reader.predict(np.stack([steps.centred for steps in drawings]))
    right = np.flatnonzero(read.argmax(axis=1) == labels)
    second = np.argsort(-read, axis=1, kind="stable")[:, 1]
    found = [
        second[i] in {one.digit for one in find_counterfactuals(reader, drawings[i])} for i in right
    ]
    return Result(
        f"digits read right that at most {LARGEST:.0%} of the ink makes the second best digit",
        share_of(sum(found), len(found)),
        "95 %",
        sum(found) >= 0.95 * len(found),
    )


def times(reader: Reader, drawings: list[Steps]) -> list[Result]:
    """Measure how long the parts of the page take, and all of them together."""

    def decide(steps: Steps) -> None:
        prove(reader, steps.centred, occlude(reader, steps.centred))

    def everything(steps: Steps) -> None:
        decide(steps)
        find_missing_ink(reader, steps)
        find_counterfactuals(reader, steps)
        activations(reader.network.path, steps.centred)

    alone = over_reading(reader, drawings)
    return [
        timed("which ink decides, with its proof, median", decide, drawings, 60),
        timed("everything that the page Inside computes, median", everything, drawings, 300),
        Result(
            "which ink decides, over reading as many pictures", f"{alone:.2f} x", "2 x", alone <= 2
        ),
    ]


def timed(what: str, compute: Callable[[Steps], None], drawings: list[Steps], bar: int) -> Result:
    """Measure the median milliseconds of something, after a warm-up.

    The processor's time, of both cores, is also told: other work on the machine changes it less.
    """
    seconds, busy = [], []
    for steps in [*drawings[:3], *drawings]:
        began, began_work = time.perf_counter(), time.process_time()
        compute(steps)
        seconds.append(time.perf_counter() - began)
        busy.append(time.process_time() - began_work)
    median, work = (float(np.median(each[3:]) * 1e3) for each in (seconds, busy))
    measured = f"{median:.0f} ms, {work:.0f} ms of the processor"
    return Result(what, measured, f"{bar} ms on two idle cores", median <= bar)


def over_reading(reader: Reader, drawings: list[Steps]) -> float:
    """Return the median of how many times as long occlusion takes as its batch alone.

    Both are timed in turn, so that other work on the machine slows both alike.
    """
    batch: Picture = np.stack([drawings[0].centred] * 100)
    ratios = []
    for steps in drawings:
        began = time.perf_counter()
        occlude(reader, steps.centred)
        explained = time.perf_counter()
        reader.predict(batch)
        ratios.append((explained - began) / (time.perf_counter() - explained))
    return float(np.median(ratios))
