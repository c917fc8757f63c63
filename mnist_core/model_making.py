"""From a trained network to a model: exported, calibrated, measured, and put into its place."""

import platform
import shutil
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from mnist_core.analysis.evaluation import Evaluation, evaluate
from mnist_core.analysis.examination import measure_refusals, test_sets
from mnist_core.calibration import calibrate
from mnist_core.cards import Calibration, Card, Metrics
from mnist_core.digits import Dataset, Digits
from mnist_core.drawing.augmentation import hands
from mnist_core.drawing.pen_drawings import CALIBRATION_WRITERS, draw_as_visitors
from mnist_core.export import export_litert
from mnist_core.litert import Network
from mnist_core.networks import in_full_precision, with_probabilities
from mnist_core.recipe import Recipe
from mnist_core.registry import FILES, SHIPPED, check_name, checksum, kept
from mnist_core.running.progress import Phase
from mnist_core.running.run import Run, now
from mnist_core.sources.pens import load_pens
from mnist_core.splits import split
from mnist_core.staging import new_model
from mnist_core.trainers import GROWERS
from mnist_core.training import refuse_to_diverge
from mnist_core.weights import untrained_network

STAND_INS = 5_000  # digits that calibrate a network for which none were held out
LIBRARIES = (
    "tensorflow",
    "tensorflow-cpu",
    "keras",
    "scikit-learn",
    "ai-edge-litert",
    "numpy",
    "opencv-python-headless",
)


def target_of(run: Run) -> Path:
    """Return where a run's model goes."""
    if run.ship:
        return SHIPPED / check_name(run.name or run.recipe.name)
    return kept() / check_name(run.name) if run.name else run.folder / "model"


def make_model(
    run: Run,
    dataset: Dataset,
    network: keras.Model,
    *,
    force: bool,
    on_phase: Callable[[Phase], None],
) -> Card:
    """Export, calibrate and measure a trained network, and put the model in its place, whole."""
    target, network = target_of(run), in_full_precision(network)
    digits, validation = split(dataset.train, run.recipe)
    with new_model(target, force=force) as folder:
        on_phase("exporting")
        with_probabilities(network).save(folder / "model.keras")
        export_litert(network, folder / "model.tflite")
        shutil.copy(run.folder / "history.csv", folder)
        on_phase("measuring")
        served = Network(folder / "model.tflite")
        known, in_words = calibration_set(digits, validation, run.recipe)
        calibration = calibrate_on(known, served, in_words)
        tests = test_sets(dataset, validation, run.recipe)
        card = Card(
            name=target.name if run.name or run.ship else run.id,
            recipe=run.recipe,
            data=describe(dataset, digits, validation),
            trained=now(),
            seconds=round(sum(row["seconds"] for row in run.history()), 1),
            parameters=sum(int(np.prod(w.shape)) for w in network.trainable_weights),
            versions=versions(),
            calibration=calibration,
            metrics={
                name: evaluate(served, calibration, test).metrics() for name, test in tests.items()
            },
            before=measure_untrained(run.recipe, tests),
            refusals=measure_refusals(served, calibration) if run.recipe.outliers else {},
            checksums={file: checksum(folder / file) for file in FILES[:-1]},
        )
        card.write(folder / "card.json")
        card.write(run.folder / "card.json")  # the run knows how it ended, whatever comes of it
    return card


def measure_untrained(recipe: Recipe, tests: dict[str, Digits]) -> dict[str, Metrics]:
    """Return how the recipe's network did before it had learned anything."""
    network = untrained_network(recipe)
    if network is None:
        return {}
    before = {}
    for name, digits in tests.items():
        logits = network.predict(digits.images.astype(np.float32), batch_size=500, verbose=0)
        before[name] = Evaluation(digits.labels, logits, Calibration()).metrics()
    return before


def measure_trees(run: Run, dataset: Dataset, digits: Digits, validation: Digits) -> Card:
    """Return the card of trees, which are not kept; it stays in the run's folder."""
    began = time.monotonic()
    trees = GROWERS[run.recipe.trainer](run.recipe, digits)
    card = Card(
        name=run.id,
        recipe=run.recipe,
        data=describe(dataset, digits, validation),
        trained=now(),
        seconds=round(time.monotonic() - began, 1),
        parameters=0,
        versions=versions(),
        calibration=Calibration(),
        metrics={
            name: Evaluation(
                part.labels, log_of(trees.predict_proba(part.images)), Calibration()
            ).metrics()
            for name, part in test_sets(dataset, validation, run.recipe).items()
        },
    )
    card.write(run.folder / "card.json")
    return card


def log_of(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return logits that give these probabilities; trees do say 0."""
    return np.log(np.maximum(probabilities, np.float32(1e-7)))


def calibrate_on(known: Digits, network: Network, fitted_on: str) -> Calibration:
    """Return the calibration that these digits call for.

    Raises:
        RunError: what the network gives is no number any more.
    """
    logits = network.run(known.images)["logits"]
    refuse_to_diverge(float(np.abs(logits).max()), "in the end the network's largest output")
    return calibrate(logits, known.labels, fitted_on)


def calibration_set(digits: Digits, validation: Digits, recipe: Recipe) -> tuple[Digits, str]:
    """Return digits outside the training set to calibrate on, and in words which they are.

    Those held out count twice: as they are, and redrawn as other people would have drawn them.
    Where none are held out, digits of the training set stand in for them. A network that was
    trained on pens is calibrated on those of other writers too.
    """
    rng = np.random.default_rng(recipe.seed)
    in_words = f"{len(validation):,} digits held out"
    if not len(validation):
        validation = digits[rng.permutation(len(digits))[:STAND_INS]]
        in_words = f"{len(validation):,} digits it was trained on"
    in_words += ", as they are and redrawn by other hands"
    sets = [validation, Digits(hands(validation.images, rng), validation.labels)]
    if recipe.pens:
        sets.append(draw_as_visitors(load_pens().of_writers(*CALIBRATION_WRITERS), rng))
        in_words += f"; {len(sets[-1]):,} drawings by writers used for nothing else"
    images = np.concatenate([part.images for part in sets])
    return Digits(images, np.concatenate([part.labels for part in sets])), in_words


def describe(dataset: Dataset, digits: Digits, validation: Digits) -> dict[str, Any]:
    """Return for a card what a model was trained on."""
    return {
        "name": dataset.name,
        "fingerprint": dataset.train.fingerprint(),
        "trained_on": len(digits),
        "held_out": len(validation),
    }


def versions() -> dict[str, str]:
    """Return the versions of what a model depends on."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # TensorFlow goes by two names
            continue
    return found
