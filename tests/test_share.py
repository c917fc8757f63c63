"""Sharing a drawing: the link in the address, what opens it, and the files."""

import io
import re
from base64 import urlsafe_b64encode
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from mnist_core import Reader, load_reader
from mnist_core.sketches.link import decode, encode
from mnist_core.sketches.raster import draw
from mnist_core.sketches.sketch import PenStroke, Sketch
from tests.helpers.handwriting import digit, side_by_side
from ui.components.drawing import Drawing
from ui.components.pictures import encode_png, open_drawing
from ui.components.sketches import in_ink, marks_of, picture_of, put_sketch_on_canvas
from ui.components.strokes import strokes_of
from ui.draw.share_animation import FRAMES, animate
from ui.draw.share_answer import answer_in_words
from ui.draw.share_picture import code_of, picture_with_answer

pytestmark = pytest.mark.usefixtures("no_caches")

ROOT = Path(__file__).parents[1]
ADDRESS = "https://inkling.example.org/class/?d=" + encode(
    Sketch(tuple(PenStroke(stroke * 2 + 40, 16) for stroke in digit("4")))
)


def sketch_of(text: str, pen: int = 16, width: int = 280) -> Sketch:
    """Return a number, written side by side on the paper."""
    strokes = [np.asarray(stroke) for stroke in side_by_side(text)]
    low, high = np.vstack(strokes).min(axis=0), np.vstack(strokes).max(axis=0)
    scale = min((width - 60) / (high - low)[0], 200 / (high - low)[1])
    return Sketch(tuple(PenStroke((s - low) * scale + 30, pen) for s in strokes), width)


FOUR, NUMBER = sketch_of("4"), sketch_of("42", pen=8)


@pytest.fixture
def app(data_root: Path) -> AppTest:
    """The app with the models that ship."""
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)


def show(app: AppTest, sketch: Sketch) -> AppTest:
    """Let a visitor have drawn this."""
    drawing = Drawing()
    put_sketch_on_canvas(sketch, drawing)
    app.session_state["drawing"] = drawing
    return app.run()


def open_link(app: AppTest, link: str) -> AppTest:
    app.query_params["d"] = link
    return app.run()


def press(app: AppTest, label: str) -> AppTest:
    """Press a button, as a browser that has the canvas on its page does."""
    app.session_state["canvas"] = None
    return next(button for button in app.button if button.label == label).click().run()


def link(app: AppTest) -> str | None:
    """Return the link that the address was given."""
    return app.session_state["link"]


def n_strokes(app: AppTest) -> int:
    return len(app.session_state["drawing"].marks)


def headline(app: AppTest) -> str:
    return str(app.header[0].value)


def has_replay(app: AppTest) -> bool:
    return any("image/svg+xml" in html.proto.body for html in app.get("html"))


@pytest.mark.parametrize(("sketch", "expected"), [(FOUR, "I read 4"), (NUMBER, "I read 42")])
def test_a_drawing_has_a_link_and_whoever_opens_it_sees_and_reads_the_same(app, sketch, expected):
    shared = link(show(app, sketch))
    assert headline(app) == expected
    assert not has_replay(app)
    fresh = open_link(AppTest.from_file(str(ROOT / "app.py"), default_timeout=30), shared)
    assert not fresh.exception
    assert headline(fresh) == expected
    assert has_replay(fresh)
    assert link(fresh) == shared
    marks = fresh.session_state["drawing"].marks
    assert [mark["strokeWidth"] for mark in marks] == [stroke.pen for stroke in sketch.strokes]


def test_what_was_opened_is_taken_back_stroke_by_stroke(app):
    open_link(app, encode(NUMBER))
    assert n_strokes(app) == 3
    for left in (2, 1):
        press(app, "Undo")
        assert n_strokes(app) == left
        assert decode(link(app)).first(left).strokes[0].pen == 8
        assert not has_replay(app)
    press(app, "Undo")
    assert (n_strokes(app), link(app), headline(app)) == (0, None, "Draw a digit")


