"""Package a trained network as a model: export, calibrate, measure and publish it."""

import platform
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from mnist_core.data.characters import load_characters
from mnist_core.data.digits import Digits
from mnist_core.errors import ModelError
from mnist_core.evaluation.digit_maps import add_map
from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.evaluation.output_cache import ship_logits
from mnist_core.evaluation.reference_features import write_references_of
from mnist_core.evaluation.test_sets import measure_outliers, test_sets
from mnist_core.inference.calibration import calibrate
from mnist_core.inference.litert import Network
from mnist_core.inference.reader import Reader
from mnist_core.models.cards import BY_DEFAULT, ITSELF, Calibration, Card, Metrics
from mnist_core.models.registry import FILES, checksum
from mnist_core.models.staging import staged_model
from mnist_core.pictures import Picture
from mnist_core.recipes.recipe import Recipe
from mnist_core.runs.history import write_history
from mnist_core.runs.report import Report
from mnist_core.runs.run import now
from mnist_core.synthesis.augmentation import handwriting
from mnist_core.synthesis.pen_drawings import draw_as_visitors
from mnist_core.synthesis.strangers import calibration_characters, digits_of
from mnist_core.training.classical import Trees
from mnist_core.training.export import export_network
from mnist_core.training.forgetting import ensure_little_is_forgotten
from mnist_core.training.job import Job
from mnist_core.training.keras_training import ensure_finite
from mnist_core.training.networks import initial_network
from mnist_core.versions import installed_versions

UNCALIBRATED = Calibration()
EVALUATED_IN_APP = {"mnist-test", "uci-digits"}  # the test sets of Misclassifications
FALLBACK_CALIBRATION_SIZE = 5_000  # training digits to calibrate on without a validation set


def package(job: Job, trained: keras.Model | Trees, report: Report) -> Card:
    """Export, calibrate and measure what was trained, and publish it at `job.output_dir`.

    Publishing is atomic: the model is complete or absent. Trees are only measured. The card is also
    written into the run's folder, so that the run's result is known even if the model is deleted.

    Raises:
        ModelError: there is a model of this name, and `job.force` is not set.
        RunError: the network's outputs are not finite, or digits that were added for training
            cost too much of MNIST's test set.
    """
    if isinstance(trained, Trees):
        card = measure_trees(job, trained)
        card.write(job.run.folder / "card.json")
        return card
    with staged_model(job.output_dir, force=job.force) as folder:
        report.phase("exporting")
        export_network(trained, folder)
        write_history(folder / "history.csv", job.run.history())
        report.phase("measuring")
        tests = test_sets(job.dataset, job.validation, job.recipe)
        card = measure_network(job, trained, folder, tests)
        ensure_little_is_forgotten(job, card)
        card.write(folder / "card.json")
        write_references_of(folder, job.digits, job.recipe, beside=job.run.ship)
        card.write(job.run.folder / "card.json")
        if job.run.ship:
            with suppress(ModelError):  # without features of enough digits there is no map
                add_map(folder)
            for name in EVALUATED_IN_APP & set(tests):
                ship_logits(Reader(folder), tests[name])
    return card


def measure_trees(job: Job, trees: Trees) -> Card:
    """Return the card of trees, which are not saved."""
    return Card(
        name=job.run.id,
        **origin(job),
        seconds=round(trees.seconds, 1),
        parameters=0,
        calibration=UNCALIBRATED,
        metrics=metrics_of(trees.logits, test_sets(job.dataset, job.validation, job.recipe)),
    )


def measure_network(job: Job, network: keras.Model, folder: Path, tests: dict[str, Digits]) -> Card:
    """Return the card of the exported model in a folder, calibrated and measured."""
    served = Network(folder / "model.tflite")
    calibration = calibration_of(job, served)
    return Card(
        name=job.run.id if job.run.writes_into_run_folder else job.output_dir.name,
        **origin(job),
        seconds=round(sum(row["seconds"] for row in job.run.history()), 1),
        parameters=sum(int(np.prod(w.shape)) for w in network.trainable_weights),
        calibration=calibration,
        metrics=metrics_of(lambda images: served.run(images)["logits"], tests, calibration),
        before=measure_initial(job.recipe, tests),
        refusals=measure_outliers(served, calibration) if job.recipe.outliers else {},
        checksums={file: checksum(folder / file) for file in FILES[:-1]},
        judge=ITSELF if job.recipe.outliers else BY_DEFAULT,
    )


def measure_initial(recipe: Recipe, tests: dict[str, Digits]) -> dict[str, Metrics]:
    """Return the figures of the recipe's network before training.

    There are none for trees, nor if the model `pretrained` was deleted while training.
    """
    network = None
    with suppress(ModelError):
        network = initial_network(recipe)
    if network is None:
        return {}
    return metrics_of(
        lambda images: network.predict(images.astype(np.float32), batch_size=500, verbose=0), tests
    )


def metrics_of(
    logits: Callable[[Picture], NDArray[np.float32]],
    tests: dict[str, Digits],
    calibration: Calibration = UNCALIBRATED,
) -> dict[str, Metrics]:
    """Return the figures on each set of digits of a function that gives logits, float32 (n, 10)."""
    return {
        name: Evaluation(digits.labels, logits(digits.images), calibration).metrics()
        for name, digits in tests.items()
    }


def calibration_of(job: Job, served: Network) -> Calibration:
    """Calibrate a model on its calibration set.

    Raises:
        RunError: the network's outputs are not finite.
    """
    digits, fitted_on = calibration_set(job.digits, job.validation, job.recipe)
    logits = served.run(digits.images)["logits"]
    ensure_finite(float(np.abs(logits).max()), "after training the network's largest output")
    return calibrate(logits, digits.labels, fitted_on)


def calibration_set(digits: Digits, validation: Digits, recipe: Recipe) -> tuple[Digits, str]:
    """Return the digits to calibrate on, and a description of them for the card.

    A network that was trained on recorded pens is calibrated on strangers: drawings by writers of
    UNIPEN who are used for nothing else. Another uses its validation set twice: unchanged, and with
    random changes of handwriting. Without a validation set, some training digits take its place.
    """
    rng = np.random.default_rng(recipe.seed)
    if recipe.pens:
        writers = calibration_characters(load_characters())
        drawings = draw_as_visitors(digits_of(writers), rng)
        return drawings, f"{len(drawings):,} pen drawings by writers used for nothing else"
    description = f"{len(validation):,} validation digits"
    if not len(validation):
        validation = digits[rng.permutation(len(digits))[:FALLBACK_CALIBRATION_SIZE]]
        description = f"{len(validation):,} training digits (there is no validation set)"
    redrawn = handwriting(validation.images, rng)
    images = np.concatenate([validation.images, redrawn])
    labels = np.concatenate([validation.labels, validation.labels])
    return Digits(
        images, labels
    ), f"{description}, unchanged and with random changes of handwriting"


def origin(job: Job) -> dict[str, Any]:
    """Return what a card says about a model's origin: recipe, data, time and versions."""
    data = {
        "name": job.dataset.name,
        "fingerprint": job.dataset.train.fingerprint(),
        "trained_on": len(job.digits),
        "held_out": len(job.validation),
    }
    if job.n_added:
        data["added"] = job.n_added
    return {"recipe": job.recipe, "data": data, "trained": now(), "versions": versions()}


def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that a model depends on."""
    return {"python": platform.python_version(), **installed_versions()}
