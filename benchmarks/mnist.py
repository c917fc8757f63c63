"""How well the default model reads MNIST's test set, how honest it is about it, and its size."""

import numpy as np
from numpy.typing import NDArray

from benchmarks.result import Result
from mnist_core.analysis.evaluation import evaluate
from mnist_core.analysis.reliability import calibration_error
from mnist_core.cards import Card
from mnist_core.data import load_dataset
from mnist_core.litert import Network
from mnist_core.registry import find_model

LEAST = 0.9975
MOST_BYTES = 2_000_000
DRAWS = 300
SEED = 1


def measure_mnist() -> list[Result]:
    """Return the default model's figures on MNIST's test set, and how large its file is."""
    folder = find_model()
    network, card = Network(folder / "model.tflite"), Card.read(folder / "card.json")
    result = evaluate(network, card.calibration, load_dataset("mnist").test)
    metrics, (least, most) = result.metrics(), error_by_chance(result.confidence)
    low, high = metrics.interval
    size = (folder / "model.tflite").stat().st_size
    return [
        Result(
            "MNIST's test set, read right",
            f"{metrics.accuracy:.2%} of {metrics.n:,} (95 % interval {low:.2%} to {high:.2%})",
            f"{LEAST:.2%}",
            metrics.accuracy >= LEAST,
        ),
        Result(
            "calibration error on it",
            f"{metrics.calibration_error:.2%}; "
            f"if confidence were true, chance alone would make it {least:.2%} to {most:.2%}",
            "0.1 %",
            metrics.calibration_error <= 0.001,
        ),
        Result(
            "model.tflite",
            f"{size / 1e6:.2f} MB",
            f"{MOST_BYTES / 1e6:.0f} MB",
            size <= MOST_BYTES,
        ),
    ]


def error_by_chance(confidence: NDArray[np.float32]) -> tuple[float, float]:
    """Return the calibration errors that nine of ten such sets have whose confidence is true."""
    rng = np.random.default_rng(SEED)
    errors = [
        calibration_error(confidence, rng.random(len(confidence)) < confidence)
        for _ in range(DRAWS)
    ]
    least, most = np.quantile(errors, (0.05, 0.95)).tolist()
    return least, most
