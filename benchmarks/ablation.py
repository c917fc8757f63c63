"""Ablation: what each part of `pen-cnn` contributes. The recipe is trained without that part.

    python -m benchmarks.ablation --epochs 8 --set precision=bfloat16

Fewer epochs than the recipe's say less, but sooner. With 8 epochs each variant takes about ten
minutes on two cores, so this is not part of `make bench`. Every variant is calibrated on the same
drawings.
"""

import argparse
import os
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mnist_core.data.characters import load_characters
from mnist_core.data.datasets import load_dataset, load_uci_digits
from mnist_core.data.digits import Dataset
from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.test_sets import (
    held_out_outliers,
    held_out_pen_drawings,
    strangers_drawings,
)
from mnist_core.inference.calibration import calibrate, measure_ood
from mnist_core.recipes.catalog import find_recipe
from mnist_core.recipes.recipe import Recipe
from mnist_core.recipes.splits import split
from mnist_core.synthesis.pen_drawings import draw_as_visitors
from mnist_core.synthesis.strangers import calibration_characters, digits_of

SEED = 1
VARIANTS = {
    "everything": [],
    "no pens": ["pens=0"],
    "no typefaces": ["typefaces=0"],
    "no outliers": ["outliers=0"],
    "no blur": ["blur=0"],
    "no coarse": ["coarse=0"],
    "no synthetic": ["styles=0"],
    "no augmentation": ["augmentation=none"],
    "digits alone": ["pens=0", "typefaces=0", "outliers=0", "blur=0", "coarse=0", "styles=0"],
}
SETS = ("MNIST", "uci-digits", "pens", "strangers")
KINDS = ("clear-letters", "look-alikes", "signs", "letters", "symbols")
COLUMNS = (*SETS, "coverage", "selective", *KINDS)

Logits = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


def main() -> None:
    """Train the variants and print a table of percentages, line by line as they finish."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ablation", description=__doc__)
    parser.add_argument("variants", nargs="*", help=f"any of {', '.join(VARIANTS)}; default: all")
    parser.add_argument("--epochs", type=int, default=8, help="per variant")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="change the recipe itself, such as precision=bfloat16",
    )
    options = parser.parse_args()
    if unknown := [name for name in options.variants if name not in VARIANTS]:
        parser.error(f"Expected variants among {', '.join(VARIANTS)}. Received: {unknown}")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    own = find_recipe("pen-cnn").with_settings([f"epochs={options.epochs}", *options.set])
    compare(own, options.variants or list(VARIANTS))


def compare(own: Recipe, names: list[str]) -> None:
    """Print the figures of each variant of a recipe."""
    mnist = load_dataset("mnist")
    print(f"{'':16}", *(f"{name:>13}" for name in COLUMNS), f"{'minutes':>8}", flush=True)
    for name in names:
        began = time.monotonic()
        recipe = own.with_settings(VARIANTS[name])
        shares = evaluate_all(train(recipe, mnist), mnist)
        minutes = (time.monotonic() - began) / 60
        print(f"{name:16}", *(f"{of:13.2%}" for of in shares), f"{minutes:8.1f}", flush=True)


def train(recipe: Recipe, mnist: Dataset) -> Logits:
    """Train a recipe and return the function from pictures to its network's logits."""
    from mnist_core.synthesis.mixture import mix
    from mnist_core.training.keras_training import compile_network, fit
    from mnist_core.training.networks import build_network

    digits, validation = split(mnist.train, recipe)
    network, mixture = build_network(recipe), mix(digits, recipe)
    compile_network(network, recipe, len(mixture))
    fit(network, recipe, mixture, validation)
    return lambda images: network.predict(images.astype(np.float32), batch_size=500, verbose=0)


def evaluate_all(logits: Logits, mnist: Dataset) -> list[float]:
    """Return the figures of `COLUMNS`.

    They are accuracies, then coverage and the accuracy of answers on strangers, then the shares of
    each kind of outlier that is accepted as a digit.
    """
    writers = digits_of(calibration_characters(load_characters()))
    known = draw_as_visitors(writers, np.random.default_rng(SEED))
    calibration = calibrate(logits(known.images), known.labels, "strangers")
    sets = (mnist.test, load_uci_digits(), held_out_pen_drawings(), strangers_drawings())
    results = [Evaluation(part.labels, logits(part.images), calibration) for part in sets]
    strangers, outliers = results[-1].metrics(), held_out_outliers()
    called = [
        measure_ood(logits(np.array(outliers[kind])), results[-1].logits, calibration).called_digit
        for kind in KINDS
    ]
    accuracies = [float(result.correct.mean()) for result in results]
    return [*accuracies, strangers.answered, strangers.right_when_answered, *called]


if __name__ == "__main__":
    main()
