import numpy as np
import pytest

from mnist_core.evaluation.comparison import compare


def comparison(both: int, only_first: int, only_second: int, neither: int):
    first = [False] * (both + only_first) + [True] * (only_second + neither)
    second = [False] * both + [True] * only_first + [False] * only_second + [True] * neither
    return compare(np.array(first), np.array(second))


def test_a_case_counted_by_hand():
    result = comparison(both=1, only_first=2, only_second=3, neither=4)
    assert result.both_wrong.tolist() == [0]
    assert result.only_first_wrong.tolist() == [1, 2]
    assert result.only_second_wrong.tolist() == [3, 4, 5]
    assert result.both_right == 4


@pytest.mark.parametrize(
    ("only_first", "only_second", "p"),
    [
        (0, 0, 1.0),
        (5, 5, 1.0),
        (0, 5, 2 / 32),  # two-sided: all five on one side, or all on the other
        (1, 9, 22 / 1024),  # (1 + 10) ways, on either side, of 2 ** 10
        (9, 1, 22 / 1024),
    ],
)
def test_mcnemars_exact_test_of_cases_counted_by_hand(only_first, only_second, p):
    assert comparison(7, only_first, only_second, 80).p_value() == pytest.approx(p)


def test_a_model_against_itself_does_not_differ():
    right = np.array([True, False, True])
    result = compare(right, right)
    assert result.both_wrong.tolist() == [1]
    assert not len(result.only_first_wrong) and not len(result.only_second_wrong)
    assert result.p_value() == 1
