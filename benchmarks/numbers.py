"""How well numbers of several digits are read, beside perfect cutting and the way of other apps.

`python -m benchmarks numbers --tune` fits the weights of the lattice instead.
"""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import cv2
import numpy as np

from benchmarks.number_drawings import (
    CLEAR_LETTERS,
    Hands,
    Written,
    bars_last,
    draw,
    is_available,
    load_hands,
    with_single_strokes,
    without_lifting,
    write,
)
from benchmarks.number_peers import adaptive, boxes_by_contours, otsu, read_by_contours
from benchmarks.photographs import Photograph, take_photograph
from benchmarks.result import Result, share_of
from mnist_core import Number, Reader, load_reader
from mnist_core.evaluation.reliability import calibration_error
from mnist_core.inference.pages import Page
from mnist_core.pictures import Picture
from mnist_core.preprocessing import prepare

T = TypeVar("T")

SEED = 11
DISTANCES = (25, 12, 0, -12)  # pixels between the ink of digits that are 100 pixels tall
NUMBERS = 300  # for each distance
LETTERS = 200  # pages
ONE_EACH = 1_000  # single digits at most
TIMED = 60
PHOTOGRAPHS, BLANK_PAGES = 100, 20


def measure_numbers() -> list[Result]:
    """Return the figures on writers that nothing was fitted on, or nothing without them."""
    if not is_available():
        print("skip numbers: set UNIPEN to recorded characters, see mnist_core/data/characters.py")
        return []
    reader, hands = load_reader(), load_hands(reported=True)
    rng = np.random.default_rng(SEED)
    return [
        *at_each_distance(reader, hands, rng),
        *drawn_otherwise(reader, hands, rng),
        *single_digits(reader, hands, rng),
        pages_of_letters(reader, rng),
        *photographs(reader, hands, rng),
        speed(reader, hands, rng),
    ]


def some_numbers(
    hands: Hands, distance: float, rng: np.random.Generator, length: int = 4, n: int = NUMBERS
) -> list[Written]:
    """Return numbers by random writers."""
    return [write(hands[int(rng.integers(len(hands)))], length, distance, rng) for _ in range(n)]


def at_each_distance(reader: Reader, hands: Hands, rng: np.random.Generator) -> list[Result]:
    """Return the share of numbers of four digits that are read right, for each distance."""
    results: list[Result] = []
    counted: list[bool] = []
    numbers: list[Number] = []
    right: list[bool] = []
    for distance in DISTANCES:
        written = some_numbers(hands, distance, rng)
        texts = [each.text for each in written]
        perfect = [cut_perfectly(reader, each) for each in written]
        drawn = [reader.read_number(strokes=each.strokes) for each in written]
        pictures = [draw(each.strokes) for each in written]
        seen = [reader.read_number(picture) for picture in pictures]
        peers = [
            share([read_by_contours(reader, picture, how) for picture in pictures], texts)
            for how in (otsu, adaptive)
        ]
        best, ours = share(perfect, texts), share([number.text for number in drawn], texts)
        in_pictures = share([number.text for number in seen], texts)
        counted += [len(number.text) == 4 for number in drawn]
        numbers += drawn
        right += [a.text == b for a, b in zip(drawn, texts, strict=True)]
        beside = f"perfect cutting {best:.1%}, contours {peers[0]:.1%}, adaptive {peers[1]:.1%}"
        results += [
            Result(
                f"numbers of four digits drawn {distance} px apart, all right",
                f"{share_of(round(ours * len(texts)), len(texts))}; {beside}",
                "at most 1 point below perfect cutting",
                ours >= best - 0.01,
            ),
            Result(
                f"pictures of numbers {distance} px apart, all right",
                share_of(round(in_pictures * len(texts)), len(texts)),
                {25: "85 %", 12: "85 %", 0: "60 %"}.get(distance, "shown"),
                in_pictures >= {25: 0.85, 12: 0.85, 0: 0.6}.get(distance, 0),
            ),
        ]
    trusted = np.array([number.confidence for number in numbers], np.float32)
    error = calibration_error(trusted, np.array(right))
    return [
        *results,
        Result(
            "number of digits right, drawn, any distance",
            share_of(sum(counted), len(counted)),
            "98 %",
            sum(counted) >= 0.98 * len(counted),
        ),
        Result("calibration error of numbers", f"{error:.2%}", "shown", True),
    ]


