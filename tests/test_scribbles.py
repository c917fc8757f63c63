import numpy as np
import pytest

from mnist_core.drawing.pen_drawings import draw_by_hand
from mnist_core.drawing.scribbles import SCRIBBLES


@pytest.mark.parametrize("make", dict.fromkeys(SCRIBBLES), ids=lambda make: make.__name__)
def test_every_scribble_can_be_drawn(make):
    rng = np.random.default_rng(0)
    for _ in range(20):
        strokes = make(rng)
        assert all(points.ndim == 2 and points.shape[1] == 2 for points in strokes)
        assert all(np.isfinite(points).all() for points in strokes)
        assert draw_by_hand(strokes, rng) is not None
