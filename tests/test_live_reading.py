"""Live reading: what the browser reads while the pen moves, and what it leaves to the server."""

import json
import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from helpers.coroutines import run_apart
from helpers.sources import some_pens
from starlette.requests import Request
from starlette.responses import Response

from devtools.live import find_node, read_live
from mnist_core import Hand, Reader, load_reader
from mnist_core.hand.example import Example
from mnist_core.pictures import Picture
from mnist_core.preprocessing import prepare
from mnist_core.synthesis.pen_drawings import draw_on_canvas
from ui.base.wording import explanation, headline
from ui.components.pictures import INK, INK_TO_PAPER, PAPER
from ui.draw import live_files
from ui.draw.live_files import WORKER_NAME, offer_network, offered_file
from ui.draw.live_reading import model_of
from ui.server.live_files import live_files as route
from ui.server.live_files import send_file

PENS = (8, 16, 26)  # of the Draw page
CANVAS = 280
needs_node = pytest.mark.skipif(not find_node(), reason="Node.js is not installed")

PERCENT = re.compile(r"\d+\.\d")


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader("pen-cnn")


def in_ink(drawing: Picture) -> Picture:
    """Return a grey drawing, ink light, as the canvas shows it: uint8 (280, 280, 3)."""
    return np.frombuffer(INK_TO_PAPER, np.uint8).reshape(256, 3)[255 - drawing]


def draw(*strokes: list[tuple[int, int]], pen: int = 16) -> Picture:
    """Return strokes on the canvas, uint8 (280, 280, 3)."""
    drawing = np.zeros((CANVAS, CANVAS), np.uint8)
    for stroke in strokes:
        cv2.polylines(drawing, [np.array(stroke)], False, 255, pen, cv2.LINE_AA)
    return in_ink(drawing)


SEVEN = [(90, 70), (190, 72), (130, 215)]
ONE = [(60, 70), (58, 210)]


def live(reader: Reader, *pictures: Picture) -> list[dict | None]:
    """Return what a browser reads in pictures of the canvas."""
    return read_live(reader, np.stack(pictures)[..., 0]).readings


def test_ink_differs_from_paper_most_in_red():
    """The scripts look at no other colour; the server takes the one that varies most."""
    assert np.argmax(np.abs(np.subtract(INK, PAPER))) == 0


@needs_node
@pytest.mark.slow
def test_the_browser_reads_as_the_server_does(reader):
    rng, pens = np.random.default_rng(0), some_pens()
    chosen = rng.choice(len(pens.labels), 150, replace=False)
    pictures = [
        in_ink(draw_on_canvas(pens.strokes[i], PENS[k % 3], rng)) for k, i in enumerate(chosen)
    ]
    read = [
        (ours, reader.read(picture))
        for ours, picture in zip(live(reader, *pictures), pictures, strict=True)
        if ours is not None
    ]
    assert len(read) > 140
    for ours, theirs in read:
        assert ours["verdict"] == theirs.verdict
        assert np.argmax(ours["probabilities"]) == theirs.candidates[0]
        assert ours["probabilities"] == pytest.approx(theirs.probabilities, abs=0.01)
        if theirs.verdict in ("digit", "unsure"):
            said, wanted = " ".join(ours["words"]), f"{headline(theirs)} {explanation(theirs)}"
            assert PERCENT.sub("#", said) == PERCENT.sub("#", wanted)
            # The browser's weights have 16 bits: the last figure may be another.
            assert percents(said) == pytest.approx(percents(wanted), abs=0.11)


def percents(text: str) -> list[float]:
    """Return the figures in a text that are given to a tenth."""
    return [float(figure) for figure in PERCENT.findall(text)]


@needs_node
def test_the_browser_keeps_the_point_of_an_exclamation_mark_as_the_server_does(reader):
    line, point, speck = [(140, 60), (140, 160)], [(142, 200), (143, 201)], [(200, 110), (201, 110)]
    pictures = [draw(line, point), draw(line, speck), draw(line)]
    read = [each["probabilities"] for each in live(reader, *pictures)]
    for ours, picture in zip(read, pictures, strict=True):
        assert ours == pytest.approx(reader.read(picture).probabilities, abs=0.01)
    assert read[0] != pytest.approx(read[2], abs=1e-4)
    assert read[1] == pytest.approx(read[2], abs=1e-4)


