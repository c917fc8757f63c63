import numpy as np
import pytest
from helpers.sources import some_pens

from mnist_core.ink.marks import pen_width
from mnist_core.preprocessing import prepare
from mnist_core.synthesis import pen_drawings
from mnist_core.synthesis.pen_drawings import (
    CALIBRATION_WRITERS,
    CANVAS,
    HEIGHTS,
    PENS,
    TEST_WRITERS,
    TRAINING_WRITERS,
    draw_as_visitors,
    draw_by_hand,
    draw_cropped,
    draw_on_canvas,
    draw_variants,
)


def test_no_writer_is_trained_on_and_measured_on():
    ranges = TRAINING_WRITERS, CALIBRATION_WRITERS, TEST_WRITERS
    writers = [writer for first, last in ranges for writer in range(first, last + 1)]
    assert writers == list(range(1, 31))


@pytest.mark.parametrize("pen", PENS)
def test_a_drawing_stays_on_the_canvas(pen):
    rng = np.random.default_rng(0)
    for strokes in some_pens().strokes[:40]:
        canvas = draw_on_canvas(strokes, pen, rng)
        assert canvas.shape == (CANVAS, CANVAS)
        tall, wide = np.ptp(np.argwhere(canvas > 127), axis=0) + 1
        assert 55 < max(tall, wide) <= CANVAS
        assert prepare(canvas) is not None


def test_a_stroke_of_one_point_is_a_dot():
    canvas = draw_on_canvas([np.array([[7, 7]], np.int16)], 20, np.random.default_rng(0))
    assert prepare(canvas).is_dot


def test_visitors_draw_every_digit_with_every_pen():
    pens = some_pens().of_writers(1, 2)
    drawn = draw_as_visitors(pens, np.random.default_rng(0))
    np.testing.assert_array_equal(drawn.labels, np.tile(pens.labels, len(PENS)))


def test_variants_show_every_digit_as_often_and_never_the_same():
    pens = some_pens().of_writers(3, 3)
    images, labels = draw_variants(pens, 10 * len(pens), np.random.default_rng(0))
    np.testing.assert_array_equal(np.bincount(labels), 10 * np.bincount(pens.labels))
    assert len(np.unique(images.reshape(len(images), -1), axis=0)) == len(images)


def test_a_few_variants_are_of_digits_by_any_writer(monkeypatch):
    drawn = []
    monkeypatch.setattr(pen_drawings, "draw_by_hand", lambda strokes, rng: drawn.append(strokes))
    pens = some_pens()
    draw_variants(pens, len(pens) // 3, np.random.default_rng(0))
    places = [i for i, strokes in enumerate(pens.strokes) if any(strokes is one for one in drawn)]
    assert len(places) == len(drawn)
    assert max(places) > 0.9 * len(pens)


def test_hands_draw_with_thin_and_with_thick_pens():
    rng = np.random.default_rng(0)
    stroke = [np.array([[0, 0], [60, 40], [10, 200]], np.int16)]
    widths = [pen_width(draw_by_hand(stroke, rng)) for _ in range(100)]
    assert min(widths) < 3 < 5 < max(widths)


def test_small_drawings_to_train_on_are_as_frequent_as_large_ones(monkeypatch):
    heights = []
    monkeypatch.setattr(pen_drawings, "prepare", lambda canvas: heights.append(len(canvas)))
    rng = np.random.default_rng(0)
    upright = [np.array([[0, 0], [0, 100]], np.float64)]
    for _ in range(1_000):
        draw_cropped(upright, rng)
    inner = np.array(heights) - 2 * (np.mean(PENS[::3]) + 8)  # less the margins, on average
    assert 0.4 < np.mean(inner < np.sqrt(HEIGHTS[0] * HEIGHTS[1])) < 0.55


def test_the_same_seed_draws_the_same():
    pens = some_pens()
    first, second = (draw_variants(pens, 30, np.random.default_rng(4))[0] for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_nothing_is_drawn_of_nothing():
    images, labels = draw_variants(some_pens(), 0, np.random.default_rng(0))
    assert images.shape == (0, 28, 28)
    assert labels.shape == (0,)
