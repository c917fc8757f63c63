"""How fast `quick-cnn` becomes good: its training time against that of Keras's small convnet."""

import os
import time

import numpy as np

from benchmarks.result import Result
from mnist_core.data.datasets import load_dataset
from mnist_core.data.digits import Dataset
from mnist_core.recipes.catalog import find_recipe
from mnist_core.recipes.recipe import Recipe
from mnist_core.recipes.splits import split

SEEDS = (0, 1, 2)
BARS = {  # settings of the recipe: minimum accuracy, maximum time
    ("epochs=2",): (0.990, 0.12),
    ("epochs=5", "dropout=0.3"): (0.994, 0.25),  # dropout was chosen on a validation set
}


def measure_quick() -> list[Result]:
    """Return accuracy and relative time of a short and of a longer run, three seeds each."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    mnist, results = load_dataset("mnist"), []
    baseline, _ = train(find_recipe("keras-convnet"), mnist)
    for settings, (least, most) in BARS.items():
        recipe = find_recipe("quick-cnn").with_settings(settings)
        runs = [train(recipe.with_settings([f"seed={seed}"]), mnist) for seed in SEEDS]
        seconds, accuracy = max(run[0] for run in runs), min(run[1] for run in runs)
        each = ", ".join(f"{run[1]:.2%} in {run[0] / baseline:.3f} x" for run in runs)
        results.append(
            Result(
                f"quick-cnn, {', '.join(settings)}, seeds {SEEDS}: MNIST's test accuracy, time",
                f"{each} the {baseline:.0f} s of keras-convnet's 12 epochs",
                f"{least:.1%} in {most} x, each",
                accuracy >= least and seconds <= most * baseline,
            )
        )
    return results


def train(recipe: Recipe, mnist: Dataset) -> tuple[float, float]:
    """Return the seconds of training, and the accuracy on MNIST's test set."""
    from mnist_core.synthesis.mixture import mix
    from mnist_core.training.keras_training import compile_network, fit
    from mnist_core.training.networks import build_network

    digits, validation = split(mnist.train, recipe)
    network = build_network(recipe)
    mixture = mix(digits, recipe)
    compile_network(network, recipe, len(mixture))
    began = time.perf_counter()
    fit(network, recipe, mixture, validation)
    seconds = time.perf_counter() - began
    logits = network.predict(mnist.test.images.astype(np.float32), batch_size=500, verbose=0)
    return seconds, float((logits.argmax(axis=1) == mnist.test.labels).mean())
