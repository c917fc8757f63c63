"""Which of two models is better, in words."""

import numpy as np
import pytest

from mnist_core.analysis.comparison import Comparison
from ui.mistakes.versus_words import how_often, verdict


def comparison(only_first: int, only_second: int, both: int = 0) -> Comparison:
    return Comparison(np.arange(both), np.arange(only_first), np.arange(only_second), 100)


def test_the_one_with_fewer_mistakes_of_its_own_is_better():
    assert "**second is better than first**, beyond chance" in verdict(
        comparison(20, 4), "first", "second"
    )
    assert "**first is better than second**, beyond chance" in verdict(
        comparison(4, 20), "first", "second"
    )


def test_a_small_difference_proves_nothing():
    said = verdict(comparison(6, 4), "first", "second")
    assert "**first** alone misreads 6, **second** alone 4" in said
    assert "that is no proof that second is better" in said
    assert "in 75 of 100 cases" in said


@pytest.mark.parametrize(
    ("one", "both", "says"),
    [
        (0, 0, "Both read all of them right"),
        (0, 3, "They misread the very same digits"),
        (3, 1, "Each alone misreads 3"),
    ],
)
def test_models_that_are_even_are_called_even(one, both, says):
    said = verdict(comparison(one, one, both), "first", "second")
    assert says in said
    assert "Nothing here says that one is better" in said


@pytest.mark.parametrize(
    ("p", "says"),
    [
        (1e-9, "less than once in a million times"),
        (0.001, "once in 1,000 times"),
        (0.02, "once in 50 times"),
        (0.4, "once in 2.5 times"),
        (0.8, "in 80 of 100 cases"),
    ],
)
def test_a_probability_is_told_as_people_say_it(p, says):
    assert how_often(p) == says
