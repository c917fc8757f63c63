"""The canvas's marks as strokes, and when they may be a number."""

import numpy as np
import pytest

from mnist_core import Number, load_reader
from mnist_core.errors import PictureError
from tests.helpers.handwriting import side_by_side
from ui.components.several_digits import find_number, may_be_several
from ui.components.strokes import strokes_of
from ui.draw.numbers import explanation, headline

LINE = {"type": "Path", "path": [["M", 10, 20], ["L", 30, 40]]}
CURVE = {"type": "path", "path": [["M", 0, 0], ["Q", 10, 0, 10, 10], ["L", 10, 20]]}


def test_lines_and_curves_become_points():
    line, curve = strokes_of([LINE, CURVE])
    assert line.tolist() == [[10, 20], [30, 40]]
    assert curve[0].tolist() == [0, 0] and curve[-1].tolist() == [10, 20]
    assert len(curve) > 3
    assert (np.diff(curve[:, 1]) >= 0).all()


def test_a_picture_on_the_canvas_has_no_strokes():
    assert strokes_of([LINE, {"type": "Image", "src": ""}]) is None
    assert strokes_of([]) == []


@pytest.mark.parametrize(
    "mark",
    [
        {},
        {"type": "path"},
        {"type": "path", "path": [["M", "x", 1]]},
        {"type": "path", "path": []},
        {"type": "path", "path": [["M", 1, float("nan")]]},
        {"type": "path", "path": [["M", 1, 1], ["L", float("-inf"), 1]]},
        {"type": "path", "path": [["M", 1, 1], ["Q", float("inf"), 1, 2, 2]]},
        {"type": "path", "path": [["M", 10**400, 1]]},
        {"type": "path", "path": [["M", 1e200, 1]]},
    ],
)
def test_what_no_canvas_sends_is_refused(mark):
    with pytest.raises(PictureError, match="damaged"):
        strokes_of([mark])


def test_one_tall_stroke_is_never_several_digits():
    assert not may_be_several([np.array([[0, 0], [30, 100]])])
    assert may_be_several([np.array([[0, 0], [130, 100]])])
    assert may_be_several([np.zeros((2, 2)), np.ones((2, 2))])
    assert not may_be_several([])


def test_a_number_is_found_and_one_digit_is_not_one():
    reader, picture = load_reader(), np.full((280, 280, 3), 255, np.uint8)
    blank = reader.read(picture)
    found = find_number(reader, blank, picture, side_by_side("42"))
    assert found is not None and found.text == "42"
    assert find_number(reader, blank, picture, side_by_side("4")) is None


def test_a_scribble_too_long_for_a_number_is_none():
    reader, picture = load_reader(), np.full((280, 280, 3), 255, np.uint8)
    dots = [np.array([[float(i % 20), i // 20]]) for i in range(401)]
    assert find_number(reader, reader.read(picture), picture, dots) is None


def test_the_answer_names_a_runner_up_only_where_there_is_doubt():
    assert headline("42\n7") == "I read 42, 7"
    assert "perhaps" not in explanation(Number("42", 0.99, runner_up="47"))
    assert explanation(Number("42", 0.6, runner_up="47")).endswith("perhaps 47")
