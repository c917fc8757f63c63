"""Links that are drawings: how short they are, whether they are read the same, and what opens them.

The drawings are digits and numbers by writers that nothing is fitted on, placed on the paper as
visitors draw them, with the app's pens. What the server does is counted in its own time, so that
what else runs on the machine does not count; opening a link is compared with the bare page in turn.
"""

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Browser, expect

from benchmarks.number_drawings import is_available, load_hands, write
from benchmarks.result import Result, share_of
from benchmarks.serving import BARE_PAGE, READ, ROUNDS, quiet_server, visit
from devtools.browser import PATIENCE, chromium
from devtools.server import APP, ROOT
from mnist_core import Number, Reader, Reading, load_reader
from mnist_core.data.characters import load_characters
from mnist_core.data.pens import load_pens, local_pens
from mnist_core.sketches.link import decode
from mnist_core.sketches.sketch import HEIGHT, PenStroke, Sketch
from mnist_core.synthesis.pen_drawings import TEST_WRITERS, random_height
from mnist_core.synthesis.strangers import digits_of, reported_characters
from ui.components.address import answer_of, link_of
from ui.components.several_digits import find_number
from ui.components.sketches import in_ink, picture_of
from ui.draw.share_animation import animate
from ui.draw.share_answer import answer_in_words
from ui.draw.share_picture import code_of, picture_with_answer

SEED = 22
PENS = (8, 16, 26)  # pixels, the app's
DIGITS = 1_000  # of each set
NUMBERS = 1_000
CODES = 100
FILMS = 60
DISTANCE = 12  # pixels between the ink of neighbours, where digits are 100 pixels tall
HOST = "https://inkling.streamlit.app/?d="

Strokes = Sequence[NDArray[np.generic]]
Read = tuple[Reading, Number | None]
Made = tuple[str, bool, float]


