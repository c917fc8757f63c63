"""MNIST is the oracle: its digits, made into drawings, must come back as they were."""

import cv2
import numpy as np
import pytest
from helpers.drawings import likeness, on_canvas
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_core.ink.marks import pen_width
from mnist_core.preprocessing import center_by_mass, prepare

UNHURRIED = settings(deadline=None, max_examples=40)
digit_numbers = st.integers(0, 999)


@given(digit_numbers)
@UNHURRIED
def test_mnist_comes_back_as_it_was(mnist, number):
    digit = mnist.test.images[number]
    assert likeness(prepare(digit).centred, digit) > 0.97


@given(digit_numbers, st.integers(112, 224), st.floats(0, 1), st.floats(0, 1), st.booleans())
@UNHURRIED
def test_an_enlarged_moved_inverted_digit_comes_back(mnist, number, side, x, y, dark):
    digit = mnist.test.images[number]
    canvas = on_canvas(digit, side, int(x * (280 - side)), int(y * (280 - side)))
    steps = prepare(255 - canvas if dark else canvas)
    assert likeness(steps.centred, digit) > 0.8


@given(digit_numbers)
@UNHURRIED
def test_a_thickened_digit_comes_back_thicker(mnist, number):
    digit = mnist.test.images[number]
    thick = cv2.dilate(on_canvas(digit), np.ones((9, 9), np.uint8))
    steps = prepare(thick)
    assert likeness(steps.centred, digit) > 0.7
    assert steps.centred.sum() > 0.95 * prepare(on_canvas(digit)).centred.sum()


@given(st.integers(-50, 50), st.integers(-50, 50))
@UNHURRIED
def test_where_a_digit_was_drawn_does_not_matter(mnist, down, right):
    canvas = on_canvas(mnist.test.images[0], side=140, left=70, top=70)
    moved = np.roll(canvas, (down, right), (0, 1))
    np.testing.assert_array_equal(prepare(moved).centred, prepare(canvas).centred)


def test_every_step_is_what_it_says(seven):
    steps = prepare(seven)
    assert steps.ink.shape == seven.shape
    assert steps.crop.shape == cv2.boundingRect((seven > 30).astype(np.uint8))[:1:-1]
    assert max(steps.box.shape) == 20
    assert steps.centred.shape == (28, 28)
    assert steps.centred.dtype == np.uint8
    mass = cv2.moments(steps.centred)
    assert abs(mass["m10"] / mass["m00"] - 14) <= 1
    assert abs(mass["m01"] / mass["m00"] - 14) <= 1
    assert not steps.is_dot


@pytest.mark.parametrize("channels", [3, 4])
def test_colour_and_alpha_do_not_matter(seven, channels):
    canvas = np.dstack([seven] * 3 + [np.full_like(seven, 255)] * (channels - 3))
    np.testing.assert_array_equal(prepare(canvas).centred, prepare(seven).centred)


@pytest.mark.parametrize("ink", [0, 255])
def test_ink_on_a_transparent_canvas_is_found_whatever_its_colour(seven, ink):
    canvas = np.dstack([np.full_like(seven, ink)] * 3 + [seven])
    assert likeness(prepare(canvas).centred, prepare(seven).centred) > 0.99


def test_yellow_ink_on_white_paper_is_found(seven):
    paper = np.full((280, 280, 3), 255, np.uint8)
    paper[seven > 127] = (255, 255, 0)
    hard = np.where(seven > 127, np.uint8(255), np.uint8(0))
    np.testing.assert_array_equal(prepare(paper).centred, prepare(hard).centred)


@pytest.mark.parametrize(
    "blank",
    [
        np.zeros((280, 280, 4), np.uint8),
        np.full((280, 280), 255, np.uint8),
        np.full((1, 1), 7, np.uint8),
        np.zeros((5, 900, 3), np.uint8),
    ],
)
def test_a_blank_is_known_as_blank(blank):
    assert prepare(blank) is None


@given(st.integers(0, 2**32 - 1), st.integers(1, 9), st.sampled_from([0, 255]))
@UNHURRIED
def test_a_browsers_canvas_noise_is_not_ink(seed, levels, paper):
    noise = np.random.default_rng(seed).integers(0, levels, (280, 280, 3), np.uint8)
    assert prepare(noise if paper == 0 else 255 - noise) is None


def test_a_browsers_canvas_noise_does_not_change_a_digit(seven):
    noise = np.random.default_rng(0).integers(0, 9, seven.shape, np.uint8)
    noisy = np.where(seven > 127, seven - noise, seven.clip(0, 246) + noise)
    # Not more alike, because the width may round to one pixel of the box more or less.
    assert likeness(prepare(noisy).centred, prepare(seven).centred) > 0.93


