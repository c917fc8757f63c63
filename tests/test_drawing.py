"""What is on the canvas: as the browser says it, and as this visit remembers it."""

import io
import json
import tracemalloc

import hostile
import numpy as np
import pytest
from PIL import Image

from mnist_core.errors import PictureError
from ui.pictures import encode_png, open_drawing
from ui.state import STEPS_BACK, Drawing

SIDE = 280
PICTURE = encode_png(Image.new("RGBA", (SIDE, SIDE), (255, 253, 248, 255)))


def stroke(number: int) -> dict[str, object]:
    """Return a mark as it comes from the browser: new, and equal to the one of the same number."""
    return {"type": "Path", "path": [["M", number, number]]}


def test_a_mark_is_kept_once_however_often_the_browser_repeats_it():
    drawing = Drawing()
    for strokes in range(1, 10):
        drawing.hear([stroke(number) for number in range(strokes)], PICTURE)
    kept = {id(mark) for marks, _ in drawing._earlier for mark in marks}
    assert kept <= {id(mark) for mark in drawing._marks}


def test_the_steps_back_take_kilobytes():
    """As Python lists, the same strokes of a hundred points each take seven times as much."""
    drawing = Drawing()
    curve = [["Q", x + 0.5, 2 * x + 0.25, x + 1.125, 2 * x + 0.75] for x in range(100)]
    tracemalloc.start()
    for strokes in range(1, STEPS_BACK):
        fresh = [
            {**stroke(number), "path": json.loads(json.dumps(curve))} for number in range(strokes)
        ]
        drawing.hear(fresh, PICTURE)
    del fresh
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < STEPS_BACK * 5_000


def test_undo_goes_back_stroke_by_stroke_as_far_as_is_remembered():
    drawing = Drawing()
    for strokes in range(1, 2 * STEPS_BACK):
        drawing.hear([stroke(number) for number in range(strokes)], PICTURE)
    for strokes in reversed(range(STEPS_BACK - 1, 2 * STEPS_BACK - 1)):
        drawing.undo()
        assert drawing.marks == [stroke(number) for number in range(strokes)]
    drawing.undo()
    assert len(drawing.marks) == STEPS_BACK - 1


def test_a_new_visit_goes_on_with_what_the_browser_has_kept():
    drawing = Drawing()
    drawing.resume([stroke(0)])
    assert drawing.start["objects"] == [stroke(0)]
    drawing.hear([stroke(0)], PICTURE)
    drawing.undo()
    assert drawing.marks == [stroke(0)]  # there is nothing before it


def test_a_visit_that_knows_its_drawing_minds_no_other():
    drawing = Drawing()
    drawing.put([stroke(1)], PICTURE)
    drawing.resume([stroke(0)])
    assert drawing.marks == [stroke(1)]
    drawing.clear()
    drawing.resume([stroke(0)])
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
