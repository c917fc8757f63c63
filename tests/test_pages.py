"""Every page under AppTest: it opens, and says what it should whatever it is given."""

import ast
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from mnist_core import Number, Reader, Reading
from mnist_core.models.registry import find_model
from mnist_core.preprocessing import prepare
from ui.components import pictures, resources
from ui.components.drawing import Drawing
from ui.draw import opinions as second_opinions

pytestmark = pytest.mark.usefixtures("no_caches")

ROOT = Path(__file__).parents[1]
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))


class FakeReader(Reader):
    """A reader that reads whatever the test wants."""

    def __init__(self, reading: Reading) -> None:
        super().__init__(find_model(None))
        self.reading = reading

    def read(self, image: np.ndarray) -> Reading:
        assert image.dtype == np.uint8
        return self.reading

    def read_number(self, picture: np.ndarray | None = None, *, strokes=None) -> Number:
        return Number("", 0.0)


def reading(verdict: str, *probable: tuple[int, float]) -> Reading:
    """Return a reading of a 7 with a verdict of its own."""
    probabilities = np.full(10, (1 - sum(p for _, p in probable)) / 10, np.float32)
    for digit, probability in probable:
        probabilities[digit] += probability
    steps = None if verdict == "blank" else prepare(SEVEN)
    return Reading(verdict, probabilities, 5.0, steps)


SEVEN = cv2.polylines(
    np.full((280, 280, 3), pictures.PAPER, np.uint8),
    [np.array([[90, 70], [190, 72], [130, 215]])],
    isClosed=False,
    color=pictures.INK,
    thickness=16,
)
STROKE = {"type": "Path", "path": [["M", 90, 70], ["L", 190, 72], ["L", 130, 215]]}


def png(picture: np.ndarray) -> bytes:
    return pictures.encode_png(Image.fromarray(picture))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Callable[[Reading], None]:
    """Return a function that decides what will be read."""

    def decide(reading: Reading) -> None:
        monkeypatch.setattr(resources, "load_reader", lambda name=None: FakeReader(reading))

    return decide


@pytest.fixture
def app(tiny_model: Path, data_root: Path) -> AppTest:
    """The app, where a small model is the default one."""
    shutil.copytree(tiny_model, data_root / "models" / "pen-cnn")
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)


def draw(app: AppTest, *marks: dict[str, object]) -> AppTest:
    """Put a drawing on the canvas of the Draw page."""
    drawing = Drawing()
    drawing.replace([*marks], png(SEVEN))
    app.session_state["drawing"] = drawing
    return app.run()


def headline(app: AppTest) -> str:
    return str(app.header[0].value)


def told(app: AppTest) -> str:
    """Return all the plain text of the page."""
    return "\n".join(element.value for element in [*app.markdown, *app.caption])


def bars(app: AppTest) -> str:
    """Return the HTML of the page, in which the bars are."""
    return "\n".join(element.proto.body for element in app.get("html"))


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens(app, page):
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    assert not app.error
    assert app.title


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_its_frame_before_anything_else(page):
    """A fresh server that is first asked for this page runs it without app.py."""
    script = ast.parse((ROOT / "pages" / f"{page}.py").read_text("utf-8"))
    done = [statement for statement in script.body if not isinstance(statement, ast.FunctionDef)]
    calls = [node for step in done for node in ast.walk(step) if isinstance(node, ast.Call)]
    first = min(calls, key=lambda call: (call.lineno, call.col_offset))
    assert ast.unparse(first) == "open_page()"


@pytest.mark.parametrize("page", ["about", "draw"])
def test_every_page_that_needs_a_model_explains_that_there_is_none(app, monkeypatch, page):
    def nothing(name: str | None = None) -> None:
        raise resources.ModelError("There is no model __at all__.")

    monkeypatch.setattr(resources, "load_reader", nothing)
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    assert r"There is no model \_\_at all\_\_." in app.error[0].value


def test_draw_invites_to_draw(app):
    app.run()
    assert headline(app) == "Draw a digit"
    assert app.title[0].value == "Inkling"


@pytest.mark.parametrize(
    ("verdict", "probable", "expected", "line"),
    [
        ("digit", [(7, 0.998)], "I read 7", "Almost certain · 99.8 %"),
        ("digit", [(7, 1.0)], "I read 7", "Almost certain · >99.9 %"),
        ("digit", [(2, 0.8)], "I read 2", "Fairly sure · 82.0 %"),
        ("unsure", [(4, 0.5), (9, 0.4)], "4 or 9?", "A close call · 51.0 % against 41.0 %"),
        (
            "not a digit",
            [(3, 0.9)],
            "This does not look like a digit",
            "I only know 0 to 9.",
        ),
        ("blank", [], "Draw a digit", "There is too little ink to read yet"),
    ],
)
def test_draw_answers(app, reads, verdict, probable, expected, line):
    reads(reading(verdict, *probable))
    draw(app, STROKE)
    assert not app.exception
    assert headline(app) == expected
    assert line in told(app)
    assert ("Probability of each digit. " in bars(app)) == (verdict != "blank")
    assert ("If it had to be a digit" in told(app)) == (verdict == "not a digit")


