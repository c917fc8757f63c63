import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mnist_core import load_reader
from mnist_core.data.datasets import load_dataset
from mnist_core.data.digits import Dataset, Digits
from mnist_core.data.kaggle import write_train
from mnist_core.evaluation.leakage import difference, exclude_training_samples, intersection
from mnist_core.inference.reader import Reader
from mnist_core.models.cards import Card


def test_a_model_of_other_digits_reads_all_of_the_uci_digits(uci):
    assert len(
        exclude_training_samples(load_dataset("uci-digits"), load_reader("softmax").card)
    ) == len(uci)


def test_a_model_of_the_uci_digits_reads_their_test_part_only(tiny_model):
    digits = exclude_training_samples(load_dataset("uci-digits"), Reader(tiny_model).card)
    assert (len(digits), digits.left_out) == (500, 1_297)
    assert digits.positions.tolist() == list(range(1_297, 1_797))  # as of all of them


def test_of_a_file_everything_is_measured_that_a_model_has_not_learned_from(mnist, tmp_path, uci):
    digits = mnist.train[:60].joined(uci[:40])
    write_train(tmp_path / "train.csv", digits)
    dataset = load_dataset(str(tmp_path / "train.csv"))
    fresh = exclude_training_samples(dataset, load_reader("softmax").card)
    assert (len(fresh), fresh.left_out) == (40, 60)
    assert "softmax was trained on them" in fresh.why
    np.testing.assert_array_equal(fresh.digits.images, uci.images[:40])
    assert fresh.positions.tolist() == list(range(60, 100))


def test_of_mnist_the_test_set_is_measured(mnist):
    fresh = exclude_training_samples(mnist, load_reader("softmax").card)
    assert (len(fresh), fresh.left_out) == (10_000, 60_000)
    assert fresh.why


def test_both_parts_of_a_strangers_file_are_measured(no_mnist, uci):
    dataset = Dataset("mine.npz", uci[:100], uci[100:150])
    fresh = exclude_training_samples(dataset, load_reader("softmax").card)
    assert (len(fresh), fresh.left_out, fresh.why) == (150, 0, "")
    assert "if MNIST were on this machine" in fresh.caution


@pytest.fixture(params=["one part", "two parts"])
def file(request, uci, tmp_path):
    """Return a file of 120 digits, with and without its own test set of 20."""
    if request.param == "one part":
        write_train(tmp_path / "train.csv", uci[:120])
        return tmp_path / "train.csv"
    parts = {"x_train": uci.images[:100], "y_train": uci.labels[:100]}
    np.savez(tmp_path / "mine.npz", **parts, x_test=uci.images[100:120], y_test=uci.labels[100:120])
    return tmp_path / "mine.npz"


def test_a_model_of_this_file_is_measured_on_what_was_held_back(tiny_model, uci, file):
    dataset = load_dataset(str(file))
    card = Reader(tiny_model).card
    data = {**card.data, "name": file.name, "fingerprint": dataset.train.fingerprint()}
    fresh = exclude_training_samples(dataset, replace(card, data=data))
    assert (len(fresh), fresh.left_out) == (20, 100)
    np.testing.assert_array_equal(uci.images[fresh.positions], fresh.digits.images)


@pytest.mark.parametrize("start", ["", "every:"])
def test_a_model_of_every_digit_of_this_file_is_measured_on_none(start, tiny_model, file):
    card = Reader(tiny_model).card
    every = load_dataset(f"every:{file}").train
    data = {**card.data, "name": file.name, "fingerprint": every.fingerprint()}
    dataset = load_dataset(f"{start}{file}")
    fresh = exclude_training_samples(dataset, replace(card, data=data))
    assert (len(fresh), fresh.left_out) == (0, 120)
    assert fresh.why == "the model was trained on every digit of this file."


def began_with(card: Card, name: str) -> Card:
    return replace(card, name="mine", recipe=replace(card.recipe, pretrained=name))


def test_what_a_model_began_with_has_not_learned_from_them_either(tiny_model, data_root, uci):
    shutil.copytree(tiny_model, data_root / "models" / "tiny")
    dataset = Dataset("mine.csv", uci[:1_200], uci[1_200:1_400])
    card = Reader(tiny_model).card
    data = {**card.data, "name": "mine.csv", "fingerprint": dataset.train.fingerprint()}
    fresh = exclude_training_samples(dataset, began_with(replace(card, data=data), "tiny"))
    assert fresh.positions.tolist() == list(range(1_297, 1_400))
    np.testing.assert_array_equal(fresh.digits.images, uci.images[1_297:1_400])
    assert fresh.left_out == 1_297
    assert "and tiny, with whose weights its training began, was trained on others" in fresh.why
    whole = load_dataset("uci-digits")
    fresh = exclude_training_samples(whole, began_with(load_reader("softmax").card, "tiny"))
    assert (len(fresh), fresh.left_out, fresh.positions[0]) == (500, 1_297, 1_297)
    assert fresh.why == "tiny, with whose weights its training began, was trained on them."


def test_models_that_began_with_one_another_do_not_go_on_for_ever(tiny_model, data_root, uci):
    for name, before in (("one", "two"), ("two", "one")):
        folder = Path(shutil.copytree(tiny_model, data_root / "models" / name))
        replace(began_with(Reader(folder).card, before), name=name).write(folder / "card.json")
    card = Card.read(data_root / "models" / "one" / "card.json")
    assert len(exclude_training_samples(load_dataset("uci-digits"), card)) == 500


def test_a_model_that_replaced_what_it_began_with_is_measured_as_before(mnist):
    card = load_reader("pen-cnn").card
    assert card.recipe.pretrained == card.name
    fresh = exclude_training_samples(mnist, card)
    assert (len(fresh), fresh.caution) == (10_000, "")


def test_it_is_said_if_what_a_model_began_with_is_gone(tiny_model):
    card = began_with(Reader(tiny_model).card, "gone")
    fresh = exclude_training_samples(load_dataset("uci-digits"), card)
    assert len(fresh) == 500
    assert "began with the weights of gone, which is missing or damaged" in fresh.caution


def test_it_is_said_that_added_digits_may_be_among_them(tiny_model, uci):
    card = Reader(tiny_model).card
    card = replace(card, data={**card.data, "added": 300})
    for dataset in (load_dataset("uci-digits"), Dataset("own.csv", uci[:60], uci[60:90])):
        caution = exclude_training_samples(dataset, card).caution
        assert "tiny was also trained on digits that were added to uci-digits" in caution


def test_digits_are_known_by_their_pixels_wherever_they_are(uci):
    order = np.random.default_rng(0).permutation(200)
    mixed = uci[:200][order]
    new = difference(mixed, uci[50:200])
    assert len(new) == 50
    assert sorted(new.labels) == sorted(uci.labels[:50])
    assert len(intersection(mixed, uci[50:250])) == 150


def test_another_pixel_makes_another_digit(uci):
    images = uci.images[:5].copy()
    images[2, 0, 0] = 1
    assert len(difference(Digits(images, uci.labels[:5]), uci)) == 1


@pytest.mark.parametrize("keep", [difference, intersection])
def test_none_is_no_failure(uci, keep):
    assert len(keep(uci[:0], uci[:5])) == 0
    assert len(difference(uci[:5], uci[:0])) == 5
    assert len(difference(uci[:5], uci)) == 0
