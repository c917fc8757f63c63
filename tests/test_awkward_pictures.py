"""Pictures as people have them come back as the digit drawn with room around it."""

import cv2
import numpy as np
import pytest
from helpers.drawings import likeness
from hypothesis import example, given, settings
from hypothesis import strategies as st

from devtools.awkward_pictures import (
    FRAMES,
    cut_tight,
    dot_by_dot,
    draw,
    in_a_frame,
    on_second_ground,
    postal,
    squeezed_photograph,
)
from mnist_core.pictures import crop_to_ink
from mnist_core.preprocessing import prepare

UNHURRIED = settings(deadline=None, max_examples=40)
digit_numbers = st.integers(0, 999)
seeds = st.integers(0, 2**32 - 1)
STROKES = {
    3: [[(100, 60), (150, 50), (180, 85), (145, 125), (185, 165), (150, 215), (95, 200)]],
    5: [[(120, 65), (112, 130), (160, 135), (170, 190), (105, 210)], [(120, 68), (178, 62)]],
    6: [[(160, 60), (120, 120), (110, 180), (140, 210), (170, 180), (150, 145), (112, 165)]],
    7: [[(90, 70), (190, 72), (130, 215)]],
}
STROKES = {digit: [np.array(s, np.int16) for s in strokes] for digit, strokes in STROKES.items()}
drawn_digits = st.sampled_from(sorted(STROKES))


def plain(strokes, pen=14):
    """Return strokes drawn with room around them, in MNIST's format."""
    return prepare(draw(strokes, (280, 280), 180, pen, np.random.default_rng(0))).centred


@given(digit_numbers, st.integers(12, 400), st.booleans())
@UNHURRIED
def test_a_digit_cut_tight_reads_as_before_in_either_polarity(mnist, number, longest, dark):
    digit = mnist.test.images[number]
    cut = cut_tight(digit, longest, dark)
    paper = 255 if dark else 0
    with_room = np.pad(cut, max(8, longest // 2), constant_values=paper)
    assert likeness(prepare(cut).centred, prepare(with_room).centred) > 0.85


@given(digit_numbers, st.booleans(), seeds)
@UNHURRIED
def test_a_postal_digit_reads_as_before(mnist, number, dark, seed):
    picture = postal(mnist.test.images[number], dark, np.random.default_rng(seed))
    with_room = np.pad(picture, 12, constant_values=255 if dark else 0)
    assert likeness(prepare(picture).centred, prepare(with_room).centred) > 0.8


@given(drawn_digits, st.integers(26, 60), seeds)
@UNHURRIED
def test_a_squeezed_photograph_keeps_its_digit(digit, side, seed):
    photo = squeezed_photograph(STROKES[digit], side, np.random.default_rng(seed))
    assert prepare(photo) is not None


@given(drawn_digits, st.integers(1, 3), st.booleans(), seeds)
@example(7, 2, False, 1400)  # it touches two edges, and was taken for empty paper
@UNHURRIED
def test_dots_become_smooth_strokes(digit, pen, dark, seed):
    picture = dot_by_dot(STROKES[digit], 32, pen, dark, np.random.default_rng(seed))
    centred = prepare(picture).centred
    assert ((centred > 0) & (centred < 255)).sum() > 25  # as MNIST's digits have them
    assert likeness(centred, plain(STROKES[digit], 14 * pen // 2)) > 0.55


@given(drawn_digits, st.sampled_from(FRAMES), st.booleans(), seeds)
@UNHURRIED
def test_the_digit_in_a_frame_is_found(digit, kind, dark, seed):
    picture = in_a_frame(STROKES[digit], kind, dark, np.random.default_rng(seed))
    assert likeness(prepare(picture).centred, plain(STROKES[digit])) > 0.6


@given(drawn_digits, st.booleans(), seeds)
@UNHURRIED
def test_the_digit_on_a_second_ground_is_found(digit, colours, seed):
    picture = on_second_ground(STROKES[digit], np.random.default_rng(seed), colours)
    assert likeness(prepare(picture).centred, plain(STROKES[digit])) > 0.6


@pytest.mark.parametrize("side", [28, 100, 300])
@given(seed=seeds)
@settings(deadline=None, max_examples=15)
def test_an_empty_photograph_is_blank(side, seed):
    far_outside = [np.array([(0, 0), (1, 0)], np.int16)]
    rng = np.random.default_rng(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("devtools.awkward_pictures.draw", lambda _, size, *rest: np.zeros(size))
        assert prepare(squeezed_photograph(far_outside, side, rng)) is None


def test_an_empty_frame_stays_ink():
    frame = cv2.rectangle(np.zeros((280, 280), np.uint8), (60, 50), (200, 230), 255, 6)
    assert crop_to_ink(prepare(frame).ink).shape == (187, 147)


def test_a_frame_that_the_digit_touches_stays_ink():
    frame = cv2.rectangle(np.zeros((280, 280), np.uint8), (60, 50), (200, 230), 255, 6)
    cv2.line(frame, (60, 100), (150, 220), 255, 6)
    assert crop_to_ink(prepare(frame).ink).shape == (187, 147)


@pytest.mark.parametrize(("contrast", "expected"), [(20, 20), (60, 60), (200, 200)])
def test_contrast_is_measured_in_grey_levels(seven, contrast, expected):
    faint = 230 - np.round(seven / 255.0 * contrast).astype(np.uint8)
    assert prepare(faint).contrast == pytest.approx(expected, abs=2)
