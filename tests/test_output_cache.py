"""The cache of network outputs: computed once, recomputed if damaged, and limited in size."""

import os
import shutil

import numpy as np
import pytest

from mnist_core import Reader, load_reader
from mnist_core.evaluation import output_cache
from mnist_core.evaluation.evaluation import evaluate, evaluate_cached
from mnist_core.evaluation.output_cache import (
    cache_file,
    cache_key,
    cached,
    cached_logits,
    is_cached,
    load_array,
    outputs_in_steps,
    ship_logits,
    shipped_file,
)
from mnist_core.hand.references import write_references
from mnist_core.inference.calibration import probabilities_of
from mnist_core.models.registry import find_model


def never() -> np.ndarray:
    raise AssertionError("It was computed again.")


def make(n: int = 3) -> np.ndarray:
    return np.arange(2.0 * n).reshape(n, 2)


def test_an_array_is_computed_once():
    assert not cache_file("a").is_file()
    np.testing.assert_array_equal(cached("a", 3, make), make())
    assert cache_file("a").is_file()
    np.testing.assert_array_equal(cached("a", 3, never), make())


@pytest.mark.parametrize(
    "damage", ["cut", "garbage", "flipped", "packing", "encrypted", "empty", "folder"]
)
def test_a_damaged_array_is_computed_again(damage):
    cached("a", 3, make)
    file = cache_file("a")
    content = bytearray(file.read_bytes())
    if damage == "cut":
        file.write_bytes(content[:-40])
    elif damage == "garbage":
        file.write_bytes(b"no array at all")
    elif damage == "flipped":
        content[content.index(np.float64(5).tobytes())] ^= 1
        file.write_bytes(content)
    elif damage in ("packing", "encrypted"):  # one bit of the archive's list of contents
        at = content.index(b"PK\1\2") + (10 if damage == "packing" else 8)
        content[at] ^= 1
        file.write_bytes(content)
    elif damage == "empty":
        file.write_bytes(b"")
    else:
        file.unlink()
        file.mkdir()
    np.testing.assert_array_equal(cached("a", 3, make), make())
    if damage != "folder":
        np.testing.assert_array_equal(cached("a", 3, never), make())


def test_an_array_of_another_length_is_computed_again():
    cached("a", 3, make)
    assert len(cached("a", 4, lambda: make(4))) == 4
    assert len(cached("a", 4, never)) == 4


def test_objects_are_not_unpickled():
    cache_file("a").parent.mkdir()
    np.savez(cache_file("a"), array=np.array([{"a": 1}] * 3, object))
    np.testing.assert_array_equal(cached("a", 3, make), make())


