import numpy as np
import pytest

from mnist_core.synthesis.pen_drawings import draw_by_hand
from mnist_core.synthesis.pictograms import PICTOGRAMS
from mnist_core.synthesis.scribbles import densify


@pytest.mark.parametrize("shape", dict.fromkeys(PICTOGRAMS), ids=lambda shape: shape.__name__)
def test_every_shape_can_be_drawn_and_differs_each_time(shape):
    rng = np.random.default_rng(0)
    drawn = [draw_by_hand(densify(shape(rng)), rng) for _ in range(20)]
    shown = [picture for picture in drawn if picture is not None]
    assert len(shown) > 15
    assert len({picture.tobytes() for picture in shown}) == len(shown)


@pytest.mark.parametrize("shape", dict.fromkeys(PICTOGRAMS), ids=lambda shape: shape.__name__)
def test_every_shape_is_of_finite_strokes(shape):
    for seed in range(20):
        for stroke in shape(np.random.default_rng(seed)):
            assert stroke.shape[0] >= 2
            assert stroke.shape[1] == 2
            assert np.isfinite(stroke).all()
