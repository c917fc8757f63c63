"""How well the default model reads MNIST's test set, how honest it is about it, and its size."""

from benchmarks.result import Result, share_of
from mnist_core.analysis.evaluation import evaluate
from mnist_core.cards import Card
from mnist_core.data import load_dataset
from mnist_core.litert import Network
from mnist_core.registry import find_model

LEAST = 0.9975
MOST_BYTES = 2_000_000


def measure_mnist() -> list[Result]:
    """Return the default model's figures on MNIST's test set, and how large its file is."""
    folder = find_model()
    network, card = Network(folder / "model.tflite"), Card.read(folder / "card.json")
    result = evaluate(network, card.calibration, load_dataset("mnist").test)
    metrics = result.metrics()
    least, most = metrics.calibration_error_by_chance
    size = (folder / "model.tflite").stat().st_size
    return [
        Result(
            "MNIST's test set, read right",
            share_of(int(result.right.sum()), metrics.n),
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