def test_without_a_writable_folder_it_still_answers(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("INKLING_HOME", str(tmp_path / "file"))
    np.testing.assert_array_equal(cached("a", 3, make), make())


def test_an_interrupted_write_leaves_nothing(monkeypatch):
    def interrupted(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", interrupted)
    with pytest.raises(KeyboardInterrupt):
        cached("a", 3, make)
    assert list(cache_file("a").parent.iterdir()) == []


def set_ages(*keys: str) -> None:
    """Make the first key the least recently used one."""
    for age, key in enumerate(keys):
        os.utime(cache_file(key), (1_000 + age, 1_000 + age))


def test_the_least_recently_used_array_is_evicted(monkeypatch):
    monkeypatch.setattr(output_cache, "MAX_FILES", 2)
    cached("a", 3, make)
    cached("b", 3, make)
    set_ages("a", "b")
    cached("a", 3, never)  # now b is the older one
    cached("c", 3, make)
    assert [cache_file(key).is_file() for key in "abc"] == [True, False, True]


def test_references_and_what_others_are_writing_are_not_evicted(monkeypatch, tiny_model):
    monkeypatch.setattr(output_cache, "MAX_FILES", 1)
    features = np.ones((1, 4), np.float32)
    references = write_references(tiny_model, features, features[:0], beside=False)
    partial = cache_file(".new-0123abcd")
    partial.touch()
    for file in (references, partial):
        os.utime(file, (1_000, 1_000))
    cached("a", 3, make)
    assert [file.is_file() for file in (references, partial, cache_file("a"))] == [True] * 3


def test_the_newest_array_stays_however_large_it_is(monkeypatch):
    cached("a", 3, make)
    set_ages("a")
    monkeypatch.setattr(output_cache, "MAX_BYTES", 10)
    cached("b", 3, make)
    assert [cache_file(key).is_file() for key in "ab"] == [False, True]


# The outputs of networks


@pytest.fixture(scope="module")
def reader():
    return load_reader("tutorial-mlp")


def test_steps_change_nothing_and_are_reported(reader, uci):
    digits, steps = uci[:1100], []
    outputs = outputs_in_steps(
        reader.network.run, digits.images, "features", lambda *step: steps.append(step)
    )
    np.testing.assert_allclose(outputs, reader.network.run(digits.images)["features"], atol=1e-4)
    assert steps == [(512, 1100), (1024, 1100), (1100, 1100)]


def test_the_same_model_and_digits_are_never_computed_again(reader, uci, monkeypatch):
    first = evaluate_cached(reader, uci[:100])
    monkeypatch.setattr(reader.network, "run", None)
    again = load_reader("tutorial-mlp")  # as after a restart
    monkeypatch.setattr(again.network, "run", None)
    np.testing.assert_array_equal(evaluate_cached(again, uci[:100]).logits, first.logits)


def test_other_digits_and_other_models_have_their_own_entries(reader, uci):
    cached_logits(reader, uci[:50], lambda done, size: None)
    assert is_cached(reader, uci[:50], "logits")
    assert not is_cached(reader, uci[1:51], "logits")
    assert not is_cached(load_reader("logbook-mlp"), uci[:50], "logits")
    assert not is_cached(reader, uci[:50], "directions")


def test_cached_outputs_are_the_computed_ones(reader, uci):
    from_cache = evaluate_cached(reader, uci)
    fresh = evaluate(reader.network, reader.card.calibration, uci)
    np.testing.assert_allclose(from_cache.logits, fresh.logits, atol=1e-4)
    assert evaluate_cached(reader, uci).metrics() == from_cache.metrics()


# Outputs that ship with a model


SLOW = ["pen-cnn", "simple-cnn"]  # the others read all their test sets within a second


@pytest.mark.parametrize("name", SLOW)
def test_slow_models_ship_with_the_outputs_that_they_give(name, uci):
    reader, some = load_reader(name), uci[:200]
    shipped = load_array(shipped_file(reader, uci, "logits"), len(uci))[:200]
    given = probabilities_of(reader.logits(some.images), 1.0)
    np.testing.assert_allclose(probabilities_of(shipped, 1.0), given, atol=2e-3)
    np.testing.assert_array_equal(shipped.argmax(axis=1), given.argmax(axis=1))


@pytest.mark.parametrize("name", SLOW)
def test_the_outputs_that_ship_give_the_figures_of_the_card(name, uci, mnist, monkeypatch):
    reader = load_reader(name)
    monkeypatch.setattr(reader.network, "run", None)  # nothing is computed
    for key, digits in (("uci-digits", uci), ("mnist-test", mnist.test)):
        assert is_cached(reader, digits, "logits")
        measured, claimed = evaluate_cached(reader, digits).metrics(), reader.card.metrics[key]
        assert measured.accuracy == claimed.accuracy
        assert measured.loss == pytest.approx(claimed.loss, abs=1e-5)
    assert not cache_file(cache_key(reader, uci, "logits")).exists()


def test_a_model_is_shipped_with_outputs(tmp_path, uci):
    shutil.copytree(find_model("tutorial-mlp"), tmp_path / "mine")
    reader = Reader(tmp_path / "mine")
    ship_logits(reader, uci[:100])
    given = reader.logits(uci.images[:100])
    found = cached_logits(reader, uci[:100], lambda done, size: None)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, given, rtol=1e-3)
    np.testing.assert_array_equal(found.argmax(axis=1), given.argmax(axis=1))


def test_half_precision_that_would_change_a_prediction_is_not_used(tmp_path, uci, monkeypatch):
    shutil.copytree(find_model("tutorial-mlp"), tmp_path / "mine")
    reader = Reader(tmp_path / "mine")
    close = np.zeros((1, 10), np.float32)
    close[0, 3:5] = 20.0, 20.001  # the same number in float16
    monkeypatch.setattr(reader.network, "run", lambda images: {"logits": close})
    ship_logits(reader, uci[:1])
    np.testing.assert_array_equal(cached_logits(reader, uci[:1], lambda done, size: None), close)


def test_outputs_of_earlier_weights_are_not_used(tmp_path, uci):
    shutil.copytree(find_model("tutorial-mlp"), tmp_path / "mine")
    reader = Reader(tmp_path / "mine")
    ship_logits(reader, uci[:100])
    assert is_cached(reader, uci[:100], "logits")
    reader.card.checksums["model.tflite"] = "0" * 64
    assert not is_cached(reader, uci[:100], "logits")
