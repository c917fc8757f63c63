import numpy as np
import pytest

from mnist_core import load_reader
from mnist_core.analysis.unseen import shared, unseen, without
from mnist_core.data import load_dataset
from mnist_core.digits import Digits
from mnist_core.reader import Reader


def test_a_model_of_other_digits_reads_all_of_the_uci_digits(uci):
    assert len(unseen(load_dataset("uci-digits"), load_reader("softmax").card)) == len(uci)


def test_a_model_of_the_uci_digits_reads_their_test_part_only(tiny_model):
    digits = unseen(load_dataset("uci-digits"), Reader(tiny_model).card)
    assert len(digits) == 500


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
