import numpy as np
from hands import some_fonts, some_pens, some_symbols

from mnist_core.drawing.outliers import (
    MIRRORS,
    is_upright_line,
    make_outliers,
    mirror,
    put_side_by_side,
    throw_together,
)


def test_outliers_are_pictures_in_the_format_of_mnist():
    rng = np.random.default_rng(0)
    images = make_outliers(some_pens(), some_fonts(), some_symbols(), 300, rng)
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


def test_digits_side_by_side_do_not_cover_each_other():
    rng = np.random.default_rng(0)
    for _ in range(20):
        width, height = np.ptp(np.vstack(put_side_by_side(some_pens(), rng)), axis=0)
        assert max(width, height) > 1.1


def test_pieces_come_from_more_than_one_digit():
    assert len(throw_together(some_pens(), np.random.default_rng(0))) in (2, 3)


def test_only_digits_that_become_none_are_mirrored():
    for digits, turn in MIRRORS.values():
        assert not {0, 1, 8} & set(digits)
        assert abs(np.linalg.det(np.array(turn))) == 1
    strokes = mirror(some_pens(), np.random.default_rng(0))
    assert np.isfinite(np.vstack(strokes)).all()
