import numpy as np
import pytest

from mnist_core.drawing.pen_drawings import draw_by_hand
from mnist_core.drawing.pictograms import PICTOGRAMS
from mnist_core.drawing.scribbles import trace


@pytest.mark.parametrize("shape", set(PICTOGRAMS), ids=lambda shape: shape.__name__)
def test_every_shape_can_be_drawn_and_differs_each_time(shape):
    rng = np.random.default_rng(0)
    drawn = [draw_by_hand(trace(shape(rng)), rng) for _ in range(20)]
    shown = [picture for picture in drawn if picture is not None]
    assert len(shown) > 15
    assert len({picture.tobytes() for picture in shown}) == len(shown)


@pytest.mark.parametrize("shape", set(PICTOGRAMS), ids=lambda shape: shape.__name__)
def test_every_shape_is_of_finite_strokes(shape):
    for seed in range(20):
        for stroke in shape(np.random.default_rng(seed)):
            assert stroke.shape[0] >= 2
            assert stroke.shape[1] == 2
            assert np.isfinite(stroke).all()