def test_what_is_drawn_after_an_opened_drawing_was_cleared_is_not_drawn_again(app):
    open_link(app, encode(sketch_of("7")))
    assert (n_strokes(app), has_replay(app)) == (1, True)
    press(app, "Clear")
    app.session_state["canvas"] = None
    own = sketch_of("0")
    app.session_state["drawing"].replace(marks_of(own), encode_png(picture_of(own)))
    app.run()
    assert (n_strokes(app), has_replay(app)) == (1, False)


def test_clear_takes_the_link_away_and_undo_brings_it_back(app):
    shared = link(show(app, FOUR))
    press(app, "Clear")
    assert link(app) is None
    press(app, "Undo")
    assert link(app) == shared


def test_a_link_replaces_what_was_drawn_before_and_undo_shows_it_again(app):
    show(app, FOUR)
    open_link(app, encode(NUMBER))
    assert headline(app) == "I read 42"
    for _ in NUMBER.strokes:
        press(app, "Undo")
    assert headline(app) == "I read 4"


def test_the_link_of_what_is_on_the_paper_opens_nothing_anew(app):
    shared = link(show(app, FOUR))
    undo_steps = len(app.session_state["drawing"]._undo_stack)
    open_link(app, shared)
    assert len(app.session_state["drawing"]._undo_stack) == undo_steps


def test_a_link_opens_the_canvas_whatever_was_chosen(app):
    app.session_state["input_method"] = "Picture"
    open_link(app, encode(FOUR))
    assert headline(app) == "I read 4"


@pytest.mark.parametrize("broken", ["x", "A" * 9_999, "<script>alert(1)</script>", "AQ%00"])
def test_a_broken_link_is_a_sentence_and_the_page_works(app, broken):
    open_link(app, broken)
    assert not app.exception and not app.error
    assert "This link shows no drawing" in app.warning[0].value
    assert "script" not in app.warning[0].value
    show(app, FOUR)
    assert not app.warning
    assert link(app) == encode(FOUR)
    assert headline(app) == "I read 4"


def test_the_example_in_the_readme_shows_a_7(app):
    readme = (ROOT / "README.md").read_text("utf-8")
    (shown,) = re.findall(r"embed=true&d=([\w-]+)", readme)
    assert headline(open_link(app, shown)) == "I read 7"


def test_no_verdict_is_taken_from_an_address(app):
    app.query_params["verdict"] = app.query_params["digit"] = "9"
    open_link(app, encode(FOUR))
    assert headline(app) == "I read 4"


def test_a_picture_on_the_canvas_has_no_link(app):
    app.run()
    press(app, "Surprise me")
    assert not app.exception and not app.error
    assert link(app) is None


def test_within_another_page_there_is_drawing_and_verdict_only(app, monkeypatch):
    monkeypatch.setattr(ContextProxy, "is_embedded", True)
    open_link(app, encode(NUMBER))
    assert not app.exception and not app.error
    assert headline(app) == "I read 42"
    assert has_replay(app)
    for kind in ("button", "expander", "vega_lite_chart", "title", "tab", "radio"):
        assert not app.get(kind)
    assert not app.get("button_group")
    empty = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    assert headline(empty) == "Draw a digit"
    assert "shows no drawing" in open_link(empty, "x").warning[0].value


@pytest.mark.parametrize("sketch", [FOUR, NUMBER, sketch_of("4712740", 8, 560)])
def test_a_drawing_that_is_put_on_the_canvas_is_the_same(sketch):
    marks = marks_of(decode(encode(sketch)))
    assert [len(mark["path"]) for mark in marks] == [len(path) for path in strokes_of(marks)]
    picture = open_drawing(encode_png(picture_of(sketch)), 280, sketch.width)
    assert picture.shape == (280, sketch.width, 3)
    assert tuple(picture[0, 0]) == (255, 253, 248)


