import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.sources import some_characters, some_fonts, some_pens, some_symbols

from mnist_core import Reader
from mnist_core.data.datasets import load_dataset
from mnist_core.data.digits import Dataset
from mnist_core.evaluation import test_sets
from mnist_core.evaluation.test_sets import (
    held_out_outliers,
    held_out_pen_drawings,
    measure_outliers,
)
from mnist_core.inference.litert import Network
from mnist_core.models.cards import Calibration
from mnist_core.recipes.recipe import Recipe
from mnist_core.synthesis.pen_drawings import PENS, TEST_WRITERS
from mnist_core.synthesis.symbol_drawings import TEST_KINDS


@pytest.fixture(autouse=True)
def at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_sets, "load_pens", some_pens)
    monkeypatch.setattr(test_sets, "load_characters", some_characters)
    monkeypatch.setattr(test_sets, "load_fonts", some_fonts)
    monkeypatch.setattr(test_sets, "load_symbols", some_symbols)
    monkeypatch.setattr(test_sets, "LETTERS", 60)


def test_strangers_are_always_drawn_the_same():
    first, second = held_out_pen_drawings(), held_out_pen_drawings()
    np.testing.assert_array_equal(first.images, second.images)
    writers = some_pens().of_writers(*TEST_WRITERS)
    assert len(first) == len(PENS) * len(writers)


def test_strangers_are_drawn_with_the_pens_and_sizes_that_are_hardest(tiny_recipe, monkeypatch):
    dataset = load_dataset("uci-digits")
    monkeypatch.setattr(test_sets, "mnist_here", lambda: None)
    sets = test_sets.test_sets(dataset, dataset.train[:0], replace(tiny_recipe, pens=0.1))
    writers = some_pens().of_writers(*TEST_WRITERS)
    assert len(sets["pens-small-bold"]) == len(sets["pens-large-fine"]) == len(writers)
    bold, fine = (sets[name].images.mean() for name in ("pens-small-bold", "pens-large-fine"))
    assert bold > 1.5 * fine


def test_what_shows_no_digit_is_of_kinds_that_training_never_sees():
    found = held_out_outliers()
    assert 40 < len(found["letters"]) <= 60
    first, last = TEST_KINDS
    assert len(found["symbols"]) == 3 * (last - first + 1)
    assert {picture.shape for part in found.values() for picture in part} == {(28, 28)}


def train_on(dataset: Dataset, folder: Path) -> None:
    """Let a copied model be one that was trained on a data set."""
    card = Reader(folder).card
    data = {**card.data, "name": dataset.name, "fingerprint": dataset.train.fingerprint()}
    replace(card, name=folder.name, data=data).write(folder / "card.json")


def sizes_of(dataset: Dataset, recipe: Recipe) -> dict[str, int]:
    sets = test_sets.test_sets(dataset, dataset.train[:50], recipe)
    return {name: len(digits) for name, digits in sets.items()}


def test_a_network_is_measured_on_what_its_pretrained_weights_do_not_know(
    no_mnist, tiny_recipe, tiny_model, data_root, uci
):
    shutil.copytree(tiny_model, data_root / "models" / "tiny")
    dataset = Dataset("mine.csv", uci[:600], uci[1_200:1_400])  # tiny has learned from 97 of these
    assert sizes_of(dataset, tiny_recipe) == {
        "mine.csv-test": 200,
        "held-out": 50,
        "uci-digits": 1_797,
    }
    recipe = replace(tiny_recipe, pretrained="tiny")
    assert sizes_of(dataset, recipe) == {"mine.csv-test": 103, "uci-digits": 500}
    train_on(Dataset("other.csv", uci[:10], uci[:0]), data_root / "models" / "tiny")
    assert not sizes_of(dataset, recipe)  # nobody can tell
    train_on(dataset, data_root / "models" / "tiny")
    assert sizes_of(dataset, recipe) == {"mine.csv-test": 200}
    assert not sizes_of(dataset, replace(tiny_recipe, pretrained="gone"))


def test_no_digit_that_was_added_for_training_is_tested_on(tiny_recipe, uci, monkeypatch):
    mnist = Dataset("mnist", uci[:0], uci[1_700:])
    monkeypatch.setattr(test_sets, "mnist_here", lambda: mnist)
    dataset = replace(load_dataset("uci-digits"), added=uci[1_300:1_797].joined(uci[:20]))
    assert sizes_of(dataset, tiny_recipe) == {"uci-digits-test": 3, "held-out": 30}
    dataset = Dataset("mine.csv", uci[:60], uci[60:90], added=uci[80:200])
    assert sizes_of(dataset, tiny_recipe) == {
        "mine.csv-test": 20,
        "held-out": 50,
        "uci-digits": 1_677,
        "mnist-test": 97,
    }


@pytest.mark.slow
def test_a_card_tells_how_each_kind_is_refused(tiny_model):
    network = Network(tiny_model / "model.tflite")
    strict = measure_outliers(network, Calibration(least_digitness=1e9))
    lax = measure_outliers(network, Calibration(least_digitness=-1e9, least_confidence=0))
    drawn = {"clear-letters", "look-alikes", "signs"}
    assert set(strict) == set(lax) == drawn | {"letters", "symbols"}
    for name in strict:
        assert strict[name].called_digit == 0
        assert lax[name].called_digit == 1
        assert 0 <= strict[name].auroc == lax[name].auroc <= 1


@pytest.mark.slow
def test_a_file_without_the_kinds_to_test_on_is_passed_over(tiny_model, monkeypatch):
    monkeypatch.setattr(test_sets, "load_symbols", lambda: some_symbols().of_kinds(0, 3))
    network = Network(tiny_model / "model.tflite")
    assert "symbols" not in measure_outliers(network, Calibration())