def test_what_looks_like_no_digit_is_read_anyway_on_request(app, reads):
    reads(reading("not a digit", (3, 0.6)))
    draw(app, STROKE)
    press(app, "Read it anyway")
    assert headline(app) == "A 3, if it is a digit"
    assert "The closest of the ten digits · 64.0 %" in told(app)
    assert not [button for button in app.button if button.label == "Read it anyway"]


def test_another_drawing_is_judged_anew(app, reads):
    reads(reading("not a digit", (3, 0.6)))
    draw(app, STROKE)
    press(app, "Read it anyway")
    other = reading("not a digit", (5, 0.6))
    reads(replace(other, steps=replace(other.steps, centred=255 - other.steps.centred)))
    st.cache_resource.clear()
    draw(app, STROKE)
    assert headline(app) == "This does not look like a digit"


def test_pictures_and_charts_have_alternative_texts(app):
    draw(app, STROKE)
    pictures = [picture.proto.imgs[0].alt for picture in app.get("image")]
    assert len(pictures) == 4
    assert all(pictures)
    assert 'role="img" aria-label="Probability of each digit. 7: ' in bars(app)


def live_reading(app: AppTest) -> list[dict[str, object]]:
    """Return what the browser is told for reading while one draws, if it is to do so."""
    parts = [part.proto for part in app.get("bidi_component")]
    return [json.loads(part.json) for part in parts if part.component_name == "inkling_live"]


def test_the_browser_is_told_what_to_read_with_and_of_each_answer(app):
    app.run()
    (empty,) = live_reading(app)
    draw(app, STROKE)
    (drawn,) = live_reading(app)
    assert drawn["model"] == empty["model"]
    assert drawn["answer"] != empty["answer"]
    assert not drawn["is_number"]
    app.session_state["input_method"] = "Picture"
    app.run()
    assert not app.exception
    assert live_reading(app) == []


def test_draw_takes_what_the_canvas_sends(app, reads):
    reads(reading("digit", (7, 0.99)))
    url = pictures.picture_url(Image.fromarray(SEVEN))
    sent = {"raw": {"objects": [STROKE]}, "data": url}
    app.session_state["canvas"] = {"drawing": sent, "backgroundFit": None}
    app.run()
    assert headline(app) == "I read 7"


def test_clear_and_undo_change_the_answer_at_once(app, reads):
    reads(reading("digit", (7, 0.99)))
    draw(app, STROKE)
    press(app, "Clear")
    assert headline(app) == "Draw a digit"
    press(app, "Undo")
    assert headline(app) == "I read 7"


@pytest.mark.parametrize(
    "sent",
    [
        {"raw": {"objects": []}, "data": "no picture"},
        {"raw": {"objects": [1]}, "data": "data:image/png;base64,AAAA"},
        {"raw": {"marks": []}, "data": "data:image/png;base64,AAAA"},
        {"raw": {"objects": 1}, "data": "data:image/png;base64,AAAA"},
    ],
)
def test_draw_explains_a_drawing_that_arrives_damaged(app, sent):
    app.session_state["canvas"] = {"drawing": sent, "backgroundFit": None}
    app.run()
    assert not app.exception
    assert "arrived damaged" in app.error[0].value


@pytest.mark.parametrize(
    "mark",
    [
        {"type": "Path", "path": [["M", float("nan"), 70], ["L", 190, 72]]},
        {**STROKE, "strokeWidth": float("inf")},
        {**STROKE, "strokeWidth": 10**400},
    ],
)
def test_draw_explains_strokes_that_arrive_damaged(app, mark):
    draw(app, mark)
    assert not app.exception
    assert "arrived damaged" in app.error[0].value


def test_surprise_me_puts_a_real_digit_on_the_canvas(app, reads):
    reads(reading("digit", (3, 0.99)))
    app.run()
    press(app, "Surprise me")
    assert headline(app) == "I read 3"
    marks = app.session_state["drawing"].marks
    assert [mark["type"] for mark in marks] == ["Image"]


