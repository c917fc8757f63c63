import shutil
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from mnist_core import Reader, load_reader
from mnist_core.errors import ModelError
from mnist_core.preprocessing import prepare


@pytest.fixture(scope="module")
def reader(tiny_model) -> Reader:
    return Reader(tiny_model)


@pytest.fixture(scope="module")
def drawings(uci) -> list[np.ndarray]:
    """Real digits, enlarged on a canvas."""
    return [cv2.resize(image, (140, 140)) for image in uci.images[1300:1400]]


def test_a_reading_is_complete(reader, seven):
    reading = reader.read(seven)
    assert reading.verdict in ("digit", "unsure", "not a digit")
    assert reading.probabilities.shape == (10,)
    assert reading.probabilities.dtype == np.float32
    assert reading.probabilities.sum() == pytest.approx(1, abs=1e-6)
    assert reading.confidence == reading.probabilities.max()
    assert reading.candidates[0] == reading.probabilities.argmax()
    assert reading.candidates[1] == np.argsort(reading.probabilities)[-2]
    np.testing.assert_array_equal(reading.ink, prepare(seven).centred)


def test_a_blank_is_uniform_and_has_no_digit(reader):
    reading = reader.read(np.zeros((280, 280, 4), np.uint8))
    assert reading.verdict == "blank"
    assert reading.digit is None
    np.testing.assert_allclose(reading.probabilities, 0.1)
    assert reading.steps is None
    assert not reading.ink.any()


def test_a_dot_is_never_a_digit(reader):
    canvas = cv2.circle(np.zeros((280, 280), np.uint8), (90, 90), 10, 255, -1, cv2.LINE_AA)
    reading = reader.read(canvas)
    assert reading.verdict == "not a digit"
    assert reading.digit is None


def test_most_real_digits_are_read(reader, drawings, uci):
    right = [
        reading.probabilities.argmax() == label
        for reading, label in zip(reader.read_batch(drawings), uci.labels[1300:1400], strict=True)
    ]
    assert np.mean(right) > 0.6


def test_a_batch_reads_as_one_by_one(reader, drawings):
    batch = [np.zeros((9, 9), np.uint8), *drawings, np.zeros((9, 9), np.uint8)]
    for together, image in zip(reader.read_batch(batch), batch, strict=True):
        alone = reader.read(image)
        np.testing.assert_allclose(together.probabilities, alone.probabilities, atol=1e-5)
        assert together.verdict == alone.verdict


@pytest.mark.parametrize("n", [0, 1, 2, 63, 64, 65, 200])
def test_predict_takes_any_number(reader, uci, n):
    probabilities = reader.predict(uci.images[:n])
    assert probabilities.shape == (n, 10)
    np.testing.assert_allclose(probabilities.sum(1), 1, atol=1e-5)


def test_progress_is_reported_and_changes_nothing(reader, uci):
    images, steps = uci.images[:1100], []
    probabilities = reader.predict(images, lambda done, size: steps.append((done, size)))
    assert steps == [(512, 1100), (1024, 1100), (1100, 1100)]
    np.testing.assert_array_equal(probabilities, reader.predict(images))
    at_once = reader.network.run(images)["logits"].argmax(axis=1)
    np.testing.assert_array_equal(probabilities.argmax(axis=1), at_once)


def test_an_empty_batch_is_answered_by_an_empty_list(reader):
    assert reader.read_batch([]) == []


@pytest.mark.slow
def test_one_reader_serves_eight_threads_at_once(reader, drawings):
    alone = [reader.read(image).probabilities for image in drawings]

    def read_all(_):
        one = [reader.read(image).probabilities for image in drawings]
        many = [reading.probabilities for reading in reader.read_batch(drawings)]
        return one, many

    with ThreadPoolExecutor(8) as threads:
        for one, many in threads.map(read_all, range(16)):
            np.testing.assert_array_equal(one, alone)
            np.testing.assert_allclose(many, alone, atol=1e-5)


