import numpy as np
import pytest

from mnist_core import load_reader
from mnist_core.analysis.evaluation import evaluate, evaluate_once
from mnist_core.analysis.outputs import is_known, logits_once, outputs_in_steps


@pytest.fixture(scope="module")
def reader():
    return load_reader("tutorial-mlp")


def test_steps_change_nothing_and_are_reported(reader, uci):
    digits, steps = uci[:1100], []
    outputs = outputs_in_steps(
        reader.network, digits.images, "features", lambda *step: steps.append(step)
    )
    np.testing.assert_allclose(outputs, reader.network.run(digits.images)["features"], atol=1e-4)
    assert steps == [(512, 1100), (1024, 1100), (1100, 1100)]


def test_the_same_pair_is_never_computed_again(reader, uci, monkeypatch):
    first = evaluate_once(reader, uci[:100])
    monkeypatch.setattr(reader.network, "run", None)
    again = load_reader("tutorial-mlp")  # as after a restart
    monkeypatch.setattr(again.network, "run", None)
    np.testing.assert_array_equal(evaluate_once(again, uci[:100]).logits, first.logits)


def test_other_digits_and_other_models_are_another_pair(reader, uci):
    logits_once(reader, uci[:50], lambda done, size: None)
    assert is_known(reader, uci[:50], "logits")
    assert not is_known(reader, uci[1:51], "logits")
    assert not is_known(load_reader("logbook-mlp"), uci[:50], "logits")
    assert not is_known(reader, uci[:50], "directions")


def test_what_is_kept_is_what_is_computed(reader, uci):
    kept = evaluate_once(reader, uci)
    fresh = evaluate(reader.network, reader.card.calibration, uci)
    np.testing.assert_allclose(kept.logits, fresh.logits, atol=1e-4)
    assert evaluate_once(reader, uci).metrics() == kept.metrics()
