"""What the dialog on one misread digit says."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from mnist_core import Reader
from mnist_core.data.digits import Digits
from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.models.cards import Calibration
from ui.mistakes.detail import verdict_on_draw
from ui.mistakes.evaluations import EvaluatedModel


@pytest.mark.parametrize(
    ("judged", "least_confidence", "expected"),
    [
        (-9.0, 0.0, "the same answer"),
        (-9.0, 0.9, "hesitate: 3 or 5?"),
        (9.0, 0.0, "does not look like a digit"),
    ],
)
def test_it_says_what_draw_would_say(tiny_model, uci, judged, least_confidence, expected):
    """Its judge decides whether it is a digit, and not the model itself."""
    logits = np.zeros((1, 10), np.float32)
    logits[0, [3, 5]] = 3, 2.9
    calibration = Calibration(1.0, -judged, least_confidence, "test")
    reader = Reader(tiny_model)
    reader.card = replace(reader.card, calibration=calibration)
    judge = Calibration(1.0, judged, 0.0, "test")
    reader.judge = SimpleNamespace(
        logits=lambda images: logits, card=SimpleNamespace(calibration=judge)
    )
    digits = Digits(uci.images[:1], np.array([5], np.uint8))
    result = Evaluation(digits.labels, logits, calibration)
    evaluated = EvaluatedModel(reader, "upload", digits, np.arange(1), result, {}, "")
    assert expected in verdict_on_draw(evaluated, 0)
