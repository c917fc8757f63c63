import numpy as np
import pytest

from mnist_core.synthesis.sampling import equally_often


@pytest.mark.parametrize("count", [0, 7, 10, 25, 40])
def test_each_comes_as_often_as_the_others_give_or_take_once(count):
    often = np.bincount(equally_often(10, count, np.random.default_rng(0)), minlength=10)
    assert often.sum() == count
    assert np.ptp(often) <= 1


def test_a_few_of_many_are_chosen_from_all_of_them():
    rng = np.random.default_rng(0)
    chosen = np.concatenate([equally_often(1_000, 100, rng) for _ in range(50)])
    assert len(np.unique(chosen)) > 950
    assert abs(chosen.mean() - 499.5) < 15


def test_they_come_in_random_order():
    order = equally_often(1_000, 2_000, np.random.default_rng(0))
    assert abs(np.corrcoef(order, np.arange(2_000))[0, 1]) < 0.1
