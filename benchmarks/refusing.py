"""How well the reader rejects outliers while it answers 97 % of digits.

Letters come from typefaces, and symbols from kinds of symbols, that training never saw.
"""

import cv2
import numpy as np

from benchmarks.result import Result, share_of
from mnist_core import Reader, load_reader
from mnist_core.data.fonts import load_fonts, local_fonts
from mnist_core.data.pens import load_pens, local_pens
from mnist_core.data.symbols import load_symbols, local_symbols
from mnist_core.inference.calibration import auroc
from mnist_core.intervals import bootstrap_interval
from mnist_core.pictures import Picture
from mnist_core.synthesis.pen_drawings import CANVAS, PENS, TEST_WRITERS, draw_on_canvas
from mnist_core.synthesis.symbol_drawings import TEST_KINDS
from mnist_core.synthesis.typefaces import make_letters, split_typefaces

SEED = 1
LETTERS = 4_000
SHOWN = 160  # pixels, the height of a symbol on the canvas


def measure_refusing() -> list[Result]:
    """Return how well letters and symbols are rejected, as far as they are on this machine."""
    if not local_pens():
        print("skip refusing: set PEN_STROKES to recorded strokes, see mnist_core/data/pens.py")
        return []
    reader = load_reader()
    digits = classify(reader, pens_on_canvas())
    results = []
    for name, find in (
        ("letters of typefaces never seen", letters),
        ("symbols of kinds never seen", symbols),
    ):
        if len(pictures := find()):
            results += compare(name, digits, classify(reader, pictures))
    return results


Judged = tuple[np.ndarray, np.ndarray]


def classify(reader: Reader, pictures: list[Picture]) -> Judged:
    """Return the digitness of each picture, and whether it is accepted as a digit."""
    readings = [reader.read(picture) for picture in pictures]
    accepted = np.array([reading.verdict == "digit" for reading in readings])
    return np.array([reading.digitness for reading in readings], np.float32), accepted


def compare(name: str, digits: Judged, outliers: Judged) -> list[Result]:
    """Return how often outliers are accepted, and how well digitness separates them."""
    answered, accepted = float(digits[1].mean()), float(outliers[1].mean())
    apart = auroc(digits[0], outliers[0])
    low, high = bootstrap_interval(auroc, digits[0], outliers[0])
    return [
        Result(
            f"{name} accepted as digits",
            f"{share_of(int(outliers[1].sum()), len(outliers[1]))}, "
            f"with a coverage of {answered:.2%} of digits",
            "2 %, with a coverage of 97 %",
            accepted <= 0.02 and answered >= 0.97,
        ),
        Result(
            f"AUROC of digitness, digits against {name}",
            f"{apart:.4f} (95 % interval {low:.4f} to {high:.4f})",
            "0.99",
            apart >= 0.99,
        ),
    ]


def pens_on_canvas() -> list[Picture]:
    """Return every digit of the writers never seen, with all pen widths in turn."""
    pens, rng = load_pens().of_writers(*TEST_WRITERS), np.random.default_rng(SEED)
    return [
        draw_on_canvas(strokes, PENS[i % len(PENS)], rng) for i, strokes in enumerate(pens.strokes)
    ]


def letters() -> list[Picture]:
    """Return letters that do not look like digits."""
    if not local_fonts():
        print("skip letters: python -m mnist_core train --recipe pen-cnn downloads the typefaces")
        return []
    return make_letters(split_typefaces(load_fonts())[1], LETTERS, np.random.default_rng(SEED))


def symbols() -> list[Picture]:
    """Return drawn symbols, enlarged to the size of a drawing, light on a black canvas."""
    if not local_symbols():
        print("skip symbols: python -m mnist_core train --recipe pen-cnn downloads them")
        return []
    margin = (CANVAS - SHOWN) // 2
    drawn = load_symbols().of_kinds(*TEST_KINDS).images
    return [np.pad(cv2.resize(image, (SHOWN, SHOWN)), margin) for image in drawn]
