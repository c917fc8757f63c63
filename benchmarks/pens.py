"""How well digits are read that real people wrote with a pen, drawn on a canvas as visitors draw.

The strokes are those of UCI's Pen-Based Recognition of Handwritten Digits (Alpaydin and Alimoglu
1998, CC BY 4.0), in the file that `PEN_STROKES` names, an .npz with `points` int16 (N, 2) in pen
order, y up; stroke k is `points[stroke_start[k]:stroke_start[k + 1]]`; sample i holds the strokes
`sample_start[i]` to `sample_start[i + 1] - 1`; `label` and `writer` of each sample.
"""

import os

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.result import Result
from mnist_core import load_reader
from mnist_core.evaluation import wilson_interval
from mnist_core.preprocessing import Picture

PENS = (6, 12, 20, 30)  # pixels on the canvas
HEIGHTS = (60, 220)  # pixels, least and most
CANVAS = 280
STRANGERS = 25  # the first of the 30 writers that no choice was ever made on
SEED = 1


def measure_pens() -> list[Result]:
    """Return how many of the strangers' digits are read right, or nothing without the strokes."""
    if not (path := os.environ.get("PEN_STROKES")):
        print("skip pens: set PEN_STROKES to the recorded strokes (see benchmarks/pens.py)")
        return []
    data = dict(np.load(path))
    chosen = np.flatnonzero(data["writer"] >= STRANGERS)
    rng, reader = np.random.default_rng(SEED), load_reader()
    right, answered = [], []
    for pen in PENS:
        for i in chosen:
            reading = reader.read(draw(strokes_of(data, int(i)), pen, rng))
            right.append(reading.candidates[0] == data["label"][i])
            answered.append(reading.verdict == "digit")
    share, sure = float(np.mean(right)), np.array(answered)
    low, high = wilson_interval(sum(right), len(right))
    return [
        Result(
            f"pen drawings by {len(set(data['writer'][chosen]))} writers never seen, read right",
            f"{share:.2%} of {len(right):,} (95 % interval {low:.2%} to {high:.2%})",
            "96 %",
            share >= 0.96,
        ),
        Result("of these answered", f"{sure.mean():.2%}", "97 %", float(sure.mean()) >= 0.97),
        Result(
            "of the answered read right", f"{np.mean(np.array(right)[sure]):.2%}", "shown", True
        ),
    ]


def strokes_of(data: dict[str, NDArray[np.int64]], i: int) -> list[NDArray[np.float32]]:
    """Return the strokes of one sample."""
    first, last = data["sample_start"][i : i + 2]
    bounds = data["stroke_start"][first : last + 1]
    pairs = zip(bounds[:-1], bounds[1:], strict=True)
    return [data["points"][a:b].astype(np.float32) for a, b in pairs]


def draw(strokes: list[NDArray[np.float32]], pen: int, rng: np.random.Generator) -> Picture:
    """Return a canvas with the strokes at a random place and size: uint8 (280, 280)."""
    low, high = np.vstack(strokes).min(axis=0), np.vstack(strokes).max(axis=0)
    # Smaller than this, a pen that wide leaves nothing to read.
    least, most = (max(side, 2.6 * pen) for side in HEIGHTS)
    height = rng.uniform(least, most)
    scale = height / max(float((high - low).max()), 1e-6)
    size = (high - low) * scale
    place = rng.uniform(0, 1, 2) * np.maximum(CANVAS - pen - size, 0) + pen / 2
    canvas = np.zeros((CANVAS, CANVAS), np.uint8)
    for points in strokes:
        path = (points - low) * scale
        path[:, 1] = size[1] - path[:, 1]
        fixed_point = np.round((path + place) * 8).astype(np.int32)
        cv2.polylines(canvas, [fixed_point], len(path) == 1, 255, pen, cv2.LINE_AA, shift=3)
    return canvas
