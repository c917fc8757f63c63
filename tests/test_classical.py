import sys

import numpy as np
import pytest

from mnist_core.data.datasets import load_dataset
from mnist_core.data.digits import Dataset
from mnist_core.errors import DataError, RecipeError
from mnist_core.training.classical import fit_boosted, fit_forest, fit_softmax
from mnist_core.training.export import with_probabilities


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return load_dataset("uci-digits")


def boosted(digits):
    pytest.importorskip("xgboost")
    return fit_boosted(digits, rounds=3)


def test_softmax_is_a_network_with_one_layer_in_the_projects_form(digits):
    network = fit_softmax(digits.train, iterations=1)
    assert network.input_shape == (None, 28, 28)
    assert network.input.name == "image"
    assert network.count_params() == 7850
    assert network.layers[-1].name == "logits"


def test_softmax_gives_scikit_learns_probabilities(digits):
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    def rows(images):
        return images.reshape(len(images), -1) / np.float32(255)

    network = with_probabilities(fit_softmax(digits.train, iterations=20))
    probabilities = network.predict(digits.test.images.astype(np.float32), verbose=0)
    with pytest.warns(ConvergenceWarning):
        judge = LogisticRegression(max_iter=20).fit(rows(digits.train.images), digits.train.labels)
    np.testing.assert_allclose(
        probabilities, judge.predict_proba(rows(digits.test.images)), atol=1e-5
    )
    assert (probabilities.argmax(axis=1) == digits.test.labels).mean() > 0.88


@pytest.mark.parametrize(("fit", "right"), [(fit_forest, 0.9), (boosted, 0.75)])
def test_trees_give_probabilities_of_ten_digits(digits, fit, right):
    probabilities = fit(digits.train).predict_proba(digits.test.images)
    assert probabilities.dtype == np.float32
    assert probabilities.shape == (500, 10)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert (probabilities.argmax(axis=1) == digits.test.labels).mean() > right


def test_the_same_seed_grows_the_same_forest(digits):
    first, second, other = (
        fit_forest(digits.train, trees=10, seed=seed).predict_proba(digits.test.images)
        for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, other)


def test_the_same_seed_boosts_the_same_trees(digits):
    """There is no other seed to tell apart: with xgboost's defaults nothing is left to chance."""
    first, second = (boosted(digits.train[:300]).predict_proba(digits.test.images) for _ in "12")
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("fit", [fit_softmax, fit_forest, fit_boosted])
def test_a_digit_that_is_missing_is_named(digits, fit):
    some = digits.train[np.isin(digits.train.labels, (3, 7), invert=True).nonzero()[0]]
    with pytest.raises(DataError, match="at least one of each digit .* none of 3, 7"):
        fit(some)


def test_without_xgboost_it_says_what_to_install(digits, monkeypatch):
    monkeypatch.setitem(sys.modules, "xgboost", None)
    with pytest.raises(RecipeError, match="pip install xgboost-cpu"):
        fit_boosted(digits.train)
