import numpy as np
import pytest

from mnist_core import load_reader
from mnist_core.analysis.unseen import shared, unseen, without
from mnist_core.data import load_dataset
from mnist_core.digits import Dataset, Digits
from mnist_core.reader import Reader
from mnist_core.sources.kaggle import write_train


def test_a_model_of_other_digits_reads_all_of_the_uci_digits(uci):
    assert len(unseen(load_dataset("uci-digits"), load_reader("softmax").card)) == len(uci)


def test_a_model_of_the_uci_digits_reads_their_test_part_only(tiny_model):
    digits = unseen(load_dataset("uci-digits"), Reader(tiny_model).card)
    assert len(digits) == 500


def test_of_a_train_csv_a_model_of_mnist_reads_what_it_has_not_learned_from(mnist, tmp_path):
    digits = Digits(
        np.concatenate([mnist.train.images[:600], mnist.test.images[:600]]),
        np.concatenate([mnist.train.labels[:600], mnist.test.labels[:600]]),
    )
    write_train(tmp_path / "train.csv", digits)
    dataset = load_dataset(str(tmp_path / "train.csv"))
    digits = unseen(dataset, load_reader("softmax").card)
    assert 0 < len(digits) < len(dataset.test)
    assert len(without(digits, mnist.test)) == 0


def test_where_mnist_is_not_at_hand_nothing_can_be_left_out(monkeypatch, uci):
    monkeypatch.setattr("mnist_core.analysis.unseen.local_mnist", lambda: None)
    dataset = Dataset("train.csv", uci[:100], uci[100:150])
    assert len(unseen(dataset, load_reader("softmax").card)) == 50


def test_digits_are_known_by_their_pixels_wherever_they_are(uci):
    order = np.random.default_rng(0).permutation(200)
    mixed = uci[:200][order]
    new = without(mixed, uci[50:200])
    assert len(new) == 50
    assert sorted(new.labels) == sorted(uci.labels[:50])
    assert len(shared(mixed, uci[50:250])) == 150


def test_another_pixel_makes_another_digit(uci):
    images = uci.images[:5].copy()
    images[2, 0, 0] = 1
    assert len(without(Digits(images, uci.labels[:5]), uci)) == 1


@pytest.mark.parametrize("keep", [without, shared])
def test_none_is_no_failure(uci, keep):
    assert len(keep(uci[:0], uci[:5])) == 0
    assert len(without(uci[:5], uci[:0])) == 5
    assert len(without(uci[:5], uci)) == 0
