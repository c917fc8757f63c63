from dataclasses import replace

import numpy as np
import pytest
from hands import some_fonts, some_pens, some_symbols

from mnist_core.analysis import examination
from mnist_core.analysis.examination import (
    measure_refusals,
    pens_of_strangers,
    unseen_outliers,
)
from mnist_core.cards import Calibration
from mnist_core.data import load_dataset
from mnist_core.drawing.pen_drawings import PENS, TEST_WRITERS
from mnist_core.drawing.symbol_drawings import TEST_KINDS
from mnist_core.litert import Network


@pytest.fixture(autouse=True)
def at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "load_pens", some_pens)
    monkeypatch.setattr(examination, "load_fonts", some_fonts)
    monkeypatch.setattr(examination, "load_symbols", some_symbols)
    monkeypatch.setattr(examination, "LETTERS", 60)


def test_strangers_are_always_drawn_the_same():
    first, second = pens_of_strangers(), pens_of_strangers()
    np.testing.assert_array_equal(first.images, second.images)
    writers = some_pens().of_writers(*TEST_WRITERS)
    assert len(first) == len(PENS) * len(writers)


def test_strangers_are_drawn_with_the_pens_and_sizes_that_are_hardest(tiny_recipe, monkeypatch):
    dataset = load_dataset("uci-digits")
    monkeypatch.setattr(examination, "mnist_test", lambda: None)
    sets = examination.test_sets(dataset, dataset.train[:0], replace(tiny_recipe, pens=0.1))
    writers = some_pens().of_writers(*TEST_WRITERS)
    assert len(sets["pens-small-bold"]) == len(sets["pens-large-fine"]) == len(writers)
    bold, fine = (sets[name].images.mean() for name in ("pens-small-bold", "pens-large-fine"))
    assert bold > 1.5 * fine


def test_what_shows_no_digit_is_of_kinds_that_training_never_sees():
    found = unseen_outliers()
    assert 40 < len(found["letters"]) <= 60
    first, last = TEST_KINDS
    assert len(found["symbols"]) == 3 * (last - first + 1)
    assert {picture.shape for part in found.values() for picture in part} == {(28, 28)}


def test_a_card_tells_how_each_kind_is_refused(tiny_model):
    network = Network(tiny_model / "model.tflite")
    strict = measure_refusals(network, Calibration(least_digitness=1e9))
    lax = measure_refusals(network, Calibration(least_digitness=-1e9, least_confidence=0))
    assert set(strict) == set(lax) == {"letters", "symbols"}
    for name in strict:
        assert strict[name].called_digit == 0
        assert lax[name].called_digit == 1
        assert 0 <= strict[name].auroc == lax[name].auroc <= 1


def test_a_file_without_the_kinds_to_test_on_is_passed_over(tiny_model, monkeypatch):
    monkeypatch.setattr(examination, "load_symbols", lambda: some_symbols().of_kinds(0, 3))
    network = Network(tiny_model / "model.tflite")
    assert set(measure_refusals(network, Calibration())) == {"letters"}
