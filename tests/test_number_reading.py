"""Numbers of several digits: what `read_number` promises, drawn and in pictures."""

import cv2
import numpy as np
import pytest

from mnist_core import Hand, InklingError, load_reader
from mnist_core.hand.example import Example
from mnist_core.inference.number import Number
from mnist_core.inference.number_reading import join_rows
from mnist_core.segmentation.boxes import Box
from tests.helpers.handwriting import bar, digit, side_by_side


@pytest.fixture(scope="module")
def reader():
    return load_reader()


def picture_of(strokes, pen=10, paper=255, ink=30):
    """Return strokes as a picture with a margin: uint8 (h, w)."""
    points = np.vstack(strokes)
    low, high = points.min(axis=0) - 30, points.max(axis=0) + 30
    across, down = np.ceil(high - low).astype(int)
    canvas = np.full((down, across), paper, np.uint8)
    for stroke in strokes:
        path = np.round((stroke - low) * 8).astype(np.int32)
        cv2.polylines(canvas, [path], len(path) == 1, ink, pen, cv2.LINE_AA, shift=3)
    return canvas


@pytest.mark.parametrize("text", ["7", "42", "1437", "2020"])
def test_a_drawn_number_is_read(reader, text):
    number = reader.read_number(strokes=side_by_side(text))
    assert number.text == text
    assert [str(each.digit) for each in number.digits] == list(text)
    assert 0.5 < number.confidence <= 1
    assert all(0 < each.confidence <= 1 for each in number.digits)


@pytest.mark.parametrize("scale", [1e-6, 0.01, 1, 20, 1e6])
def test_any_unit_will_do(reader, scale):
    strokes = [stroke * scale + 7 * scale for stroke in side_by_side("1437")]
    number = reader.read_number(strokes=strokes)
    assert number.text == "1437"
    boxes = [each.box for each in number.digits]
    assert [box.left for box in boxes] == sorted(box.left for box in boxes)
    assert boxes[0].left >= 7 * scale * 0.999 and 50 * scale < boxes[0].height < 120 * scale


def test_whole_numbers_and_lists_are_points_as_well(reader):
    strokes = [np.round(stroke).astype(int).tolist() for stroke in side_by_side("42")]
    assert reader.read_number(strokes=strokes).text == "42"


@pytest.mark.parametrize("strokes", [[], [np.zeros((0, 2))], [np.array([[5.0, 5.0]])]])
def test_nothing_and_a_dot_are_no_number(reader, strokes):
    number = reader.read_number(strokes=strokes)
    assert (number.text, number.confidence, number.digits) == ("", 0, ())


def test_many_equal_points_are_a_dot(reader):
    assert reader.read_number(strokes=[np.full((50, 2), 3.0)]).text == ""


@pytest.mark.parametrize("size", [1e-310, 1e-200, 1e99])
def test_extreme_strokes_are_no_failure(reader, size):
    strokes = [stroke / 100 * size for stroke in side_by_side("42")]
    assert reader.read_number(strokes=strokes).text in ("", "42")


@pytest.mark.parametrize(
    "stroke",
    [
        np.array([[0, np.nan], [1, 1]]),
        np.array([[0, np.inf], [1, 1]]),
        np.array([[0, -1.5e308], [1, 1.5e308]]),
        np.zeros((4, 3)),
        np.zeros(4),
        np.array([["a", "b"]]),
        [[1, 2], [3]],
        np.zeros((3, 2), complex),
    ],
)
def test_what_is_not_points_is_refused(reader, stroke):
    with pytest.raises(ValueError, match="Expected"):
        reader.read_number(strokes=[digit("1")[0], stroke])


@pytest.mark.parametrize("strokes", [[np.zeros((2, 2))] * 401, [np.zeros((20_001, 2))]])
def test_too_much_is_refused(reader, strokes):
    with pytest.raises(InklingError, match="Expected at most"):
        reader.read_number(strokes=strokes)


@pytest.mark.slow
def test_the_most_that_is_allowed_is_read(reader):
    rng = np.random.default_rng(0)
    scribble = [rng.uniform(0, 300, (50, 2)) for _ in range(400)]
    assert isinstance(reader.read_number(strokes=scribble).text, str)


def test_both_or_neither_is_refused(reader):
    with pytest.raises(ValueError, match="both or neither"):
        reader.read_number()
    with pytest.raises(ValueError, match="both or neither"):
        reader.read_number(np.zeros((9, 9), np.uint8), strokes=[])


def test_a_bar_that_was_crossed_later_belongs_to_its_digit(reader):
    seven, four = digit("7"), [stroke + [110, 0] for stroke in digit("4")]
    strokes = [*seven, *four, bar((10, 50), (60, 50))]
    assert reader.read_number(strokes=strokes).text == "74"


def test_a_digit_that_was_put_in_front_later_comes_first(reader):
    strokes = [*[s + [110, 0] for s in digit("2")], *digit("4")]
    assert reader.read_number(strokes=strokes).text == "42"


