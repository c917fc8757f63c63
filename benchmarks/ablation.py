"""What each part of `pen-cnn` gains: the recipe without it, everything else as it is.

    python -m benchmarks.ablation --epochs 8 --set precision=bfloat16

Fewer epochs than the recipe's tell less, but sooner: with 8, each variant takes about ten minutes
on two cores, so it is no part of `make bench`. Every variant is calibrated on the same drawings.
"""

import argparse
import os
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mnist_core.analysis.evaluation import Evaluation
from mnist_core.analysis.examination import pens_of_strangers, unseen_outliers
from mnist_core.calibration import calibrate, measure_refusal
from mnist_core.data import load_dataset, load_uci_digits
from mnist_core.digits import Dataset
from mnist_core.drawing.pen_drawings import CALIBRATION_WRITERS, draw_as_visitors
from mnist_core.recipe import Recipe
from mnist_core.recipes import find_recipe
from mnist_core.sources.pens import load_pens
from mnist_core.splits import split

SEED = 1
VARIANTS = {
    "everything": [],
    "no pens": ["pens=0"],
    "no typefaces": ["typefaces=0"],
    "no outliers": ["outliers=0"],
    "no blur": ["blur=0"],
    "no made digits": ["styles=0"],
    "no augmentation": ["augmentation=none"],
    "digits alone": ["pens=0", "typefaces=0", "outliers=0", "blur=0", "styles=0"],
}
COLUMNS = ("MNIST", "uci-digits", "pens", "answered", "right then", "letters", "symbols")

Logits = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


def main() -> None:
    """Train the variants and print a table of percentages, a line as soon as it is known."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ablation", description=__doc__)
    parser.add_argument("variants", nargs="*", help=f"any of {', '.join(VARIANTS)}; else all")
    parser.add_argument("--epochs", type=int, default=8, help="for each of them")
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
    """Print what becomes of each variant of a recipe."""
    mnist = load_dataset("mnist")
    print(f"{'':16}", *(f"{name:>10}" for name in COLUMNS), f"{'minutes':>8}", flush=True)
    for name in names:
        began = time.monotonic()
        recipe = own.with_settings(VARIANTS[name])
        shares = examine(train(recipe, mnist), mnist)
        minutes = (time.monotonic() - began) / 60
        print(f"{name:16}", *(f"{of:10.2%}" for of in shares), f"{minutes:8.1f}", flush=True)


def train(recipe: Recipe, mnist: Dataset) -> Logits:
    """Return what the recipe's trained network says of pictures."""
    from mnist_core.drawing.mixture import mix
    from mnist_core.networks import build_network
    from mnist_core.training import compile_network, fit

    digits, validation = split(mnist.train, recipe)
    network, mixture = build_network(recipe), mix(digits, recipe)
    compile_network(network, recipe, len(mixture))
    fit(network, recipe, mixture, validation)
    return lambda images: network.predict(images.astype(np.float32), batch_size=500, verbose=0)


def examine(logits: Logits, mnist: Dataset) -> list[float]:
    """Return the shares that `COLUMNS` names; the last two are those called a digit."""
    writers = load_pens().of_writers(*CALIBRATION_WRITERS)
    known = draw_as_visitors(writers, np.random.default_rng(SEED))
    calibration = calibrate(logits(known.images), known.labels, "pens")
    sets = (mnist.test, load_uci_digits(), pens_of_strangers())
    results = [Evaluation(part.labels, logits(part.images), calibration) for part in sets]
    pens = results[-1].metrics()
    called = [
        measure_refusal(logits(np.array(pictures)), results[-1].logits, calibration).called_digit
        for pictures in unseen_outliers().values()
    ]
    accuracies = [float(result.right.mean()) for result in results]
    return [*accuracies, pens.answered, pens.right_when_answered, *called]


if __name__ == "__main__":
    main()