def measure_share() -> list[Result]:
    """Return the figures, those of links only where recorded strokes are on this machine."""
    if not (local_pens() and is_available()):
        print("skip links: set PEN_STROKES and UNIPEN to recorded strokes")
        return opening("AeNgZBdYwNjD-IuRfSrjPiYA")
    reader, rng = load_reader(), np.random.default_rng(SEED)
    pens, strangers = (
        load_pens().of_writers(*TEST_WRITERS),
        digits_of(reported_characters(load_characters())),
    )
    drawn = {
        name: [place(some[int(i)], PENS[n % 3], rng) for n, i in enumerate(chosen)]
        for name, some in (("UCI's test writers", pens.strokes), ("strangers", strangers.strokes))
        for chosen in [rng.permutation(len(some))[:DIGITS]]
    }
    results, links = [], []
    for name, sketches in drawn.items():
        made = [make_link(reader, sketch) for sketch in sketches]
        links += [link for link, *_ in made]
        results += judge_links(f"digits by {name}", made, 150)
    numbers = four_digits(rng)
    results += judge_links(
        "numbers of four digits", [make_link(reader, sketch) for sketch in numbers], 400
    )
    every = len(links) // CODES
    return [
        *results,
        codes(links[::every][:CODES]),
        *films(reader, [sketch for some in drawn.values() for sketch in some[: FILMS // 2]]),
        films(reader, numbers[:FILMS])[0],
        *opening(links[0]),
    ]


def place(strokes: Strokes, pen: int, rng: np.random.Generator) -> Sketch:
    """Return a digit at a random place and in a random size on the paper."""
    points = np.vstack(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = random_height(pen, rng) / max(float((high - low).max()), 1e-6)
    room = np.maximum(HEIGHT - pen - (high - low) * scale, 0)
    offset = rng.uniform(0, 1, 2) * room + pen / 2
    return Sketch(tuple(PenStroke((stroke - low) * scale + offset, pen) for stroke in strokes))


def four_digits(rng: np.random.Generator) -> list[Sketch]:
    """Return numbers of four digits on wide paper, each by one writer."""
    hands = load_hands(reported=True)
    sketches = []
    for i in range(NUMBERS):
        strokes = write(hands[i % len(hands)], 4, DISTANCE, rng).strokes
        points = np.vstack(strokes)
        low, high = points.min(axis=0), points.max(axis=0)
        pen, width = PENS[i % 3], 2 * HEIGHT
        scale = min(*((np.array([width, HEIGHT]) - 2 * pen) / (high - low)), 2.0)
        placed = tuple(PenStroke((stroke - low) * scale + pen, pen) for stroke in strokes)
        sketches.append(Sketch(placed, width))
    return sketches


def read(reader: Reader, sketch: Sketch) -> Read:
    """Return what the page would answer."""
    picture = np.asarray(picture_of(sketch).convert("RGB"))
    reading = reader.read(picture)
    strokes = [stroke.points for stroke in sketch.strokes]
    return reading, find_number(reader, reading, picture, strokes)


def make_link(reader: Reader, sketch: Sketch) -> Made:
    """Return a drawing's link, whether it is read as the drawing is, and the seconds it took."""
    answer = read(reader, sketch)
    began = time.process_time()
    link = link_of(sketch, reader, *answer) or ""
    took = time.process_time() - began
    is_same = bool(link) and answer_of(*read(reader, decode(link))) == answer_of(*answer)
    return link, is_same, took


def judge_links(what: str, made: list[Made], most: int) -> list[Result]:
    """Return how long links are, and how many are read the same."""
    lengths = [len(link) for link, *_ in made if link]
    short = sum(length <= most for length in lengths)
    same = sum(is_same for _, is_same, _ in made)
    milliseconds = median(took for *_, took in made) * 1e3
    figures = f"median {median(lengths):.0f}, 95th percentile {np.percentile(lengths, 95):.0f}"
    return [
        Result(
            f"links of {what} with at most {most} characters",
            f"{share_of(short, len(made))}; {figures}",
            "95 %",
            short >= 0.95 * len(made),
        ),
        Result(
            "the same, read as the drawing is",
            share_of(same, len(made)),
            "99.7 %",
            same >= 0.997 * len(made),
        ),
        Result("the same, made and read once more", f"{milliseconds:.1f} ms", "shown", True),
    ]


def codes(links: list[str]) -> Result:
    """Return how many QR codes OpenCV reads."""
    read_codes = 0
    for link in links:
        picture = np.asarray(in_ink(np.asarray(code_of(HOST + link, 200))).convert("L"))
        read_codes += cv2.QRCodeDetector().detectAndDecode(picture)[0] == HOST + link
    measured = f"{read_codes} of {len(links)}"
    return Result("QR codes read by OpenCV", measured, "all", read_codes == len(links))


def films(reader: Reader, sketches: list[Sketch]) -> list[Result]:
    """Return how large an animation is and how long it takes, and the same of a picture."""
    sizes, seconds, picture_seconds = [], [], []
    for sketch in sketches:
        answer = read(reader, sketch)
        began = time.process_time()
        sizes.append(len(animate(sketch, reader, *answer)))
        seconds.append(time.process_time() - began)
        began = time.process_time()
        picture_with_answer(sketch, answer_in_words(*answer), HOST + "x" * 80)
        picture_seconds.append(time.process_time() - began)
    what = "numbers" if sketches[0].width > HEIGHT else "digits"
    largest, typical = max(sizes), median(seconds)
    return [
        Result(
            f"animations of {what}",
            f"at most {largest / 1e3:.0f} kB, {typical * 1e3:.0f} ms in the middle, "
            f"{np.percentile(seconds, 95) * 1e3:.0f} ms at the 95th percentile",
            "200 kB, 150 ms",
            largest <= 200_000 and typical <= 0.15,
        ),
        Result("a picture", f"{median(picture_seconds) * 1e3:.0f} ms", "shown", True),
    ]


def opening(link: str) -> list[Result]:
    """Compare opening a link with the first answer of the bare page, each on a new server."""
    ours, bare = [], []
    with chromium() as browser, tempfile.TemporaryDirectory() as elsewhere:
        for _ in range(ROUNDS):  # in turn, so that a busy moment meets both
            bare.append(visit(browser, quiet_server(BARE_PAGE, Path(elsewhere))).answer)
            ours.append(open_link(browser, link))
    opened, answered = median(ours), median(bare)
    return [
        Result(
            "server start to the answer to a link",
            f"{opened:.3g} s, {opened / answered:.2f} x the bare page's first answer, "
            f"{answered:.3g} s",
            "1.25 x",
            opened <= 1.25 * answered,
        )
    ]


def open_link(browser: Browser, link: str) -> float:
    """Return the seconds from the start of a server to the answer to a link."""
    began = time.perf_counter()
    with quiet_server(APP, ROOT) as server:
        page = browser.new_page()
        page.goto(f"{server.url}/?d={link}", timeout=PATIENCE)
        expect(page.get_by_role("heading", name=READ)).to_be_visible(timeout=PATIENCE)
        took = time.perf_counter() - began
        page.close()
    return took