def cut_perfectly(reader: Reader, written: Written) -> str:
    """Return the text where each digit's own strokes are read alone."""
    read = []
    for place in range(len(written.text)):
        own = [
            s for s, owner in zip(written.strokes, written.owners, strict=True) if owner == place
        ]
        number = reader.read(draw(own))
        read.append(number.candidates[0])
    return "".join(map(str, read))


def share(read: Sequence[str], texts: Sequence[str]) -> float:
    """Return the share of texts that are read right."""
    return float(np.mean([a == b for a, b in zip(read, texts, strict=True)]))


def drawn_otherwise(reader: Reader, hands: Hands, rng: np.random.Generator) -> list[Result]:
    """Return the figures for numbers drawn in one stroke, and with the bars drawn last."""
    single = [hand for hand in map(with_single_strokes, hands) if hand]
    ways: tuple[tuple[str, list[Written], str, float], ...] = (
        (
            "numbers of four digits drawn without lifting the pen",
            [without_lifting(each) for each in some_numbers(single, 12, rng)],
            "60 %",
            0.6,
        ),
        (
            "numbers of four digits with all bars drawn last",
            [bars_last(each) for each in some_numbers(hands, 12, rng)],
            "shown",
            0,
        ),
    )
    results = []
    for what, written, bar, least in ways:
        right = sum(reader.read_number(strokes=each.strokes).text == each.text for each in written)
        measured = share_of(right, len(written))
        results.append(Result(what, measured, bar, right >= least * len(written)))
    return results


def single_digits(reader: Reader, hands: Hands, rng: np.random.Generator) -> list[Result]:
    """Return how often one digit is read as one, and read alike by both ways."""
    glyphs = [(name, g) for hand in hands for name, each in hand.items() for g in each]
    chosen = [glyphs[int(i)] for i in rng.permutation(len(glyphs))[:ONE_EACH]]
    numbers = [reader.read_number(strokes=glyph) for _, glyph in chosen]
    alone = [reader.read(draw(glyph)).candidates[0] for _, glyph in chosen]
    several = [len(number.text) > 1 for number in numbers]
    broken = [
        len(number.text) == 1
        for number, (name, glyph) in zip(numbers, chosen, strict=True)
        if name in "457" and len(glyph) > 1
    ]
    right = sum(number.text == name for number, (name, _) in zip(numbers, chosen, strict=True))
    right_alone = sum(str(a) == name for a, (name, _) in zip(alone, chosen, strict=True))
    n = len(chosen)
    return [
        Result(
            "one digit is not read as several",
            share_of(n - sum(several), n),
            "99.7 %",
            sum(several) <= 0.003 * n,
        ),
        Result(
            "one digit by the lattice, right",
            f"{share_of(right, n)}; by reader.read {right_alone / n:.2%}",
            "shown",
            True,
        ),
        Result(
            "broken 5s, barred 7s and 4s of several strokes, read as one digit",
            share_of(sum(broken), len(broken)),
            "98 %",
            sum(broken) >= 0.98 * len(broken),
        ),
    ]


def pages_of_letters(reader: Reader, rng: np.random.Generator) -> Result:
    """Return how many pages of letters give a number: three rows of clear letters each."""
    spelling = load_hands(reported=True, labels=CLEAR_LETTERS, pens=False)
    given = 0
    for _ in range(LETTERS):
        hand = spelling[int(rng.integers(len(spelling)))]
        rows = [write(hand, int(rng.integers(4, 8)), 20, rng).strokes for _ in range(3)]
        strokes = [stroke + [0, 180 * k] for k, row in enumerate(rows) for stroke in row]
        given += bool(reader.read_number(strokes=strokes).text)
    return Result(
        "pages of letters that give a number",
        share_of(given, LETTERS),
        "2 %",
        given <= 0.02 * LETTERS,
    )


