"""Fitting the weights of the lattice: `python -m benchmarks numbers --tune`.

The weights make the right texts as probable as can be (conditional maximum likelihood), on numbers
by writers that nothing is reported on; of a word the right text is none. The probabilities are then
honest as well. Run it again with every new default model.
"""

import json
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from benchmarks.number_drawings import (
    CLEAR_LETTERS,
    Hands,
    Written,
    bars_last,
    draw,
    load_hands,
    with_single_strokes,
    without_lifting,
    write,
)
from mnist_core import Reader, load_reader
from mnist_core.inference.hypothesis_reading import read_hypotheses
from mnist_core.inference.number_reading import LONGEST_SIDE, are_digits
from mnist_core.segmentation.components import ink_rows
from mnist_core.segmentation.hypotheses import (
    Evidence,
    build_lattice,
    likeness_to_digits,
    log_softmax,
)
from mnist_core.segmentation.lattice import Lattice
from mnist_core.segmentation.paper import find_row_ink
from mnist_core.segmentation.pieces import Pieces
from mnist_core.segmentation.strokes import stroke_rows
from mnist_core.segmentation.weights import FEATURES, FILE, Source, Weights, load_weights

SEED = 5
NUMBERS, OTHERS = 360, 120
DISTANCES: dict[Source, tuple[int, ...]] = {
    "strokes": (25, 12, 0, -12, -25),
    "pictures": (25, 12, 4, 0, -8),
}
THROUGH, LATE = 0.15, 0.15  # share of drawings without lifting, and with all bars drawn last
SIGNED = 0.15  # share of numbers with a minus or a point, which is to be passed over
DOUBT = 0.01  # a probability that any text has: a misread digit must not bend the weights
PRIOR = 0.05  # how strongly the weights are drawn to those they start from
OTHERS_WEIGHT = 0.08  # of what is no number: most of it is refused by how much is passed over
STEPS = 30

Sample = tuple[str, Evidence]
Floats = NDArray[np.float64]


def tune() -> None:
    """Fit both sets of weights and write them."""
    reader = load_reader()
    fitted: dict[str, dict[str, float] | str] = {"model": reader.name}
    for source in ("strokes", "pictures"):
        samples = list(make_samples(reader, source))
        weights = fit(samples, load_weights(source).values)
        fitted[source] = {
            name: round(float(w), 3) for name, w in zip(FEATURES, weights, strict=True)
        }
        print(f"{source}: {share_right(samples, weights):.2%} of {len(samples)} samples are right")
    FILE.write_text(json.dumps(fitted, indent=2) + "\n", "utf-8")
    print(f"The weights are in {FILE}.")


