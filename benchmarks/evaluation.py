"""How long the Misclassifications page computes: a first visit, and one after a restart."""

import os
import tempfile
import time
from collections.abc import Callable
from unittest.mock import patch

import numpy as np

from benchmarks.result import Result
from mnist_core import Reader, load_reader
from mnist_core.analysis.evaluation import evaluate_once
from mnist_core.data import load_dataset
from mnist_core.digits import Digits
from mnist_core.registry import find_model

MOST = 3.0  # seconds


def measure_evaluation() -> list[Result]:
    """Return how long the default model takes for MNIST's test set, figures and all."""
    digits = load_dataset("mnist").test
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, INKLING_HOME=folder):
        examine(load_reader("softmax"), digits)  # scikit-learn and SciPy are loaded once
        first, computed = examine(load_reader(), digits)
        again, computed_again = examine(load_reader(), digits)
    keras = with_keras(digits)
    return [
        Result(
            f"evaluating {computed:,} digits, all figures",
            f"{first:.2f} s, {first / keras:.2f} x keras.Model.predict",
            f"{MOST:g} s",
            first <= MOST and computed == len(digits),
        ),
        Result(
            "the same after a restart",
            f"{again:.2f} s, {again / first:.2f} x the first time, {computed_again} digits read",
            "0 digits",
            computed_again == 0,
        ),
    ]


def examine(reader: Reader, digits: Digits) -> tuple[float, int]:
    """Return the seconds for everything the page tells, and how many digits the network read."""
    steps = [0]

    def tell() -> None:
        result = evaluate_once(reader, digits, lambda done, size: steps.append(done))
        result.metrics()
        result.macro_f1()
        result.per_class()
        result.confusion_matrix()

    return seconds(tell), steps[-1]


def with_keras(digits: Digits) -> float:
    """Return the seconds in which Keras reads the same digits, its model loaded and warm."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras

    model = keras.models.load_model(find_model() / "model.keras")
    pixels = digits.images.astype(np.float32)
    model.predict(pixels[:500], batch_size=500, verbose=0)
    return seconds(lambda: model.predict(pixels, batch_size=500, verbose=0))


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