def test_the_judge_says_how_much_each_digit_looks_like_one():
    reader = load_reader("softmax")
    digits = reader.read_number(strokes=side_by_side("42")).digits
    for each in digits:
        judged = reader.outputs(each.reading.ink[None]).digitness[0]
        assert each.reading.digitness == pytest.approx(judged, abs=1e-3)


def test_what_a_hand_calls_no_digit_is_none_in_a_number_either(reader):
    strokes = side_by_side("42")
    before = reader.read_number(strokes=strokes)
    hand = Hand([Example(before.digits[0].reading.ink, None)])
    number = reader.with_hand(hand).read_number(strokes=strokes)
    assert number.confidence < before.confidence
    verdicts = [each.reading.verdict for each in number.digits]
    assert verdicts == ["not a digit", "digit"]


def test_rows_are_read_one_after_the_other(reader):
    strokes = [*side_by_side("42"), *[stroke + [5, 180] for stroke in side_by_side("17")]]
    number = reader.read_number(strokes=strokes)
    assert number.text == "42\n17"
    assert len(number.digits) == 4


def test_a_minus_and_a_point_are_passed_over_and_said(reader):
    minus, point = bar((-70, 50), (-25, 52)), np.array([[92.0, 98.0], [94.0, 99.0]])
    strokes = [minus, *digit("4"), point, *[s + [110, 0] for s in digit("2")]]
    number = reader.read_number(strokes=strokes)
    assert number.text == "42"
    assert {mark.kind for mark in number.left_out} == {"minus", "point"}


def test_a_doubtful_number_names_a_runner_up(reader):
    number = reader.read_number(strokes=side_by_side("1437"))
    assert number.runner_up is None or (number.runner_up != number.text and number.runner_up)


@pytest.mark.parametrize("text", ["7", "42", "1437"])
@pytest.mark.parametrize(("paper", "ink"), [(255, 30), (0, 240)])
def test_a_picture_of_a_number_is_read(reader, text, paper, ink):
    number = reader.read_number(picture_of(side_by_side(text), paper=paper, ink=ink))
    assert number.text == text


def test_digits_that_touch_are_cut(reader):
    picture = picture_of(side_by_side("22", gap=-8))
    count = cv2.connectedComponents((picture < 128).astype(np.uint8))[0] - 1
    assert count == 1
    assert reader.read_number(picture).text == "22"


def test_boxes_are_those_of_the_picture(reader):
    small = picture_of(side_by_side("42"))
    large = cv2.resize(small, None, fx=8, fy=8, interpolation=cv2.INTER_LINEAR)
    for a, b in zip(
        reader.read_number(small).digits, reader.read_number(large).digits, strict=True
    ):
        assert np.allclose(np.array(a.box) * 8, b.box, atol=24)


@pytest.mark.parametrize("blank", [0, 128, 255])
def test_a_blank_picture_is_no_number(reader, blank):
    number = reader.read_number(np.full((200, 300), blank, np.uint8))
    assert (number.text, number.confidence) == ("", 0)


@pytest.mark.parametrize(
    "picture", [np.zeros((20, 20)), np.zeros((20, 20, 2), np.uint8), np.zeros((0, 20), np.uint8)]
)
def test_a_picture_of_another_kind_is_refused(reader, picture):
    for read in (reader.read_number, reader.read_page):
        with pytest.raises(ValueError, match="Expected a picture"):
            read(picture)


def test_a_house_is_no_number(reader):
    wall = np.array([[0, 100], [0, 0], [120, 0], [120, 100], [0, 100]], float) + [0, 80]
    roof = np.array([[-10, 80], [60, 0], [130, 80]], float)
    door = np.array([[40, 180], [40, 120], [70, 120], [70, 180]], float)
    number = reader.read_number(strokes=[wall, roof, door])
    assert len(number.text) < 2


def test_a_row_among_rows_of_something_else_is_no_number(reader):
    def zigzag(down):
        x = np.linspace(0, 260, 14)
        return [np.column_stack([x, down + 100 * (np.arange(14) % 2)])]

    row = side_by_side("42")
    alone = reader.read_number(strokes=row)
    among = reader.read_number(
        strokes=[*row, *zigzag(200.0), *zigzag(400.0)],
    )
    assert alone.text == "42"
    assert (among.text, among.confidence, among.digits) == ("", 0, ())
    assert len(among.left_out) >= len(alone.digits)


def test_rows_that_are_all_doubtful_are_no_number():
    sure, doubtful = Number("12", 0.9), Number("11", 0.45)
    assert join_rows([sure, doubtful]).text == "12\n11"
    assert join_rows([doubtful, doubtful]).text == ""
    assert join_rows([doubtful]).text == "11"


def test_boxes_know_their_size_and_middle():
    box = Box(10, 20, 40, 100)
    assert (box.width, box.height, box.size, box.middle) == (30, 80, 80, (25, 60))
    assert box.shared_width(Box(30, 0, 90, 9)) == 10
    assert box.scaled(2, 1, 1) == (21, 41, 81, 201)
