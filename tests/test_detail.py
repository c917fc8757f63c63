"""What the dialog on one misread digit says."""

import numpy as np
import pytest

from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.models.cards import Calibration
from ui.mistakes.detail import verdict_on_draw


@pytest.mark.parametrize(
    ("least_digitness", "least_confidence", "expected"),
    [
        (-9.0, 0.0, "the same answer"),
        (-9.0, 0.9, "hesitate: 3 or 5?"),
        (9.0, 0.0, "does not look like a digit"),
    ],
)
def test_it_says_what_draw_would_say(least_digitness, least_confidence, expected):
    logits = np.zeros((1, 10), np.float32)
    logits[0, [3, 5]] = 3, 2.9
    calibration = Calibration(1.0, least_digitness, least_confidence, "test")
    result = Evaluation(np.array([5], np.uint8), logits, calibration)
    assert expected in verdict_on_draw(result, 0)
