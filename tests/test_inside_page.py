"""The page Inside under AppTest: nothing drawn, a drawing, a number, a picture, and back."""

import io
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from mnist_core import load_reader
from mnist_core.explanation.activations import activations
from mnist_core.explanation.occlusion import occlude
from mnist_core.models.registry import SHIPPED
from mnist_core.preprocessing import prepare
from mnist_core.sketches.link import encode
from mnist_core.sketches.sketch import PenStroke, Sketch
from tests.helpers.handwriting import side_by_side
from ui.base import session_keys
from ui.components import pictures
from ui.components.chart_files import chart_png
from ui.components.drawing import Drawing
from ui.inside.changes import not_found
from ui.inside.files import csv_of
from ui.inside.ink_chart import ink_png
from ui.inside.kernel_probe import probe_data
from ui.inside.layer_maps import maps_csv, sheet
from ui.inside.layers import SUMS, explain_sums
from ui.inside.reminders import map_csv, map_png

pytestmark = pytest.mark.usefixtures("no_caches")

ROOT = Path(__file__).parents[1]
LINE = [[90, 70], [190, 72], [130, 215]]
STROKE = {"type": "Path", "path": [["M", *LINE[0]], ["L", *LINE[1]], ["L", *LINE[2]]]}


def on_paper(*lines: list[list[int]]) -> np.ndarray:
    paper = np.full((280, 280, 3), pictures.PAPER, np.uint8)
    return cv2.polylines(
        paper, [np.array(line) for line in lines], False, pictures.INK, 16, cv2.LINE_AA
    )


@pytest.fixture
def page() -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    return app.switch_page("pages/inside.py")


def put(page: AppTest, picture: np.ndarray, *marks: dict) -> AppTest:
    drawing = Drawing()
    drawing.replace(
        list(marks) or [{"type": "Image"}], pictures.encode_png(Image.fromarray(picture))
    )
    page.session_state["drawing"] = drawing
    return page.run()


def words(page: AppTest) -> str:
    return "\n".join(one.value for one in (*page.markdown, *page.caption, *page.header))


def test_nothing_drawn_yet_leads_to_draw_or_shows_a_digit(page):
    page.run()
    assert not page.exception and not page.header
    assert "Draw a digit" in words(page)
    [show_me] = [button for button in page.button if button.label == "Show me one"]
    show_me.click().run()
    assert not page.exception and page.header


@pytest.mark.slow
def test_a_drawing_is_explained_from_pixels_to_the_map_and_to_changes(page):
    put(page, on_paper(LINE), STROKE)
    assert not page.exception and not page.error
    assert "**I read 7**" in words(page)
    titles = [header.value for header in page.header]
    assert titles[:3] == [
        "The usual shortcut",
        "Which ink decides",
        "What would make it another digit",
    ]
    assert "The same network reads **7**" in words(page)
    assert "Probability of 7" in words(page)
    assert "digits nearest to yours" in words(page)
    assert "How far to trust the map" in words(page)
    assert "**tutorial-mlp** reads" in words(page) and "**pen-cnn** reads **7**" in words(page)
    # A change is put on the canvas and read as it says.
    buttons = [button for button in page.button if button.label.endswith("on the canvas")]
    assert buttons
    digit = buttons[0].label.split()[2]
    buttons[0].click().run()
    assert not page.exception
    assert digit in page.header[0].value  # "I read 9", or "9 or 7?"


@pytest.mark.slow
def test_a_long_scribble_is_explained(page):
    put(page, on_paper(LINE), *[STROKE] * 401)
    assert not page.exception and not page.error
    assert "**I read 7**" in words(page)


@pytest.mark.slow
def test_of_a_number_one_digit_is_explained(page):
    strokes = [(stroke + 60).astype(int).tolist() for stroke in side_by_side("47")]
    page.session_state[session_keys.LAST_PICTURE] = on_paper(*strokes)
    page.run()
    assert not page.exception and not page.error
    [which] = [one for one in page.get("button_group") if "Which one?" in one.label]
    assert len(which.options) == 2


def test_a_damaged_drawing_is_an_error_in_words(page):
    drawing = Drawing()
    drawing.replace([STROKE], b"no picture")
    page.session_state["drawing"] = drawing
    page.run()
    assert not page.exception
    assert "damaged" in page.error[0].value


def test_a_picture_is_explained_as_draw_has_read_it(page):
    page.session_state[session_keys.LAST_PICTURE] = on_paper(LINE)
    page.run()
    assert not page.exception
    assert "**I read 7**" in words(page)


def test_for_which_digits_nothing_was_found_is_said():
    assert "0, 1, 2, 3, 4, 5, 6, 8 or 9" in not_found(7, [])


