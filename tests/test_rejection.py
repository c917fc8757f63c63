"""Why a drawing that does not look like a digit was rejected."""

from collections.abc import Sequence
from typing import get_args

import cv2
import numpy as np
import pytest

from mnist_core import load_reader
from mnist_core.inference.reader import Reader
from mnist_core.inference.rejection import Reason
from ui.base.wording import REJECTIONS, explanation

Stroke = Sequence[tuple[int, int]]
THREE = [(100, 60), (150, 50), (180, 85), (145, 125), (185, 165), (150, 215), (95, 200)]
SEVEN = [(90, 70), (190, 72), (130, 215)]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader("pen-cnn")


def draw(*strokes: Stroke, pen: int = 14) -> np.ndarray:
    """Return strokes on a black canvas: uint8 (280, 280)."""
    canvas = np.zeros((280, 280), np.uint8)
    for stroke in strokes:
        cv2.polylines(canvas, [np.array(stroke, np.int32)], False, 255, pen, cv2.LINE_AA)
    return canvas


def narrow(stroke: Stroke, left: int) -> Stroke:
    """Return a stroke at half its width, moved to the right."""
    return [(left + x // 2, y) for x, y in stroke]


def test_two_digits_side_by_side_are_several_shapes(reader):
    reading = reader.read(draw(narrow(THREE, 0), narrow(SEVEN, 110)))
    assert (reading.verdict, reading.reason) == ("not a digit", "several")


def test_a_mirrored_digit_is_told(reader):
    reading = reader.read(np.ascontiguousarray(np.fliplr(draw(THREE))))
    assert (reading.verdict, reading.reason) == ("not a digit", "mirrored")


def test_a_dot_is_a_dot(reader):
    assert reader.read(draw([(140, 140), (141, 140)], pen=20)).reason == "dot"


def test_a_house_that_the_edge_cuts_is_cut(reader):
    house = draw(
        [(-60, 130), (60, 20), (180, 130), (180, 260), (-60, 260)],
        [(-60, 130), (180, 130)],
        [(80, 260), (80, 190), (120, 190), (120, 260)],
    )
    reading = reader.read(house)
    assert (reading.verdict, reading.reason) == ("not a digit", "cut")


def test_a_digit_of_two_strokes_is_one_shape(reader):
    five = draw([(150, 60), (110, 60), (105, 120), (150, 120), (165, 165), (140, 210), (100, 200)],
                [(165, 55), (200, 52)])  # fmt: skip
    reading = reader.read(five)
    assert reading.reason != "several"


def test_what_is_read_has_no_reason(reader, seven):
    reading = reader.read(seven)
    assert (reading.verdict, reading.reason) == ("digit", None)
    assert reader.read(np.zeros((280, 280), np.uint8)).reason is None


def test_every_reason_has_words_and_none_is_no_obstacle(reader):
    mirrored = reader.read(np.ascontiguousarray(np.fliplr(draw(THREE))))
    assert explanation(mirrored) == REJECTIONS["mirrored"]
    assert set(REJECTIONS) == set(get_args(Reason))


def test_a_frame_that_a_digit_crosses_is_a_frame(reader):
    framed = cv2.rectangle(draw(THREE), (90, 40), (200, 230), 255, 4)
    reading = reader.read(framed)
    assert (reading.verdict, reading.reason) == ("not a digit", "frame")


def test_faint_scribbles_are_faint(reader):
    scribble = np.maximum(draw(THREE, pen=8), np.fliplr(draw(SEVEN, pen=8)))
    reading = reader.read(240 - np.round(scribble / 255.0 * 25).astype(np.uint8))
    assert (reading.verdict, reading.reason) == ("not a digit", "faint")
