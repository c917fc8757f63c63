import keras
import numpy as np
import pytest

from mnist_core.inference.calibration import digitness_of
from mnist_core.training.losses import CrossEntropyWithReject, DigitAccuracy


def one_hot(labels: list[int], classes: int) -> np.ndarray:
    return keras.utils.to_categorical(labels, classes)


def test_without_nothing_it_is_the_usual_cross_entropy():
    logits = np.random.default_rng(0).normal(size=(5, 10)).astype(np.float32)
    truth = one_hot([3, 1, 4, 1, 5], 10)
    usual = keras.losses.CategoricalCrossentropy(from_logits=True)(truth, logits)
    assert float(CrossEntropyWithReject()(truth, logits)) == pytest.approx(float(usual))


def test_nothing_has_a_logit_of_zero():
    logits = np.array([[-9.0] * 10, [9.0] + [-9.0] * 9], np.float32)
    nothing, digit = one_hot([10, 10], 11), one_hot([0, 0], 11)
    loss = CrossEntropyWithReject(reduction="none")
    assert np.asarray(loss(nothing, logits)) == pytest.approx(
        [np.log(1 + 10 * np.exp(-9)), 9], 1e-3
    )
    assert np.asarray(loss(digit, logits)) == pytest.approx([9, np.log(1 + np.exp(-9))], 1e-2)


def test_it_trains_the_digitness_that_a_reader_judges_by():
    """The chance of a digit is the logistic function of the digitness."""
    logits = np.random.default_rng(1).normal(size=(6, 10)).astype(np.float32)
    loss = np.asarray(CrossEntropyWithReject(reduction="none")(one_hot([10] * 6, 11), logits))
    np.testing.assert_allclose(loss, np.log1p(np.exp(digitness_of(logits))), rtol=1e-5)


def test_accuracy_counts_refusals_as_right_where_there_is_nothing():
    logits = np.array([[-5.0] * 10, [5.0] + [-5.0] * 9, [5.0] + [-5.0] * 9], np.float32)
    accuracy = DigitAccuracy()
    accuracy.update_state(one_hot([10, 0, 10], 11), logits)
    assert float(accuracy.result()) == pytest.approx(2 / 3)


def test_a_network_saved_with_it_goes_on(tmp_path):
    network = keras.Sequential([keras.Input((4,)), keras.layers.Dense(10)])
    network.compile("adam", CrossEntropyWithReject(), metrics=[DigitAccuracy(name="accuracy")])
    x, y = np.ones((8, 4), np.float32), one_hot([10] * 8, 11)
    network.fit(x, y, verbose=0)
    network.save(tmp_path / "n.keras")
    again = keras.saving.load_model(tmp_path / "n.keras")
    assert again.evaluate(x, y, verbose=0) == pytest.approx(network.evaluate(x, y, verbose=0))
    again.fit(x, y, verbose=0)


def test_what_older_checkpoints_call_it_is_still_loaded():
    """Checkpoints of runs that wait to go on hold the registered names."""
    saved = {"module": "mnist_core.refusal", "class_name": "DigitOrNothing", "config": {}}
    loss = keras.saving.deserialize_keras_object(
        {**saved, "registered_name": "inkling>DigitOrNothing"}
    )
    assert isinstance(loss, CrossEntropyWithReject)
    saved = {"module": "mnist_core.refusal", "class_name": "DigitAccuracy", "config": {}}
    metric = keras.saving.deserialize_keras_object(
        {**saved, "registered_name": "inkling>DigitAccuracy"}
    )
    assert isinstance(metric, DigitAccuracy)


def test_it_is_saved_under_the_name_that_older_versions_load():
    registered = keras.saving.get_registered_name
    assert registered(CrossEntropyWithReject) == "inkling>DigitOrNothing"
    assert registered(DigitAccuracy) == "inkling>DigitAccuracy"
