"""How well the reader tells what is no digit, while it answers 97 % of digits.

Letters are those of typefaces, symbols those of kinds, that training never saw.
"""

import cv2
import numpy as np

from benchmarks.result import Result, share_of
from mnist_core import Reader, load_reader
from mnist_core.calibration import auroc
from mnist_core.drawing.pen_drawings import CANVAS, PENS, TEST_WRITERS, draw_on_canvas
from mnist_core.drawing.symbol_drawings import TEST_KINDS
from mnist_core.drawing.typefaces import divide, make_letters
from mnist_core.intervals import bootstrap_interval
from mnist_core.preprocessing import Picture
from mnist_core.sources.fonts import load_fonts, local_fonts
from mnist_core.sources.pens import load_pens, local_pens
from mnist_core.sources.symbols import load_symbols, local_symbols

SEED = 1
LETTERS = 4_000
SHOWN = 160  # pixels, how tall a symbol is shown on the canvas


def measure_refusing() -> list[Result]:
    """Return how letters and symbols are told from digits, as far as they are at hand."""
    if not local_pens():
        print("skip refusing: set PEN_STROKES to recorded strokes, see mnist_core/sources/pens.py")
        return []
    reader = load_reader()
    digits = judge(reader, pens_on_canvas())
    results = []
    for name, find in (
        ("letters of typefaces never seen", letters),
        ("symbols of kinds never seen", symbols),
    ):
        if len(pictures := find()):
            results += compare(name, digits, judge(reader, pictures))
    return results


Judged = tuple[np.ndarray, np.ndarray]


def judge(reader: Reader, pictures: list[Picture]) -> Judged:
    """Return the digitness of each picture, and whether it is called a digit."""
    readings = [reader.read(picture) for picture in pictures]
    called = np.array([reading.verdict == "digit" for reading in readings])
    return np.array([reading.digitness for reading in readings], np.float32), called


def compare(name: str, digits: Judged, others: Judged) -> list[Result]:
    """Return how often others are called digits, and how well digitness tells them apart."""
    answered, called = float(digits[1].mean()), float(others[1].mean())
    apart = auroc(digits[0], others[0])
    low, high = bootstrap_interval(auroc, digits[0], others[0])
    return [
        Result(
            f"{name} called a digit",
            f"{share_of(int(others[1].sum()), len(others[1]))}, while {answered:.2%} of digits "
            "are answered",
            "2 %, while 97 % are",
            called <= 0.02 and answered >= 0.97,
        ),
        Result(
            f"AUROC of digitness, digits against {name}",
            f"{apart:.4f} (95 % interval {low:.4f} to {high:.4f})",
            "0.99",
            apart >= 0.99,
        ),
    ]


def pens_on_canvas() -> list[Picture]:
    """Return every digit of the strangers, drawn with one width of pen after the other."""
    pens, rng = load_pens().of_writers(*TEST_WRITERS), np.random.default_rng(SEED)
    return [
        draw_on_canvas(strokes, PENS[i % len(PENS)], rng) for i, strokes in enumerate(pens.strokes)
    ]


def letters() -> list[Picture]:
    """Return letters that do not look like digits."""
    if not local_fonts():
        print("skip letters: python -m mnist_core train --recipe pen-cnn fetches the typefaces")
        return []
    return make_letters(divide(load_fonts())[1], LETTERS, np.random.default_rng(SEED))


def symbols() -> list[Picture]:
    """Return drawn symbols, enlarged to a drawing's size and light on a black canvas."""
    if not local_symbols():
        print("skip symbols: python -m mnist_core train --recipe pen-cnn fetches them")
        return []
    margin = (CANVAS - SHOWN) // 2
    drawn = load_symbols().of_kinds(*TEST_KINDS).images
    return [np.pad(cv2.resize(image, (SHOWN, SHOWN)), margin) for image in drawn]
