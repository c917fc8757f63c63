"""The default model on MNIST's test set: accuracy, calibration error, and file size."""

from benchmarks.result import Result, share_of
from mnist_core.data.datasets import load_dataset
from mnist_core.evaluation.evaluation import evaluate
from mnist_core.inference.litert import Network
from mnist_core.models.cards import Card
from mnist_core.models.registry import find_model

MIN_ACCURACY = 0.9975
MAX_BYTES = 2_000_000


def measure_mnist() -> list[Result]:
    """Return the default model's figures on MNIST's test set, and the size of its file."""
    folder = find_model()
    network, card = Network(folder / "model.tflite"), Card.read(folder / "card.json")
    result = evaluate(network, card.calibration, load_dataset("mnist").test)
    metrics = result.metrics()
    least, most = metrics.calibration_error_by_chance
    size = (folder / "model.tflite").stat().st_size
    return [
        Result(
            "accuracy on MNIST's test set",
            share_of(int(result.correct.sum()), metrics.n),
            f"{MIN_ACCURACY:.2%}",
            metrics.accuracy >= MIN_ACCURACY,
        ),
        Result(
            "calibration error on it",
            f"{metrics.calibration_error:.2%}; "
            f"a perfectly calibrated model would show {least:.2%} to {most:.2%} by chance",
            "0.1 %",
            metrics.calibration_error <= 0.001,
        ),
        Result(
            "model.tflite",
            f"{size / 1e6:.2f} MB",
            f"{MAX_BYTES / 1e6:.0f} MB",
            size <= MAX_BYTES,
        ),
    ]