@needs_node
def test_the_browser_says_less_rather_than_something_else(reader):
    blank, dot = draw(), draw([(140, 140), (141, 140)], pen=26)
    frame = [(40, 40), (240, 40), (240, 240), (40, 240), (40, 40)]
    faint = draw(SEVEN).clip(PAPER[0] - 10, None)
    small = draw([(140, 140), (146, 144)], pen=8)
    several = draw(ONE, [(x + 100, y) for x, y in ONE])
    begun = draw(SEVEN, [(240, 70), (240, 90)], pen=12)
    cut = draw([(0, y) for y in (0, 280)], [(0, 1), (280, 1)], SEVEN, pen=30)
    left = live(reader, blank, faint, several, begun, cut, small, draw(frame, SEVEN))
    assert left == [None] * len(left)
    (read,) = live(reader, dot)
    assert (read["verdict"], read["digits"]) == ("not a digit", [])
    assert read["words"] == ["No digit yet", "Go on drawing"]


@needs_node
def test_what_a_hand_corrects_is_left_to_the_server(reader):
    steps = prepare(draw(SEVEN))
    agreeing = reader.with_hand(Hand([Example(steps.centred, 7)]))
    (read,) = live(agreeing, draw(SEVEN))
    assert read["digits"] == [7]
    corrected = reader.with_hand(Hand([Example(steps.centred, 1)]))
    assert model_of(corrected)["left_to_the_server"] == [7]
    assert live(corrected, draw(SEVEN), draw(ONE))[0] is None
    refused = reader.with_hand(Hand([Example(steps.centred, None)]))
    assert live(refused, draw(SEVEN)) == [None]


@needs_node
def test_a_network_that_knows_no_outliers_has_its_judge_in_the_browser_too():
    reader = load_reader("quick-cnn")
    told = model_of(reader)
    assert told["judge"] == load_reader("pen-cnn").card.checksums["model.tflite"]
    scribble = draw([(x, 60 + 150 * (x // 10 % 2)) for x in range(40, 240, 10)], pen=8)
    for ours, picture in zip(
        live(reader, draw(SEVEN), scribble), (draw(SEVEN), scribble), strict=True
    ):
        assert ours["verdict"] == reader.read(picture).verdict


def fetch(name: str) -> Response:
    """Return what the server answers a browser."""
    request = Request({"type": "http", "path_params": {"name": name}})
    return run_apart(send_file(request))


def test_networks_are_found_by_their_checksum_and_kept_for_good(reader):
    network = fetch(model_of(reader)["network"])
    assert network.status_code == 200
    assert network.headers["content-type"] == "application/octet-stream"
    assert "immutable" in network.headers["cache-control"]
    assert len(network.body) < 1_000_000
    script = fetch(WORKER_NAME)
    assert script.headers["content-type"].startswith("text/javascript")
    assert b"self.onmessage" in script.body


@pytest.mark.parametrize("name", ["nothing", "../app.py", "\0", "x" * 2000])
def test_what_is_not_offered_is_nothing_and_no_error(name):
    """A browser would report an error in its console."""
    assert (fetch(name).status_code, fetch(name).body) == (204, b"")


def test_what_a_browser_cannot_run_or_is_too_large_is_not_sent(tmp_path, monkeypatch, tiny_model):
    (tmp_path / "model.tflite").write_bytes(b"damaged")
    assert offered_file(offer_network("damaged", tmp_path / "model.tflite")) is None
    assert offered_file(offer_network("missing", tmp_path / "missing.tflite")) is None
    monkeypatch.setattr(live_files, "MOST_BYTES", 10)
    assert offered_file(offer_network("large", tiny_model / "model.tflite")) is None


def test_only_so_many_networks_are_remembered(monkeypatch):
    monkeypatch.setattr(live_files, "_offered", {})
    for number in range(live_files.MOST_OFFERED + 5):
        offer_network(str(number), Path("nowhere"))
    assert len(live_files._offered) == live_files.MOST_OFFERED


def test_below_a_sub_path_files_are_too(monkeypatch):
    monkeypatch.setattr("streamlit.get_option", lambda name: "/inkling/")
    assert route().path == "/inkling/live/{name}"


def test_what_the_browser_is_told_is_short(reader):
    assert len(json.dumps(model_of(reader))) < 500