@pytest.mark.tensorflow
def test_keras_and_litert_agree(tiny_model, reader, uci):
    import keras

    theirs = keras.models.load_model(tiny_model / "model.keras").predict(
        uci.images.astype(np.float32), verbose=0
    )
    logits = reader.logits(uci.images)
    ours = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    assert np.abs(ours - theirs).max() < 1e-5
    np.testing.assert_array_equal(ours.argmax(1), theirs.argmax(1))


def test_thresholds_of_the_card_decide(tiny_model, seven, tmp_path):
    def verdict(**thresholds):
        from dataclasses import replace

        shutil.copytree(tiny_model, tmp_path / "m", dirs_exist_ok=True)
        card = Reader(tiny_model).card
        thresholds = replace(card.calibration, **thresholds)
        replace(card, calibration=thresholds, judge="itself").write(tmp_path / "m" / "card.json")
        return Reader(tmp_path / "m").read(seven)

    never, always = {"least_digitness": -1e9}, {"least_confidence": 0.0}
    assert verdict(**never, **always).verdict == "digit"
    assert verdict(**never, **always).digit == verdict(**never, **always).candidates[0]
    assert verdict(**never, least_confidence=1.1).verdict == "unsure"
    assert verdict(least_digitness=1e9, **always).verdict == "not a digit"
    assert verdict(least_digitness=1e9, **always).digit is None


def test_a_file_that_is_no_network_is_told(tiny_model, tmp_path):
    from mnist_core.inference.litert import Network

    (tmp_path / "model.tflite").write_bytes(b"TFL3" * 20)
    with pytest.raises(ModelError, match="damaged"):
        Network(tmp_path / "model.tflite")


def test_an_unknown_model_is_told():
    with pytest.raises(ModelError, match="no model nobody"):
        load_reader("nobody")


@pytest.fixture(scope="module")
def heart() -> np.ndarray:
    """A heart drawn on the canvas, which a network that knows digits alone reads as a 0."""
    t = np.linspace(0, 2 * np.pi, 80)
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    line = np.stack([140 + 88 * np.sin(t) ** 3, 130 - 5.5 * y], axis=1).astype(np.int32)
    return cv2.polylines(np.zeros((280, 280), np.uint8), [line], True, 255, 14, cv2.LINE_AA)


@pytest.mark.parametrize("name", ["quick-cnn", "simple-cnn", "softmax"])
def test_the_default_model_judges_for_a_network_that_knows_no_outliers(name, heart):
    reader = load_reader(name)
    assert reader.judge.name == "pen-cnn"
    assert reader.read(heart).verdict == "not a digit"
    reader.judge = None
    assert reader.read(heart).digit == 0  # what it would say itself


def test_a_network_that_knows_outliers_judges_itself():
    assert load_reader("pen-cnn").judge is None


def test_a_card_says_who_judges(tiny_model, tmp_path):
    from dataclasses import replace

    from mnist_core.models.cards import Card

    old = Reader(tiny_model).card
    assert (old.judge, old.judges_itself) == ("", False)  # as its recipe has no outliers
    replace(old, judge="itself").write(tmp_path / "card.json")
    assert Card.read(tmp_path / "card.json").judges_itself
    replace(old, judge="nobody").write(tmp_path / "card.json")
    with pytest.raises(ModelError):
        Card.read(tmp_path / "card.json")


def test_a_network_without_a_judge_uses_its_own_digitness(tiny_model, seven, monkeypatch, tmp_path):
    monkeypatch.setattr("mnist_core.inference.reader.shipped_models_dir", lambda: tmp_path)
    monkeypatch.setattr("mnist_core.inference.reader.public_dirs", lambda: (tmp_path,))
    reader = Reader(tiny_model)
    assert reader.judge is None
    assert reader.read(seven).probabilities.sum() == pytest.approx(1, abs=1e-5)
