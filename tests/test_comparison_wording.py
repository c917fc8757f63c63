"""Which of two models is better, in words."""

import numpy as np
import pytest

from mnist_core.evaluation.comparison import Comparison
from ui.mistakes.comparison_wording import frequency_in_words, verdict


def comparison(only_first: int, only_second: int, both: int = 0) -> Comparison:
    return Comparison(np.arange(both), np.arange(only_first), np.arange(only_second), 100)


def test_the_one_with_fewer_mistakes_of_its_own_is_better():
    assert (
        "**second is better than first**, and the difference is statistically significant"
        in verdict(comparison(20, 4), "first", "second")
    )
    assert (
        "**first is better than second**, and the difference is statistically significant"
        in verdict(comparison(4, 20), "first", "second")
    )


def test_a_small_difference_proves_nothing():
    said = verdict(comparison(6, 4), "first", "second")
    assert "**first** alone misreads 6, **second** alone 4" in said
    assert "that is no proof that second is better" in said
    assert "in 75 of 100 cases" in said


@pytest.mark.parametrize(
    ("one", "both", "says"),
    [
        (0, 0, "Both read every digit correctly"),
        (0, 3, "They misread exactly the same digits"),
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
        (1e-9, "less than 1 time in a million"),
        (0.001, "about 1 time in 1,000"),
        (0.02, "about 1 time in 50"),
        (0.4, "about 1 time in 2.5"),
        (0.8, "in 80 of 100 cases"),
    ],
)
def test_a_probability_is_told_as_people_say_it(p, says):
    assert frequency_in_words(p) == says
