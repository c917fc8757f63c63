"""Classical methods as baselines: logistic regression, a random forest and boosted trees.

Logistic regression becomes a Keras model and is served like any other network. Trees are only
measured: a LiteRT file cannot hold them.
"""

import time
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.digits import Digits
from mnist_core.errors import DataError, RecipeError
from mnist_core.pictures import Picture
from mnist_core.preprocessing import FIELD

if TYPE_CHECKING:  # importing Keras takes 5 s, and only `linear_network` needs it
    import keras


GREY_LEVELS = 64  # at which boosted trees may split: half the time of 256


@dataclass(frozen=True)
class Trees:
    """Fitted trees that read digits.

    Attributes:
        estimator: a fitted classifier of scikit-learn or xgboost for all ten digits.
        seconds: how long fitting took.
    """

    estimator: Any
    seconds: float

    def predict_proba(self, images: Picture) -> NDArray[np.float32]:
        """Return probabilities, float32 (n, 10), for pictures in MNIST's format.

        Args:
            images: uint8 (n, 28, 28).
        """
        return self.estimator.predict_proba(rows(images)).astype(np.float32)

    def logits(self, images: Picture) -> NDArray[np.float32]:
        """Return logits that give these probabilities, float32 (n, 10)."""
        # Trees may give a probability of 0, whose logarithm is not finite.
        return np.log(np.maximum(self.predict_proba(images), np.float32(1e-7)))

    @classmethod
    def fit(cls, estimator: Any, digits: Digits) -> "Trees":
        """Return an estimator of trees, fitted to digits."""
        began = time.monotonic()
        return cls(estimator.fit(rows(digits.images), digits.labels), time.monotonic() - began)


def fit_softmax(digits: Digits, *, iterations: int = 100) -> "keras.Model":
    """Return multinomial logistic regression on pixels from 0 to 1, as an equivalent Keras model.

    scikit-learn's defaults: L-BFGS, with C = 1 as the only penalty. It stops after `iterations`,
    before it converges: three times as many add less than 0.1 % on MNIST's test set.

    Returns:
        A network that takes pixels 0 to 255 and gives logits. It has no hidden layer, so it has no
        `features`.

    Raises:
        DataError: one of the ten digits is missing.
    """
    check_every_digit(digits)
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is meant to stop early
        estimator = LogisticRegression(solver="lbfgs", max_iter=iterations).fit(
            rows(digits.images).astype(np.float32) / 255, digits.labels
        )
    return linear_network(estimator.coef_, estimator.intercept_)


def linear_network(weights: NDArray[Any], biases: NDArray[Any]) -> "keras.Model":
    """Return the Keras model whose only layer has these weights (10, 784) and biases (10,)."""
    import keras
    from keras import layers

    image = keras.Input((FIELD, FIELD), name="image")
    x = layers.Flatten()(layers.Rescaling(1 / 255)(image))
    network = keras.Model(image, layers.Dense(10, name="logits")(x), name="softmax")
    network.get_layer("logits").set_weights([weights.T, biases])
    return network


def fit_forest(digits: Digits, *, trees: int = 100, seed: int = 0) -> Trees:
    """Return a random forest with scikit-learn's defaults, on all cores.

    Raises:
        DataError: one of the ten digits is missing.
    """
    check_every_digit(digits)
    from sklearn.ensemble import RandomForestClassifier

    estimator = RandomForestClassifier(trees, n_jobs=-1, random_state=seed)
    return Trees.fit(estimator, digits)


def fit_boosted(digits: Digits, *, rounds: int = 100, seed: int = 0) -> Trees:
    """Return gradient-boosted trees with xgboost's defaults except `GREY_LEVELS`, on all cores.

    Each round adds one tree, six levels deep, for each of the ten digits; the learning rate is 0.3.

    Raises:
        DataError: one of the ten digits is missing.
        RecipeError: xgboost is not installed; it comes with the development dependencies only.
    """
    check_every_digit(digits)
    try:
        from xgboost import XGBClassifier
    except ImportError:
        raise RecipeError(
            "Boosted trees need xgboost, which is not installed. Install it: "
            "pip install xgboost-cpu (on macOS: brew install libomp; pip install xgboost)"
        ) from None
    estimator = XGBClassifier(
        n_estimators=rounds, tree_method="hist", max_bin=GREY_LEVELS, n_jobs=-1, random_state=seed
    )
    return Trees.fit(estimator, digits)


def rows(images: Picture) -> NDArray[np.uint8]:
    """Return pictures, uint8 (n, 28, 28), as rows of pixels, uint8 (n, 784)."""
    return images.reshape(len(images), FIELD * FIELD)


def check_every_digit(digits: Digits) -> None:
    """Raise if one of the ten digits is missing: a classifier would have no column for it.

    Raises:
        DataError: some digits are missing; the message names them.
    """
    missing = sorted(set(range(10)) - set(digits.labels.tolist()))
    if missing:
        raise DataError(
            "Expected at least one of each digit to train on. "
            f"Received: none of {', '.join(map(str, missing))}"
        )
