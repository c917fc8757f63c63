"""What a rejected picture is told: whether the reason is the right one.

Drawn from strokes of the writers that are used for reports only.
"""

from collections import Counter

import cv2
import numpy as np

from benchmarks.result import Result, share_of
from devtools.awkward_pictures import draw, in_colours
from mnist_core import Reader, load_reader
from mnist_core.data.pens import Pens, load_pens, local_pens
from mnist_core.pictures import Picture, crop_to_ink
from mnist_core.synthesis.outliers import mirror
from mnist_core.synthesis.pen_drawings import PENS, TEST_WRITERS, draw_on_canvas

SEED = 1
EACH = 300
SIDE = 280

Random = np.random.Generator


def measure_reasons(writers: tuple[int, int] = TEST_WRITERS) -> list[Result]:
    """Return how often each kind of picture is rejected, and told the reason for it."""
    if not local_pens():
        print("skip reasons: set PEN_STROKES to recorded strokes, see mnist_core/data/pens.py")
        return []
    reader, pens = load_reader(), load_pens().of_writers(*writers)
    rng = np.random.default_rng(SEED)
    kinds = {
        "several": side_by_side,
        "mirrored": mirrored,
        "cut": cut_off,
        "dot": dot,
        "faint": faint_scribble,
        "frame": across_a_frame,
    }
    results = []
    for reason, make in kinds.items():
        told = reasons_of(reader, [make(pens, rng) for _ in range(EACH)])
        results.append(compare(reason, told))
    told = reasons_of(reader, real_digits(pens, rng))
    wrong = told.total() - told["(no reason)"] - told["(answered)"]
    results.append(
        Result(
            "real digits rejected and told a reason, which is wrong",
            f"{share_of(wrong, told.total())}: {listed(told)}",
            "1 %",
            wrong <= 0.01 * told.total(),
        )
    )
    return results


def reasons_of(reader: Reader, pictures: list[Picture]) -> Counter[str]:
    """Return how often each reason is given."""
    readings = [reader.read(picture) for picture in pictures]
    return Counter(
        reading.reason or "(no reason)"
        if reading.verdict == "not a digit"
        else f"({reading.verdict})"
        if reading.verdict == "blank"
        else "(answered)"
        for reading in readings
    )


def compare(reason: str, told: Counter[str]) -> Result:
    """Return how often the reason is given, of what is rejected."""
    rejected = told.total() - told["(answered)"] - told["(blank)"]
    return Result(
        f"pictures of the kind {reason!r} told so, of those rejected",
        f"{share_of(told[reason], max(rejected, 1))}: {listed(told)}",
        "90 %, none blank",
        told[reason] >= 0.9 * rejected and not told["(blank)"],
    )


def listed(told: Counter[str]) -> str:
    """Return counts in words."""
    return ", ".join(f"{reason} {n}" for reason, n in told.most_common())


def one(pens: Pens, rng: Random) -> int:
    """Return the index of a random digit."""
    return int(rng.integers(len(pens)))


def side_by_side(pens: Pens, rng: Random) -> Picture:
    """Return two digits next to each other."""
    pen = int(rng.choice(PENS[:3]))
    halves = [
        draw(pens.strokes[one(pens, rng)], (SIDE, SIDE // 2), rng.uniform(90, 120), pen, rng)
        for _ in range(2)
    ]
    crops = [crop_to_ink(half) for half in halves]
    gap = np.zeros((SIDE, int(rng.integers(6, 40))), np.uint8)
    placed = [np.pad(crop, ((70, SIDE - 70 - len(crop)), (0, 0))) for crop in crops]
    return np.pad(np.hstack([placed[0], gap, placed[1]]), ((0, 0), (20, 20)))


def mirrored(pens: Pens, rng: Random) -> Picture:
    """Return a digit that is mirrored or turned and is none then."""
    strokes = [(points * 1000).astype(np.int16) for points in mirror(pens, rng)]
    return draw_on_canvas(strokes, int(rng.choice(PENS[:3])), rng)


def cut_off(pens: Pens, rng: Random) -> Picture:
    """Return a digit of which a third or a half is beyond the edge."""
    pen = int(rng.choice(PENS[:3]))
    ink = crop_to_ink(draw(pens.strokes[one(pens, rng)], (SIDE, SIDE), 170, pen, rng))
    width = ink.shape[1]
    share = rng.uniform(0.35, 0.55)
    turns = int(rng.choice([0, 1, 2, 3] if width > 90 else [0, 2]))
    turned = np.rot90(ink, turns)  # the side that is cut off is now at the bottom
    kept = turned[: int(len(turned) * (1 - share))]
    return np.ascontiguousarray(np.rot90(np.pad(kept, ((120, 0), (60, 60))), -turns))


def dot(pens: Pens, rng: Random) -> Picture:
    """Return a dot."""
    picture = np.zeros((SIDE, SIDE), np.uint8)
    x, y = (int(place) for place in rng.integers(40, 240, 2))
    return cv2.circle(picture, (x, y), int(rng.integers(3, 16)), 255, -1, cv2.LINE_AA)


def faint_scribble(pens: Pens, rng: Random) -> Picture:
    """Return pieces of digits over each other, hardly darker than the paper."""
    pieces = [
        draw(pens.strokes[one(pens, rng)], (SIDE, SIDE), rng.uniform(100, 180), 8, rng)
        for _ in range(3)
    ]
    paper = int(rng.integers(150, 256))
    return in_colours(np.max(pieces, axis=0), paper - int(rng.integers(16, 36)), paper)


def across_a_frame(pens: Pens, rng: Random) -> Picture:
    """Return a digit that crosses the frame it stands in, so that it cannot be told apart."""
    pen = int(rng.integers(6, 14))
    picture = draw(pens.strokes[one(pens, rng)], (SIDE, SIDE), 150, pen, rng)
    x, y, width, height = cv2.boundingRect(picture)
    side = int(max(width, height) * rng.uniform(0.9, 1.2))
    left = int(np.clip(x + width // 2 - side // 2 - side * rng.uniform(0.1, 0.3), 2, SIDE - 4))
    top = int(np.clip(y + height // 2 - side // 2, 2, SIDE - 4))
    corner = (min(left + side, SIDE - 3), min(top + side, SIDE - 3))
    return cv2.rectangle(picture, (left, top), corner, 255, int(rng.integers(2, 7)))


def real_digits(pens: Pens, rng: Random) -> list[Picture]:
    """Return every digit as it is drawn on the canvas."""
    return [
        draw_on_canvas(strokes, PENS[i % len(PENS)], rng) for i, strokes in enumerate(pens.strokes)
    ]
