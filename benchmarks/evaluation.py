"""How long the Misclassifications page computes: at a first visit, and after a restart."""

import os
import tempfile
import time
from collections.abc import Callable
from unittest.mock import patch

import numpy as np

from benchmarks.result import Result
from mnist_core import Reader, load_reader
from mnist_core.data.datasets import load_dataset
from mnist_core.data.digits import Digits
from mnist_core.evaluation.evaluation import evaluate_cached
from mnist_core.models.registry import find_model

MAX_SECONDS = 3.0


def measure_evaluation() -> list[Result]:
    """Return how long it takes to evaluate the default model on MNIST's test set."""
    digits = load_dataset("mnist").test[::-1]  # the outputs in the usual order ship
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, INKLING_HOME=folder):
        time_evaluation(load_reader("softmax"), digits)  # loads scikit-learn and SciPy
        first, computed = time_evaluation(load_reader(), digits)
        again, computed_again = time_evaluation(load_reader(), digits)
    keras = with_keras(digits)
    return [
        Result(
            f"evaluating {computed:,} digits, all figures",
            f"{first:.2f} s, {first / keras:.2f} x keras.Model.predict",
            f"{MAX_SECONDS:g} s",
            first <= MAX_SECONDS and computed == len(digits),
        ),
        Result(
            "the same after a restart",
            f"{again:.2f} s, {again / first:.2f} x the first time, {computed_again} digits read",
            "0 digits",
            computed_again == 0,
        ),
    ]


def time_evaluation(reader: Reader, digits: Digits) -> tuple[float, int]:
    """Return the seconds for all figures on the page, and how many digits the network read."""
    steps = [0]

    def compute() -> None:
        result = evaluate_cached(reader, digits, lambda done, size: steps.append(done))
        result.metrics()
        result.macro_f1()
        result.per_class()
        result.confusion_matrix()

    return seconds(compute), steps[-1]


def with_keras(digits: Digits) -> float:
    """Return the seconds Keras needs to read the same digits, with its model loaded and warm."""
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