def test_the_paper_stays_wide_while_ink_lies_on_its_right_half(app, reads):
    reads(reading("digit", (3, 0.99)))
    app.run()
    press(app, "Wider")
    press(app, "Surprise me")
    (narrower,) = [button for button in app.button if button.label == "Narrower"]
    assert not narrower.disabled
    drawing = app.session_state["drawing"]
    right = {"type": "Path", "path": [["M", 400, 70], ["L", 490, 72]]}
    drawing.replace([*drawing.marks, right], drawing.png)
    app.run()
    (narrower,) = [button for button in app.button if button.label == "Narrower"]
    assert narrower.disabled


def test_draw_survives_a_visit_to_another_page(app, reads):
    reads(reading("digit", (7, 0.99)))
    draw(app, STROKE)
    app.switch_page("pages/draw.py").run()
    assert headline(app) == "I read 7"


def test_a_damaged_default_model_gives_way_to_another(app, data_root, tiny_model):
    shutil.copytree(tiny_model, data_root / "models" / "another")
    (data_root / "models" / "pen-cnn" / "model.tflite").write_bytes(b"damaged")
    draw(app, STROKE)
    assert not app.exception
    assert not app.error
    assert "damaged" in app.warning[0].value
    assert "another is used instead" in app.warning[0].value
    assert headline(app) != "Draw a digit"


@pytest.mark.parametrize("input_method", ["Picture", "Camera"])
def test_a_picture_is_read(app, reads, input_method):
    reads(reading("digit", (7, 0.99)))
    hand_over(app, input_method, png(SEVEN))
    assert not app.error
    assert headline(app) == "I read 7"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no picture at all", "not a picture"),
        (b"", "empty"),
        (png(SEVEN)[:300], "damaged"),
        (png(SEVEN[:1, :1]), "at least"),
    ],
)
@pytest.mark.parametrize("input_method", ["Picture", "Camera"])
def test_a_bad_picture_is_explained_and_the_drawing_kept(app, reads, input_method, content, reason):
    reads(reading("digit", (7, 0.99)))
    draw(app, STROKE)
    hand_over(app, input_method, content)
    assert not app.exception
    assert reason in app.error[0].value
    choose(app, "Draw")
    assert not app.error
    assert headline(app) == "I read 7"


@pytest.mark.parametrize("input_method", ["Picture", "Camera"])
def test_a_file_larger_than_the_uploader_lets_through_is_refused(app, input_method, monkeypatch):
    monkeypatch.setenv("INKLING_PICTURE_MEGABYTES", "1")
    hand_over(app, input_method, png(SEVEN) + bytes(2**20))
    assert not app.exception
    assert "larger than 1 MB" in app.error[0].value


@pytest.fixture
def opinions(app: AppTest, tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The app, where three models ship, and somebody who has opened the second opinions."""
    shipped = tiny_model.parent / "shipped"
    for name in ("pen-cnn", "another", "damaged"):
        shutil.copytree(tiny_model, shipped / name, dirs_exist_ok=True)
    (shipped / "damaged" / "model.tflite").write_bytes(b"damaged")
    monkeypatch.setattr("mnist_core.models.registry.SHIPPED", shipped)
    app.run()
    app.session_state["opinions"] = True
    return app.run()


def test_second_opinions_wait_for_ink(opinions):
    assert "appears here once you draw" in told(opinions)


def test_second_opinions_tell_who_agrees_and_leave_out_the_damaged(opinions):
    draw(opinions, STROKE)
    assert not opinions.exception
    assert "2 of 2 networks agree" in told(opinions)
    assert "| Quick CNN | ✓ " in told(opinions)


@pytest.mark.parametrize(
    ("verdict", "digit", "row"),
    [("digit", 1, "| Quick CNN | ✗ **1** | "), ("not a digit", 1, "| Quick CNN | ✗ no")],
)
def test_second_opinions_tell_who_differs(tiny_model, verdict, digit, row):
    other = reading(verdict, (digit, 0.9))
    assert second_opinions.row(Reader(tiny_model), other, reading("digit", (7, 0.9))).startswith(
        row
    )


def test_one_model_alone_has_no_second_opinion(app, tmp_path, monkeypatch):
    monkeypatch.setattr("mnist_core.models.registry.SHIPPED", tmp_path)
    assert not app.run().expander


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click()
    app.run()
    assert not app.exception


def choose(app: AppTest, input_method: str) -> None:
    app.get_by_key("input_method").set_value(input_method).run()
    assert not app.exception


def hand_over(app: AppTest, input_method: str, content: bytes) -> None:
    """Hand a picture file to the app."""
    app.run()
    choose(app, input_method)
    if input_method == "Picture":
        app.file_uploader[0].upload("digit.png", content)
    else:
        app.camera_input[0].upload("digit.jpg", content)
    app.run()
