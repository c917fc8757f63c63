"""What the networks that ship say of one drawing, and how quickly."""

import time
from pathlib import Path
from statistics import median

import cv2
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mnist_core import load_reader
from mnist_core.models.registry import SHIPPED
from mnist_core.sketches.sketch import PenStroke, Sketch
from tests.helpers.handwriting import side_by_side
from ui.components.drawing import Drawing
from ui.components.resources import shipped_models, shipped_readers
from ui.components.sketches import put_sketch_on_canvas
from ui.draw.opinions import ask, ask_for_number

ROOT = Path(__file__).parents[1]
MOST = 0.005  # seconds of a core, for all of them together
STROKES = [np.asarray(stroke) + [40, 90] for stroke in side_by_side("42")]


def test_every_model_that_ships_is_asked_the_default_one_first():
    assert shipped_models()[0] == "pen-cnn"
    assert set(shipped_models()) == {path.name for path in SHIPPED.glob("[!.]*")}


def test_what_a_network_says_is_what_it_would_read(seven):
    reading = load_reader().read(seven)
    for reader in shipped_readers():
        opinion, read = ask(reader, reading), reader.read(seven)
        assert opinion.verdict == read.verdict
        assert opinion.probabilities.tolist() == read.probabilities.tolist()


def test_all_of_them_together_take_a_moment(seven):
    reading = load_reader().read(seven)
    asked = shipped_readers()
    seconds = []
    for _ in range(50):
        began = time.process_time()  # what else the machine does counts for nothing
        for reader in asked:
            ask(reader, reading)
        seconds.append(time.process_time() - began)
    assert median(seconds) < MOST


def picture_of_a_number(side: int) -> np.ndarray:
    """Return a square photograph of 42, as large as that."""
    scale = side / 280
    picture = np.full((side, side, 3), 255, np.uint8)
    for stroke in STROKES:
        points = np.round(stroke * scale).astype(np.int32)
        cv2.polylines(picture, [points], False, (20, 20, 40), round(14 * scale))
    return picture


@pytest.mark.parametrize("side", [280, 2_000])
def test_of_a_picture_of_a_number_each_network_says_what_it_would_read(side):
    picture = picture_of_a_number(side)
    asked = ask_for_number(picture, None)
    for reader in shipped_readers():
        opinion, read = asked(reader), reader.read_number(picture)
        assert (opinion.text, opinion.confidence) == (read.text, read.confidence)


@pytest.mark.usefixtures("no_caches", "data_root")
def test_networks_agree_with_a_number_only_if_they_read_the_same_number():
    drawing = Drawing()
    sketch = Sketch(tuple(PenStroke(stroke, 8) for stroke in STROKES))
    put_sketch_on_canvas(sketch, drawing)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.session_state["drawing"] = drawing
    app.run()
    app.session_state["opinions"] = True
    app.run()
    assert not app.exception
    assert app.header[0].value == "I read 42"
    table = next(text.value for text in app.markdown if text.value.startswith("| Network"))
    rows = table.splitlines()[2:]
    assert len(rows) == len(shipped_readers())
    agreeing = [row for row in rows if "✓" in row]
    assert agreeing
    assert all("✓ **42** |" in row for row in agreeing)
    assert not any("**42**" in row for row in rows if "✗" in row)
    told = [text.value for text in app.markdown]
    assert f"{len(agreeing)} of {len(rows)} networks agree with the answer (✓)." in told