def speed(reader: Reader, hands: Hands, rng: np.random.Generator) -> Result:
    """Compare a drawn number of four digits with one picture of a digit."""
    written = some_numbers(hands, 12, rng, n=TIMED)
    pictures = [draw(each.strokes) for each in some_numbers(hands, 12, rng, length=1, n=TIMED)]
    ours = median_ms(lambda each: reader.read_number(strokes=each.strokes), written)
    one = median_ms(reader.read, pictures)
    return Result(
        "a drawn number of four digits, median",
        f"{ours:.1f} ms, {ours / one:.1f} x a picture of one digit",
        "15 ms",
        ours <= 15,
    )


def median_ms(read: Callable[[T], object], inputs: Sequence[T]) -> float:
    """Return the median milliseconds of a call, after a warm-up."""
    times = []
    for each in [*inputs[:5], *inputs]:
        began = time.perf_counter()
        read(each)
        times.append(time.perf_counter() - began)
    return float(np.median(times[5:]) * 1e3)


def photographs(reader: Reader, hands: Hands, rng: np.random.Generator) -> list[Result]:
    """Return how many digits of made photographs are found and right, and how many are invented."""
    n = found = invented = by_contours = 0
    for _ in range(PHOTOGRAPHS):
        photograph = take_photograph(hands, rng)
        page = reader.read_page(photograph.picture)
        right, wrong = compare_page(page, photograph)
        n, found, invented = n + len(photograph.digits), found + right, invented + wrong
        grey = cv2.cvtColor(photograph.picture, cv2.COLOR_RGB2GRAY)
        by_contours += found_by_contours(reader, grey, photograph)
    blank = [
        len(reader.read_page(take_photograph(hands, rng, is_blank=True).picture).numbers)
        for _ in range(BLANK_PAGES)
    ]
    beside = f"adaptive threshold with contours {by_contours / n:.1%}"
    return [
        Result(
            f"digits in {PHOTOGRAPHS} made photographs, found and right",
            f"{share_of(found, n)}; {beside}",
            "95 %",
            found >= 0.95 * n,
        ),
        Result(
            "digits found where there is none, a page",
            f"{invented / PHOTOGRAPHS:.2f}; on an empty page {np.mean(blank):.2f}",
            "1",
            invented <= PHOTOGRAPHS and sum(blank) <= BLANK_PAGES,
        ),
    ]


def compare_page(page: Page, photograph: Photograph) -> tuple[int, int]:
    """Return how many digits of a photograph are right, and how many were found where none is."""
    read = [digit for number in page.numbers for digit in number.number.digits]
    if not len(photograph.centres):
        return 0, len(read)
    shown = cv2.perspectiveTransform(photograph.centres.reshape(-1, 1, 2), page.transform).reshape(
        -1, 2
    )
    right, invented = 0, 0
    for digit in read:
        near = np.abs(shown - digit.box.middle).max(axis=1)
        closest = int(near.argmin())
        if near[closest] > 0.5 * digit.box.size:
            invented += 1
        else:
            right += photograph.digits[closest] == str(digit.digit)
    return right, invented


def found_by_contours(reader: Reader, grey: Picture, photograph: Photograph) -> int:
    """Return how many digits of a photograph other apps' way finds and reads right."""
    ink = adaptive(grey)
    boxes = boxes_by_contours(ink)
    steps = [prepare(np.pad(ink[y : y + h, x : x + w], 8)) for x, y, w, h in boxes]
    kept = [(box, each) for box, each in zip(boxes, steps, strict=True) if each]
    if not kept:
        return 0
    read = reader.logits(np.stack([each.centred for _, each in kept])).argmax(axis=1)
    middles = np.array([(x + w / 2, y + h / 2) for (x, y, w, h), _ in kept])
    right = 0
    for centre, digit in zip(photograph.centres, photograph.digits, strict=True):
        apart = np.abs(middles - centre).max(axis=1)
        closest = int(apart.argmin())
        right += bool(apart[closest] <= 15 and str(read[closest]) == digit)
    return right