def test_numbers_become_csv():
    assert csv_of(("a", "b"), [(1, "x"), (2, "y, z")]) == b'a,b\n1,x\n2,"y, z"\n'


# Layers


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("tutorial-mlp", "has no kernels"),
        ("softmax", "has no kernels"),
        ("keras-convnet", "32 maps of 26 × 26"),
    ],
)
@pytest.mark.slow
def test_every_kind_of_network_is_looked_into(page, model, expected):
    page.session_state[session_keys.CHOSEN_MODEL] = model
    put(page, on_paper(LINE), STROKE)
    assert not page.exception and not page.error
    assert expected in words(page)
    assert "The ten sums" in words(page)
    assert ("has no map" in words(page)) == (model == "tutorial-mlp")


def test_the_sums_tell_the_networks_answer_from_that_of_ones_hand():
    reader, ink = load_reader("softmax"), on_paper(LINE)
    *_, output = activations(reader.network.path, reader.read(ink).ink)
    own = int(output.values.argmax())
    temperature = f"{reader.card.calibration.temperature:.2f}"
    for adapted, answer, taught in (
        (None, own, False),
        ("hand", own, False),
        ("hand", 7, own != 7),
    ):
        subject = SimpleNamespace(
            reader=SimpleNamespace(card=reader.card, adaptation=adapted),
            reading=SimpleNamespace(digit=answer),
        )
        said = explain_sums(output, subject)
        assert temperature in said
        assert ("Your hand makes it a 7." in said) == taught


def test_the_browser_computes_what_the_network_has_computed():
    """kernel_probe.js adds up products in the same order: here with its numbers, in NumPy."""
    ink = prepare(on_paper(LINE)).centred
    layer = activations(SHIPPED / "pen-cnn" / "model.tflite", ink)[0]
    data = probe_data(layer)
    seen = np.pad(np.array(data["seen"]), data["margin"])
    size = len(data["kernels"][0])
    (x, y), kernel = data["place"], np.array(data["kernels"])
    value = (seen[y : y + size, x : x + size] * kernel).sum(axis=(1, 2)) + data["biases"]
    np.testing.assert_allclose(value, layer.values[y, x], atol=1e-3)


def test_a_sheet_shows_every_map():
    maps = np.zeros((3, 3, 20), np.float32)
    maps[1, 1, 19] = 1
    drawn = np.asarray(sheet(maps))
    assert drawn.shape[0] > drawn.shape[1] / 16  # in two rows
    orange = (drawn[..., 0] > 200) & (drawn[..., 2] < 20) & (drawn[..., 3] > 0)
    assert orange.any()
    assert maps_csv(maps).count(b"\n") == 1 + maps.size


# What it reminds the network of


@pytest.mark.slow
def test_what_is_rejected_is_explained_by_the_closest_digit(page):
    put(page, on_paper([[60, 60], [220, 220]], [[220, 60], [60, 220]], [[140, 40], [140, 240]]))
    assert not page.exception
    assert "explains the closest of the ten digits" in words(page)


def test_why_stands_under_an_answer_only(page):
    app = page.switch_page("pages/draw.py").run()
    assert not [link for link in app.get("page_link") if link.proto.label == "Why?"]
    put(app, on_paper(LINE), STROKE)
    assert [link for link in app.get("page_link") if link.proto.label == "Why?"]


@pytest.mark.slow
def test_every_chart_can_be_downloaded():
    ink = prepare(on_paper(LINE)).centred
    places = {
        "x": [0.2, 0.5],
        "y": [0.5, 0.5],
        "digit": ["1", "1"],
        "colour": ["#000000"] * 2,
        "yours": [False, True],
    }
    sums = {**SUMS, "data": {"values": [{"digit": "1", "sum": 2.5}]}}
    files = (
        ink_png(ink, occlude(load_reader(), ink)),
        map_png(places),
        chart_png(sums, 400, 400),
    )
    for file in files:
        assert np.asarray(Image.open(io.BytesIO(file)).convert("L")).std() > 1
    assert map_csv(places).splitlines()[-1] == b"0.5000,0.5000,1,1"


@pytest.mark.slow
def test_the_most_similar_digits_are_shown_when_asked_for(page, no_mnist):
    page.session_state["inside_neighbours"] = True
    put(page, on_paper(LINE), STROKE)
    assert not page.exception and not page.error
    assert "The nearest of 1," in words(page) and "the UCI digits" in words(page)


@pytest.mark.slow
def test_a_shared_link_is_explained(page):
    stroke = PenStroke(np.array(LINE, float), 16)
    page.query_params["d"] = encode(Sketch((stroke,)))
    page.run()
    assert not page.exception and not page.error
    assert "**I read 7**" in words(page)
