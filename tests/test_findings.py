"""What the checks of a set of digits find."""

import numpy as np
import pytest

from mnist_core.digits import Digits
from ui.data.findings import examine


@pytest.fixture
def parts() -> tuple[Digits, Digits]:
    """Three threes, two of them alike and one blank, and apart from them a four."""
    images = np.zeros((3, 28, 28), np.uint8)
    images[:2, 5:20, 10] = 200
    four = np.full((1, 28, 28), 9, np.uint8)
    return Digits(images, np.full(3, 3, np.uint8)), Digits(four, np.full(1, 4, np.uint8))


def test_it_counts_each_part(parts):
    findings = examine(parts)
    assert findings.counts == ((0, 0, 0, 3, 0, 0, 0, 0, 0, 0), (0, 0, 0, 0, 1, 0, 0, 0, 0, 0))
    assert findings.n == 4
    assert findings.missing == 0


def test_it_finds_ranges_blanks_and_duplicates(parts):
    findings = examine(parts)
    assert (findings.darkest, findings.lightest) == (0, 200)
    assert (findings.least_label, findings.greatest_label) == (3, 4)
    assert findings.blank == 1
    assert findings.duplicates == 1


def test_a_digit_in_both_parts_is_a_duplicate(parts):
    train, _ = parts
    assert examine((train, train)).duplicates == 4


def test_means_are_means(parts):
    means = examine(parts).means
    assert means.shape == (10, 28, 28)
    assert means[3, 10, 10] == 133
    assert (means[4] == 9).all()
    assert not means[5].any()


def test_uci_digits_are_clean(uci):
    findings = examine((uci,))
    assert findings.n == 1797
    assert (findings.blank, findings.duplicates, findings.lightest) == (0, 0, 255)


def test_mnist_is_clean(mnist):
    findings = examine((mnist.train, mnist.test))
    assert findings.counts[0][5] == 5421
    assert (findings.blank, findings.duplicates, findings.missing) == (0, 0, 0)