def read(sketch: Sketch, is_number: bool = False):
    """Return a reader, and what it reads."""
    reader = load_reader()
    reading = reader.read(255 - draw(sketch))
    strokes = [stroke.points for stroke in sketch.strokes]
    return reader, reading, reader.read_number(strokes=strokes) if is_number else None


@pytest.mark.parametrize(("sketch", "is_number"), [(FOUR, False), (NUMBER, True)])
def test_the_picture_shows_the_drawing_and_its_link(sketch, is_number):
    _, reading, number = read(sketch, is_number)
    answer = answer_in_words(reading, number)
    assert answer.text == ("I read 42" if is_number else "I read 4")
    assert len(answer.bars) == (2 if is_number else 10)
    content = picture_with_answer(sketch, answer, ADDRESS)
    picture = np.asarray(Image.open(io.BytesIO(content)).convert("L"))
    drawn = picture[40:600, 40:600] < 128
    assert np.abs(drawn.mean() - (draw(sketch) > 127).mean()) < 0.01
    assert cv2.QRCodeDetector().detectAndDecode(picture)[0] == ADDRESS
    bare = Image.open(io.BytesIO(picture_with_answer(sketch, answer, None)))
    assert bare.height < picture.shape[0]


def test_an_undecided_answer_is_shared_as_two_candidates_and_not_as_a_number(app, monkeypatch):
    probabilities = np.full(10, 0.01, np.float32)
    probabilities[[1, 4]] = 0.5, 0.42
    undecided = replace(read(FOUR)[1], verdict="unsure", probabilities=probabilities)
    assert answer_in_words(undecided, None).digits == "1 or 4"
    monkeypatch.setattr(Reader, "read", lambda self, image: undecided)
    names = []
    monkeypatch.setattr(
        "streamlit.download_button", lambda label, file, name, *kind, **more: names.append(name)
    )
    show(app, FOUR)
    app.session_state["sharing"] = True
    app.run()
    assert headline(app) == "1 or 4?"
    assert names == [f"inkling-1-or-4.{ending}" for ending in ("png", "gif", "svg")]


@pytest.mark.parametrize("length", [40, 90, 150, 400, 2_000])
def test_a_code_of_any_link_can_be_made_and_is_read_where_links_are_as_long_as_usual(length):
    letters = np.random.default_rng(length).integers(0, 256, length * 3 // 4, np.uint8).tobytes()
    address = "https://inkling.example.org/?d=" + urlsafe_b64encode(letters).decode()
    code = code_of(address, 200)
    assert code.width == code.height >= 3 * 29
    if length < 400:
        picture = np.asarray(in_ink(np.asarray(code)).convert("L"))
        assert cv2.QRCodeDetector().detectAndDecode(picture)[0] == address


@pytest.mark.parametrize(("sketch", "is_number"), [(FOUR, False), (NUMBER, True)])
def test_the_animation_ends_with_the_whole_drawing_and_stays_small(sketch, is_number):
    content = animate(sketch, *read(sketch, is_number))
    assert len(content) < 200_000
    film = Image.open(io.BytesIO(content))
    ink = []
    for frame in range(film.n_frames):
        film.seek(frame)
        ink.append(int((np.asarray(film.convert("L"))[21:299, 21:299] < 128).sum()))
    assert FRAMES - 3 <= film.n_frames <= FRAMES
    assert ink == sorted(ink) and ink[0] < ink[-1] / 4
    assert abs(ink[-1] - int((draw(sketch) > 127).sum())) < 0.03 * ink[-1]
    assert film.info["loop"] == 0


def test_a_dot_is_animated_too():
    dot = Sketch((PenStroke(np.array([[140.0, 140.0]]), 26),))
    assert animate(dot, *read(dot)).startswith(b"GIF89a")
