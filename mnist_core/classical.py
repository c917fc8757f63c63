"""The classical methods that a comparison must include: a line to stay above.

Logistic regression becomes a Keras model and is served like any other. Trees are measured, not
served: they have no place in a LiteRT file.
"""

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.digits import Digits
from mnist_core.errors import DataError, RecipeError
from mnist_core.preprocessing import FIELD, Picture

if TYPE_CHECKING:  # Keras costs 5 s, and only a softmax needs it
    import keras


LEVELS = 64  # of grey, between which boosted trees may split: half the time of 256


@dataclass(frozen=True)
class Trees:
    """Fitted trees that read digits.

    Attributes:
        estimator: a classifier of scikit-learn or xgboost, fitted to all ten digits.
    """

    estimator: Any

    def predict_proba(self, images: Picture) -> NDArray[np.float32]:
        """Return probabilities, float32 (n, 10), for pictures in MNIST's format.

        Args:
            images: uint8 (n, 28, 28).
        """
        return self.estimator.predict_proba(rows(images)).astype(np.float32)


def fit_softmax(digits: Digits, *, iterations: int = 100) -> "keras.Model":
    """Return multinomial logistic regression on pixels from 0 to 1, as the equal Keras model.

    scikit-learn's defaults: L-BFGS, with C = 1 as the only penalty. It is stopped after
    `iterations`, before it converges: three times as many add less than 0.1 % on MNIST's test set.

    Returns:
        A network that takes pixels 0 to 255 and gives logits; it has no hidden layer, and so no
        `features`.

    Raises:
        DataError: one of the ten digits is missing.
    """
    need_every_digit(digits)
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # stopping early is the intention
        estimator = LogisticRegression(solver="lbfgs", max_iter=iterations).fit(
            rows(digits.images).astype(np.float32) / 255, digits.labels
        )
    return linear_network(estimator.coef_, estimator.intercept_)


def linear_network(weights: NDArray[Any], biases: NDArray[Any]) -> "keras.Model":
    """Return the Keras model with these weights (10, 784) and biases (10,) as its one layer."""
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
    need_every_digit(digits)
    from sklearn.ensemble import RandomForestClassifier

    estimator = RandomForestClassifier(trees, n_jobs=-1, random_state=seed)
    return Trees(estimator.fit(rows(digits.images), digits.labels))


def fit_boosted(digits: Digits, *, rounds: int = 100, seed: int = 0) -> Trees:
    """Return gradient-boosted trees with xgboost's defaults but for `LEVELS`, on all cores.

    That is, in 100 rounds, a tree six levels deep for each of the ten digits, at a rate of 0.3.

    Raises:
        DataError: one of the ten digits is missing.
        RecipeError: xgboost is not installed; it comes with the development dependencies only.
    """
    need_every_digit(digits)
    try:
        from xgboost import XGBClassifier
    except ImportError:
        raise RecipeError(
            "Boosted trees need xgboost, which is not installed. Install it: "
            "pip install xgboost-cpu (on macOS: brew install libomp; pip install xgboost)"
        ) from None
    estimator = XGBClassifier(
        n_estimators=rounds, tree_method="hist", max_bin=LEVELS, n_jobs=-1, random_state=seed
    )
    return Trees(estimator.fit(rows(digits.images), digits.labels))


def rows(images: Picture) -> NDArray[np.uint8]:
    """Return pictures, uint8 (n, 28, 28), as rows of pixels, uint8 (n, 784)."""
    return images.reshape(len(images), FIELD * FIELD)


def need_every_digit(digits: Digits) -> None:
    """Refuse digits of which one is missing: a classifier would have no column for it.

    Raises:
        DataError: names the digits that are missing.
    """
    missing = sorted(set(range(10)) - set(digits.labels.tolist()))
    if missing:
        raise DataError(
            "Expected at least one of each digit to train on. "
            f"Received: none of {', '.join(map(str, missing))}"
        )