@pytest.mark.parametrize("pen", [6, 12, 20, 30])
def test_one_dot_is_known_as_a_dot(pen):
    canvas = cv2.circle(np.zeros((280, 280), np.uint8), (200, 90), pen // 2, 255, -1, cv2.LINE_AA)
    assert prepare(canvas).is_dot


@pytest.mark.parametrize("pen", [6, 12, 20, 30])
def test_a_short_one_is_no_dot(pen):
    canvas = np.zeros((280, 280), np.uint8)
    cv2.line(canvas, (100, 100), (100, 100 + pen), 255, pen, cv2.LINE_AA)
    assert not prepare(canvas).is_dot


def test_a_stray_dot_beside_the_digit_is_left_out(seven):
    spotted = cv2.circle(seven.copy(), (40, 240), 8, 255, -1, cv2.LINE_AA)
    np.testing.assert_array_equal(prepare(spotted).centred, prepare(seven).centred)


def test_the_point_of_an_exclamation_mark_is_kept():
    line = cv2.line(np.zeros((280, 280), np.uint8), (140, 60), (140, 160), 255, 12, cv2.LINE_AA)
    mark = cv2.circle(line.copy(), (142, 200), 6, 255, -1, cv2.LINE_AA)
    assert prepare(mark).crop.shape[0] > prepare(line).crop.shape[0] + 30
    speck = cv2.circle(line.copy(), (142, 200), 2, 255, -1, cv2.LINE_AA)
    np.testing.assert_array_equal(prepare(speck).centred, prepare(line).centred)


def test_a_second_stroke_is_kept():
    canvas = np.zeros((280, 280), np.uint8)
    body = np.array([[120, 90], [115, 140], [160, 150], [165, 190], [110, 210]], np.int32)
    cv2.polylines(canvas, [body], False, 255, 12, cv2.LINE_AA)
    cv2.line(canvas, (125, 68), (175, 66), 255, 12, cv2.LINE_AA)  # the bar of a 5, detached
    assert prepare(canvas).crop.shape[0] > 145


@pytest.mark.parametrize("pen", [2, 4, 6])
def test_a_thin_pen_on_a_large_digit_does_not_fade(pen):
    canvas = np.zeros((280, 280), np.uint8)
    stroke = np.array([[60, 30], [220, 32], [120, 250]], np.int32)
    cv2.polylines(canvas, [stroke], False, 255, pen, cv2.LINE_AA)
    box = prepare(canvas).box
    assert (box > 127).sum() > 30


@pytest.mark.parametrize("pen", [5, 10, 20])
def test_pen_width_measures_a_stroke(pen):
    canvas = np.zeros((300, 300), np.uint8)
    cv2.rectangle(canvas, (40, 40), (40 + pen - 1, 259), 255, -1)
    assert pen_width(canvas) == pytest.approx(pen, rel=0.15)


@given(st.integers(0, 2**32 - 1))
@UNHURRIED
def test_photographs_come_back_as_the_drawing(mnist, seed):
    rng = np.random.default_rng(seed)
    digit = mnist.test.images[int(rng.integers(1000))]
    ink = cv2.GaussianBlur(on_canvas(digit), (0, 0), 1.5) / 255
    slope = np.linspace(0, rng.uniform(40, 90), 280)
    light = 225 - (slope[None] if rng.random() < 0.5 else slope[:, None])
    photo = light * (1 - 0.75 * ink) + rng.normal(0, 4, ink.shape)
    steps = prepare(photo.clip(0, 255).astype(np.uint8))
    assert likeness(steps.centred, digit) > 0.8


def test_a_shadow_at_the_edge_of_a_photograph_is_left_out(seven):
    photo = np.full((280, 280), 200, np.uint8)
    photo[:, 230:] = 120  # the shadow of the hand that holds the camera
    photo = cv2.GaussianBlur(photo, (0, 0), 3) - (seven // 4)
    assert likeness(prepare(photo).centred, prepare(seven).centred) > 0.9


def test_faint_ruled_lines_are_not_ink(seven):
    sheet = 255 - seven
    for line in range(10, 280, 28):
        sheet[line] = np.minimum(sheet[line], 225)
    assert likeness(prepare(sheet).centred, prepare(seven).centred) > 0.9


def test_centring_never_cuts_off_ink():
    box = np.zeros((20, 20), np.uint8)
    box[0, :] = 255
    box[:, 0] = 60
    assert center_by_mass(box).sum() == box.sum()


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((28, 28)),
        np.zeros((28, 28, 2), np.uint8),
        np.zeros((2, 28, 28, 3), np.uint8),
        np.zeros((0, 28), np.uint8),
    ],
)
def test_another_kind_of_array_is_refused_with_what_was_expected(image):
    with pytest.raises(ValueError, match="Expected a picture.*Received"):
        prepare(image)