def make_samples(reader: Reader, source: Source) -> Iterator[Sample]:
    """Yield texts and the evidence for their rows, by writers that nothing is reported on."""
    rng = np.random.default_rng(SEED)
    hands = load_hands(reported=False)
    spelling = load_hands(reported=False, labels=CLEAR_LETTERS, pens=False)
    numbers = [random_number(hands, DISTANCES[source], source, rng) for _ in range(NUMBERS)]
    words = [random_word(spelling, rng) for _ in range(OTHERS * 2 // 3)]
    shapes = [random_shapes(rng) for _ in range(OTHERS - len(words))]
    for written in [*numbers, *words, *shapes]:
        text = written.text if written.text.isdecimal() else ""
        for row in read_hypotheses(reader, rows_of(reader, written, source))[:1]:
            yield text, likeliest_sequence(row.sequences, load_weights(source))


def random_number(
    hands: Hands, distances: tuple[int, ...], source: Source, rng: np.random.Generator
) -> Written:
    """Return a number of one to five digits."""
    hand, distance = hands[int(rng.integers(len(hands)))], float(rng.choice(distances))
    length, way = int(rng.integers(1, 6)), rng.random()
    single = with_single_strokes(hand)
    if source == "strokes" and way < THROUGH and single:
        return without_lifting(write(single, length, max(distance, 0), rng))
    written = write(hand, length, distance, rng)
    if rng.random() < SIGNED:
        return with_sign(written, rng)
    return bars_last(written) if way > 1 - LATE else written


def with_sign(written: Written, rng: np.random.Generator) -> Written:
    """Return a number with a minus before it or a point after its first digit."""
    if rng.random() < 0.5:
        minus = np.linspace([-20.0 - rng.uniform(25, 55), 50], [-20.0, 50 + rng.uniform(-6, 6)], 12)
        return Written(written.text, [minus, *written.strokes], [-1, *written.owners])
    last = max(i for i, owner in enumerate(written.owners) if owner == 0)
    right = max(float(stroke[:, 0].max()) for stroke in written.strokes[: last + 1])
    aside = [stroke + [25.0, 0] for stroke in written.strokes[last + 1 :]]
    point = np.array([[right + 17, 98.0], [right + 18, 99.0 + rng.uniform(0, 8)]])
    strokes = [*written.strokes[: last + 1], point, *aside]
    return Written(
        written.text, strokes, [*written.owners[: last + 1], -1, *written.owners[last + 1 :]]
    )


def random_shapes(rng: np.random.Generator) -> Written:
    """Return a drawing of straight lines, as of a house: no number."""
    corners = [rng.uniform(0, (180, 120), (int(rng.integers(3, 7)), 2)) for _ in range(3)]
    paths = [np.vstack([np.linspace(a, b, 15) for a, b in pairwise(each)]) for each in corners]
    return Written("shapes", paths, [0] * len(paths))


def random_word(hands: Hands, rng: np.random.Generator) -> Written:
    """Return a word of two to six letters."""
    hand = hands[int(rng.integers(len(hands)))]
    return write(hand, int(rng.integers(2, 7)), float(rng.choice((25, 12))), rng)


def rows_of(reader: Reader, written: Written, source: Source) -> list[Pieces]:
    """Return the rows of what is written, as strokes or as a picture."""
    if source == "strokes":
        return stroke_rows(written.strokes)
    ink = find_row_ink(draw(written.strokes), LONGEST_SIDE)
    return [] if ink is None else ink_rows(ink, lambda drawn: are_digits(reader, drawn))


def likeliest_sequence(sequences: list[Evidence], weights: Weights) -> Evidence:
    """Return the evidence for the order of the pieces that would be chosen."""
    return max(sequences, key=lambda evidence: build_lattice(evidence, weights).total)


def share_right(samples: list[Sample], weights: Floats) -> float:
    """Return the share of samples whose likeliest text is right."""
    texts = [build_lattice(e, Weights(weights)).likeliest()[0][0] for _, e in samples]
    return float(np.mean([a == b for a, (b, _) in zip(texts, samples, strict=True)]))


def fit(samples: list[Sample], start: Floats) -> Floats:
    """Return the weights under which the right texts are the most probable."""
    from scipy.optimize import minimize

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, slope = 0.0, np.zeros_like(weights)
        for text, evidence in samples:
            log_p, gradient = likelihood(text, evidence, Weights(weights))
            p, share = np.exp(log_p), 1.0 if text else OTHERS_WEIGHT
            total -= share * np.log(p + DOUBT)
            slope -= share * gradient * p / (p + DOUBT)
        apart = weights - start
        n = len(samples)
        return float(total / n + PRIOR * apart @ apart / n), slope / n + 2 * PRIOR * apart / n

    best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return np.asarray(best.x)


def likelihood(text: str, evidence: Evidence, weights: Weights) -> tuple[float, Floats]:
    """Return the log-probability of a text and its gradient by the weights."""
    lattice = build_lattice(evidence, weights)
    free = expected(lattice.posteriors(), passing(lattice), evidence)
    log_p, runs, passes = constrained(lattice, text)
    if not np.isfinite(log_p):
        return -np.inf, np.zeros(len(free))
    return log_p, expected(runs, passes, evidence) - free


def expected(runs: Floats, passes: Floats, evidence: Evidence) -> Floats:
    """Return the expected sum of each feature, float64 (14,), from the edges' probabilities."""
    columns = np.hstack([likeness_to_digits(evidence.digitness), evidence.shapes])
    label = float((runs * log_softmax(evidence.logits)).sum())
    return np.concatenate([[label], runs.sum(axis=1) @ columns, passes @ evidence.marks])


def passing(lattice: Lattice) -> Floats:
    """Return the probability that each piece is passed over."""
    return np.exp(lattice.forward[:-1] + lattice.passes + lattice.backward[1:] - lattice.total)


def constrained(lattice: Lattice, text: str) -> tuple[float, Floats, Floats]:
    """Return a text's log-probability, and the edges' probabilities on the paths that read so."""
    digits = np.array([int(character) for character in text], np.int64)
    n, k = lattice.n, len(text)
    forward, backward = (np.full((n + 1, k + 1), -np.inf) for _ in range(2))
    forward[0, 0] = backward[n, k] = 0
    for node in range(1, n + 1):
        forward[node] = forward[node - 1] + lattice.passes[node - 1]
        for edge in lattice.arriving[node]:
            longer = forward[lattice.runs[edge, 0], :-1] + lattice.scores[edge, digits]
            forward[node, 1:] = np.logaddexp(forward[node, 1:], longer)
    for node in range(n, 0, -1):
        shorter = backward[node] + lattice.passes[node - 1]
        backward[node - 1] = np.logaddexp(backward[node - 1], shorter)
        for edge in lattice.arriving[node]:
            start = lattice.runs[edge, 0]
            shorter = backward[node, 1:] + lattice.scores[edge, digits]
            backward[start, :-1] = np.logaddexp(backward[start, :-1], shorter)
    total = forward[n, k]
    if not np.isfinite(total):
        return -np.inf, np.zeros_like(lattice.scores), np.zeros(n)
    runs = np.zeros_like(lattice.scores)
    for edge, (start, end) in enumerate(lattice.runs):
        weight = forward[start, :-1] + lattice.scores[edge, digits] + backward[end, 1:] - total
        np.add.at(runs[edge], digits, np.exp(weight))
    passes = np.exp(forward[:-1] + lattice.passes[:, None] + backward[1:] - total).sum(axis=1)
    return float(total - lattice.total), runs, passes
