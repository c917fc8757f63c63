import numpy as np
from helpers.sources import some_characters, some_fonts, some_pens, some_symbols

from mnist_core.data.pens import Pens
from mnist_core.synthesis.outliers import (
    MIRRORS,
    combine_pieces,
    is_upright_line,
    lone_strokes,
    make_outliers,
    mirror,
    put_side_by_side,
)
from mnist_core.synthesis.strangers import outliers_of


def test_outliers_are_pictures_in_the_format_of_mnist():
    rng = np.random.default_rng(0)
    letters = outliers_of(some_characters())
    images = make_outliers(some_pens(), letters, some_fonts(), some_symbols(), 300, rng)
    assert images.dtype == np.uint8
    assert images.shape[1:] == (28, 28)
    assert 240 < len(images) <= 300
    assert not any(is_upright_line(image) for image in images)


def test_an_upright_line_is_no_outlier_for_it_reads_as_a_1():
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 13:15] = 255
    assert is_upright_line(image)
    assert not is_upright_line(image.T)
    assert is_upright_line(np.zeros((28, 28), np.uint8))


def test_an_exclamation_mark_is_an_outlier():
    image = np.zeros((28, 28), np.uint8)
    image[4:18, 13:15] = 255
    image[22:24, 13:15] = 255
    assert not is_upright_line(image)


def test_digits_side_by_side_do_not_cover_each_other():
    diagonal = [np.array([[0, 0], [100, 100]], np.int16)]
    pens = Pens([diagonal], np.zeros(1, np.uint8), np.ones(1, np.uint8))
    rng = np.random.default_rng(0)
    for _ in range(20):
        # Two at least, of three quarters of their size at least, with a fiftieth of overlap.
        assert np.ptp(np.vstack(put_side_by_side(pens, rng)), axis=0).max() >= 2 * 0.75 - 0.02


def test_a_stroke_of_a_4_or_a_5_that_has_several_is_no_digit_by_itself():
    pens = some_pens()
    found = lone_strokes(pens)
    several = [
        (strokes, label)
        for strokes, label in zip(pens.strokes, pens.labels, strict=True)
        if label in (4, 5) and len(strokes) > 1
    ]
    assert len(found) == sum(len(strokes) for strokes, _ in several) > 0
    assert {id(stroke) for stroke in found} == {id(s) for strokes, _ in several for s in strokes}


def test_pieces_come_from_more_than_one_digit():
    assert len(combine_pieces(some_pens(), np.random.default_rng(0))) in (2, 3)


def test_only_digits_that_become_none_are_mirrored():
    for digits, turn in MIRRORS.values():
        assert not {0, 1, 8} & set(digits)
        assert abs(np.linalg.det(np.array(turn))) == 1
    strokes = mirror(some_pens(), np.random.default_rng(0))
    assert np.isfinite(np.vstack(strokes)).all()
