"""The path of a training run: digits, training, calibration, export, evaluation, a model."""

import platform
import shutil
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnist_core.augmentation import hands
from mnist_core.calibration import calibrate
from mnist_core.cards import Calibration, Card
from mnist_core.data import load_uci_digits
from mnist_core.digits import Dataset, Digits
from mnist_core.evaluation import Evaluation, evaluate
from mnist_core.export import export_litert
from mnist_core.litert import Network
from mnist_core.networks import with_probabilities
from mnist_core.registry import (
    FILES,
    SHIPPED,
    check_name,
    checksum,
    kept,
    new_model,
    refuse_to_overwrite,
)
from mnist_core.runs import Run, now
from mnist_core.splits import split
from mnist_core.trainers import GROWERS, TRAINERS
from mnist_core.training import Epoch, Step, add_styles

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


def execute(
    run: Run,
    dataset: Dataset,
    *,
    force: bool = False,
    on_step: Callable[[Step], None] = lambda step: None,
    on_epoch: Callable[[Epoch], None] = lambda epoch: None,
) -> Card:
    """Train a run's network, from its last finished epoch on, and make a model of it.

    Args:
        run: what to do; its folder gets the checkpoint, the history and the state.
        dataset: the digits that `run.data` names.
        force: whether a model of the same name may be replaced.
        on_step: called after each batch.
        on_epoch: called after each epoch, which is then safely on disk.

    Returns:
        The card of the model, which is at `target_of(run)`.

    Raises:
        ModelError: there is a model of that name, and `force` is not set.
        RunError: the checkpoint is damaged.
        RecipeError: the recipe needs a library that is not installed.
    """
    target = target_of(run)
    refuse_to_overwrite(target, force=force)
    digits, validation = split(dataset.train, run.recipe)
    digits = add_styles(digits, run.recipe)
    if run.recipe.trainer in GROWERS:
        return measure_trees(run, dataset, digits, validation)
    network = TRAINERS[run.recipe.trainer](run, digits, validation, on_step, on_epoch)
    with new_model(target, force=force) as folder:
        with_probabilities(network).save(folder / "model.keras")
        export_litert(network, folder / "model.tflite")
        shutil.copy(run.folder / "history.csv", folder)
        served = Network(folder / "model.tflite")
        calibration = calibrate_on(digits, validation, served, run.recipe.seed)
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
                name: evaluate(served, calibration, test).metrics()
                for name, test in test_sets(dataset, validation).items()
            },
            checksums={file: checksum(folder / file) for file in FILES[:-1]},
        )
        card.write(folder / "card.json")
    return card


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
            for name, part in test_sets(dataset, validation).items()
        },
    )
    card.write(run.folder / "card.json")
    return card


def log_of(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return logits that give these probabilities; trees do say 0."""
    return np.log(np.maximum(probabilities, np.float32(1e-7)))


def calibrate_on(digits: Digits, validation: Digits, network: Network, seed: int) -> Calibration:
    """Return the calibration that the digits held out call for.

    They count twice: as they are, and redrawn as other people would have drawn them. Where none
    are held out, digits of the training set stand in for them.
    """
    rng = np.random.default_rng(seed)
    known = f"{len(validation):,} digits held out"
    if not len(validation):
        validation = digits[rng.permutation(len(digits))[:STAND_INS]]
        known = f"{len(validation):,} digits it was trained on"
    logits = network.run(np.concatenate([validation.images, hands(validation.images, rng)]))
    fitted_on = f"{known}, as they are and redrawn by other hands"
    return calibrate(logits["logits"], np.tile(validation.labels, 2), fitted_on)


def test_sets(dataset: Dataset, validation: Digits) -> dict[str, Digits]:
    """Return the digits that a card reports on, none of which the network was trained on."""
    sets = {f"{dataset.name}-test": dataset.test, "held-out": validation}
    if dataset.name != "uci-digits":
        sets["uci-digits"] = load_uci_digits()
    return {name: digits for name, digits in sets.items() if len(digits)}


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
