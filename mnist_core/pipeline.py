"""The path of a training run: digits, training, calibration, export, evaluation, a model."""

import platform
import shutil
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import keras
import numpy as np

from mnist_core.augmentation import hands
from mnist_core.calibration import calibrate
from mnist_core.cards import Calibration, Card
from mnist_core.data import Dataset, Digits, load_uci_digits
from mnist_core.errors import RunError
from mnist_core.evaluation import evaluate
from mnist_core.export import export_litert
from mnist_core.litert import Network
from mnist_core.networks import build_network, with_probabilities
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
from mnist_core.training import Epoch, Step, add_styles, compile_network, fit, split

LIBRARIES = (
    "tensorflow",
    "tensorflow-cpu",
    "keras",
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
    """
    target = target_of(run)
    refuse_to_overwrite(target, force=force)
    digits, validation = split(dataset.train, run.recipe)
    digits = add_styles(digits, run.recipe)
    network = load_or_build(run, len(digits))

    def keep(epoch: Epoch, network: keras.Model) -> None:
        run.record(epoch)
        partial = run.checkpoint.with_name(".checkpoint.keras")
        network.save(partial)
        partial.replace(run.checkpoint)
        on_epoch(epoch)

    fit(network, run.recipe, digits, validation, on_step=on_step, on_epoch=keep)
    with new_model(target, force=force) as folder:
        with_probabilities(network).save(folder / "model.keras")
        export_litert(network, folder / "model.tflite")
        shutil.copy(run.folder / "history.csv", folder)
        served = Network(folder / "model.tflite")
        calibration = calibrate_on(validation, served, run.recipe.seed)
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
                for name, test in test_sets(dataset).items()
            },
            checksums={file: checksum(folder / file) for file in FILES[:-1]},
        )
        card.write(folder / "card.json")
    return card


def load_or_build(run: Run, n: int) -> keras.Model:
    """Return the run's network as it was after its last finished epoch, or a fresh one."""
    if not run.checkpoint.exists():
        network = build_network(run.recipe)
        compile_network(network, run.recipe, n)
        return network
    try:
        return keras.saving.load_model(run.checkpoint)
    except (OSError, ValueError) as problem:
        raise RunError(f"{run.checkpoint} is damaged; start a new run. ({problem})") from problem


def calibrate_on(validation: Digits, network: Network, seed: int) -> Calibration:
    """Return the calibration that the digits held out call for.

    They count twice: as they are, and redrawn as other people would have drawn them.
    """
    if not len(validation):
        return Calibration()
    redrawn = hands(validation.images, np.random.default_rng(seed))
    logits = network.run(np.concatenate([validation.images, redrawn]))["logits"]
    fitted_on = f"{len(validation):,} digits held out, as they are and redrawn by other hands"
    return calibrate(logits, np.tile(validation.labels, 2), fitted_on)


def test_sets(dataset: Dataset) -> dict[str, Digits]:
    """Return the digits that a model's card reports on, none of which it was trained on."""
    sets = {f"{dataset.name}-test": dataset.test}
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
