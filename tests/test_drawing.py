"""What is on the canvas: as the browser says it, and as this visit remembers it."""

import io
import json
import tracemalloc
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from devtools import hostile
from mnist_core.errors import PictureError
from ui.components.drawing import UNDO_STEPS, WIDE, Drawing, drawing_in_browser
from ui.components.pictures import encode_png, open_drawing, picture_url

SIDE = 280
PICTURE = encode_png(Image.new("RGBA", (SIDE, SIDE), (255, 253, 248, 255)))


def stroke(number: int) -> dict[str, object]:
    """Return a mark as it comes from the browser: new, and equal to the one of the same number."""
    return {"type": "Path", "path": [["M", number, number]]}


def test_a_mark_is_kept_once_however_often_the_browser_repeats_it():
    drawing = Drawing()
    for strokes in range(1, 10):
        drawing.sync([stroke(number) for number in range(strokes)], PICTURE)
    kept = {id(mark) for marks, *_ in drawing._undo_stack for mark in marks}
    assert kept <= {id(mark) for mark in drawing._marks}


def test_the_steps_back_take_kilobytes():
    """As Python lists, the same strokes of a hundred points each take seven times as much."""
    drawing = Drawing()
    curve = [["Q", x + 0.5, 2 * x + 0.25, x + 1.125, 2 * x + 0.75] for x in range(100)]
    tracemalloc.start()
    for strokes in range(1, UNDO_STEPS):
        fresh = [
            {**stroke(number), "path": json.loads(json.dumps(curve))} for number in range(strokes)
        ]
        drawing.sync(fresh, PICTURE)
    del fresh
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < UNDO_STEPS * 5_000


def test_undo_goes_back_stroke_by_stroke_as_far_as_is_remembered():
    drawing = Drawing()
    for strokes in range(1, 2 * UNDO_STEPS):
        drawing.sync([stroke(number) for number in range(strokes)], PICTURE)
    for strokes in reversed(range(UNDO_STEPS - 1, 2 * UNDO_STEPS - 1)):
        drawing.undo()
        assert drawing.marks == [stroke(number) for number in range(strokes)]
    drawing.undo()
    assert len(drawing.marks) == UNDO_STEPS - 1


def test_what_the_canvas_says_late_of_an_earlier_undo_is_no_step():
    drawing = Drawing()
    for strokes in range(1, 5):
        drawing.sync([stroke(number) for number in range(strokes)], PICTURE)
    drawing.undo()
    late = [{**mark, "version": "7"} for mark in drawing.marks]
    drawing.undo()
    drawing.sync(late, PICTURE)
    assert drawing.marks == [stroke(0), stroke(1)]
    drawing.undo()
    drawing.sync(late, PICTURE)  # it stays the canvas's last message until the next one
    drawing.sync([stroke(0)], PICTURE)
    assert drawing.marks == [stroke(0)]
    drawing.undo()
    assert drawing.marks == []


def test_the_same_dot_drawn_again_after_an_undo_is_taken_over():
    drawing = Drawing()
    drawing.sync([stroke(0)], PICTURE)
    drawing.sync([stroke(0), stroke(0)], PICTURE)
    for left in (1, 0):
        drawing.undo()
        drawing.sync([stroke(0)] * left, PICTURE)
    drawing.sync([stroke(0)], PICTURE)
    assert drawing.marks == [stroke(0)]
    drawing.undo()
    assert drawing.marks == []


def test_the_same_marks_in_the_words_of_the_canvas_are_no_step_of_their_own():
    drawing = Drawing()
    drawing.sync([stroke(0)], PICTURE)
    drawing.replace([{"type": "Image", "src": "data:"}], PICTURE)
    drawing.sync([{"type": "Image", "src": "data:", "version": "7", "left": 0}], PICTURE)
    assert drawing.marks[0]["version"] == "7"
    drawing.undo()
    assert drawing.marks == [stroke(0)]


def test_a_drawing_is_untouched_until_something_was_on_it():
    drawing = Drawing()
    assert drawing.is_untouched
    drawing.sync([stroke(0)], PICTURE)
    drawing.clear()
    assert not drawing.is_untouched


def test_a_new_visit_goes_on_with_what_the_browser_has_kept():
    drawing = Drawing()
    drawing.resume([stroke(0)], SIDE)
    assert drawing.start["objects"] == [stroke(0)]
    drawing.sync([stroke(0)], PICTURE)
    drawing.undo()
    assert drawing.marks == [stroke(0)]  # there is nothing before it


def in_browser(monkeypatch: pytest.MonkeyPatch, **shown: object) -> tuple[list[dict], int]:
    """Return what is found of a drawing in the message of a browser."""
    state = SimpleNamespace(id="$$ID-canvas", json_value=json.dumps({"drawing": shown}))
    states = SimpleNamespace(get_widget_states=lambda: [state])
    context = SimpleNamespace(session_state=states)
    monkeypatch.setattr("ui.components.drawing.get_script_run_ctx", lambda: context)
    return drawing_in_browser()


@pytest.mark.parametrize("width", [SIDE, WIDE])
def test_the_browser_has_kept_how_wide_its_paper_is(monkeypatch, width):
    url = picture_url(Image.new("RGBA", (width, SIDE)))
    found = in_browser(monkeypatch, raw={"objects": [stroke(0)]}, data=url)
    assert found == ([stroke(0)], width)
    drawing = Drawing()
    drawing.resume(*found)
    assert (drawing.marks, drawing.width) == ([stroke(0)], width)


@pytest.mark.parametrize("data", ["", "data:image/png;base64,AAAA", 1, None])
def test_a_browser_with_a_damaged_picture_has_kept_nothing(monkeypatch, data):
    assert in_browser(monkeypatch, raw={"objects": [stroke(0)]}, data=data) == ([], SIDE)


def test_an_empty_paper_stays_as_wide_as_it_is():
    drawing = Drawing()
    drawing.widen(WIDE)
    drawing.resume([], SIDE)
    assert drawing.width == WIDE


def test_a_visit_that_knows_its_drawing_minds_no_other():
    drawing = Drawing()
    drawing.replace([stroke(1)], PICTURE)
    drawing.resume([stroke(0)], SIDE)
    assert drawing.marks == [stroke(1)]
    drawing.clear()
    drawing.resume([stroke(0)], SIDE)
    assert drawing.marks == []


def test_a_picture_of_the_canvas_is_opened():
    picture = open_drawing(PICTURE, SIDE)
    assert picture.shape == (SIDE, SIDE, 3)
    np.testing.assert_array_equal(picture[0, 0], (255, 253, 248))


@pytest.mark.parametrize("name", hostile.bombs())
def test_no_other_picture_is(name):
    with pytest.raises(PictureError, match="arrived damaged"):
        open_drawing(hostile.bombs()[name], SIDE)


def test_nor_is_one_of_another_kind():
    file = io.BytesIO()
    Image.new("RGB", (SIDE, SIDE)).save(file, "JPEG")
    with pytest.raises(PictureError):
        open_drawing(file.getvalue(), SIDE)


def test_undo_brings_back_the_width_that_the_drawing_had():
    drawing = Drawing()
    drawing.widen(WIDE)
    drawing.sync([stroke(0)], PICTURE)
    drawing.clear()
    drawing.widen(SIDE)
    drawing.undo()
    assert (drawing.marks, drawing.width) == ([stroke(0)], WIDE)
