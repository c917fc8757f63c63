"""What the profile of a data set says."""

import numpy as np
import pytest

from mnist_core.data.datasets import load_dataset
from mnist_core.data.digits import Dataset, Digits
from ui.data.profile import profile_dataset


@pytest.fixture
def dataset() -> Dataset:
    """Three threes to train on, two of them alike and one blank, and a four to test on."""
    images = np.zeros((3, 28, 28), np.uint8)
    images[:2, 5:20, 10] = 200
    four = np.full((1, 28, 28), 9, np.uint8)
    return Dataset(
        "made", Digits(images, np.full(3, 3, np.uint8)), Digits(four, np.full(1, 4, np.uint8))
    )


def test_it_counts_both_sets(dataset):
    profile = profile_dataset(dataset)
    assert profile.train_counts == (0, 0, 0, 3, 0, 0, 0, 0, 0, 0)
    assert profile.test_counts == (0, 0, 0, 0, 1, 0, 0, 0, 0, 0)


def test_it_finds_ranges_blanks_and_duplicates(dataset):
    profile = profile_dataset(dataset)
    assert profile.pixel_range == (0, 200)
    assert profile.label_range == (3, 4)
    assert profile.blank == 1
    assert profile.duplicates == 1


def test_a_digit_in_both_sets_is_a_duplicate(dataset):
    assert profile_dataset(Dataset("made", dataset.train, dataset.train)).duplicates == 4


def test_means_are_means(dataset):
    means = profile_dataset(dataset).means
    assert means.shape == (10, 28, 28)
    assert means[3, 10, 10] == 133
    assert (means[4] == 9).all()
    assert not means[5].any()


def test_uci_digits_are_clean():
    profile = profile_dataset(load_dataset("uci-digits"))
    assert (sum(profile.train_counts), sum(profile.test_counts)) == (1297, 500)
    assert (profile.blank, profile.duplicates, profile.pixel_range) == (0, 0, (0, 255))


def test_mnist_is_clean(mnist):
    profile = profile_dataset(mnist)
    assert profile.train_counts[5] == 5421
    assert (profile.blank, profile.duplicates, profile.pixel_range) == (0, 0, (0, 255))
