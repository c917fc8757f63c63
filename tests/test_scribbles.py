import numpy as np
import pytest

from mnist_core.synthesis.pen_drawings import draw_by_hand
from mnist_core.synthesis.scribbles import SCRIBBLES, densify


@pytest.mark.parametrize("make", dict.fromkeys(SCRIBBLES), ids=lambda make: make.__name__)
def test_every_scribble_can_be_drawn(make):
    rng = np.random.default_rng(0)
    for _ in range(20):
        strokes = make(rng)
        assert all(points.ndim == 2 and points.shape[1] == 2 for points in strokes)
        assert all(np.isfinite(points).all() for points in strokes)
        assert draw_by_hand(strokes, rng) is not None


def test_a_traced_stroke_keeps_its_corners_and_gains_points_between_them():
    corners = np.array([[0, 0], [1, 0], [1, 2], [0, 0]], float)
    (dense,) = densify([corners])
    assert {tuple(corner) for corner in corners} <= {tuple(point) for point in dense}
    assert np.hypot(*np.diff(dense, axis=0).T).max() <= 0.1 + 1e-9  # a twentieth of its height
    np.testing.assert_array_equal(dense[[0, -1]], corners[[0, -1]])


def test_a_dot_is_traced_as_a_dot():
    (dense,) = densify([np.array([[3.0, 4.0]])])
    np.testing.assert_array_equal(dense, [[3, 4]])
