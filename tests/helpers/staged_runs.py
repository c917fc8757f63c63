"""Run folders as real trainings leave them, written by a test in no time."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mnist_core.recipes.catalog import find_recipe
from mnist_core.recipes.recipe import Recipe
from mnist_core.runs.queue_order import enqueue
from mnist_core.runs.report import Report
from mnist_core.runs.run import Run
from mnist_core.runs.status import Epoch, Phase, Progress, Step
from mnist_core.runs.store import new_run

RECIPE = find_recipe("quick-cnn").with_settings(["epochs=4"])
ROWS = [
    {"epoch": 1, "loss": 0.5, "accuracy": 0.85, "val_loss": 0.4, "val_accuracy": 0.87},
    {"epoch": 2, "loss": 0.3, "accuracy": 0.91, "val_loss": 0.3, "val_accuracy": 0.90},
]


def stage_run(
    state: str,
    *,
    recipe: Recipe = RECIPE,
    data: str = "uci-digits",
    name: str | None = None,
    rows: Sequence[dict[str, float]] = ROWS,
    model: Path | None = None,
    **values: Any,
) -> Run:
    """Return a run in a state, with a history, and with a copy of a model if there shall be one."""
    run = new_run(recipe, data, name)
    run.write_history([{**row, "seconds": 1.0} for row in rows])
    for row in rows:
        run.log(f"epoch {row['epoch']}/{recipe.epochs}: accuracy {row['accuracy']:.2%}")
    if rows:
        run.checkpoint.write_bytes(b"the weights after the last epoch")
        run.best.write_bytes(b"the best weights")
    if model:
        shutil.copytree(model, run.folder / "model")
        shutil.copy(model / "card.json", run.folder)
    if state == "queued":
        enqueue(run, **values)
    else:
        run.set_state(state, **values)
    return run


def report(run: Run, **values: Any) -> None:
    """Write how far a run is within its epoch."""
    progress = Progress(**{"phase": "training", "epochs": run.recipe.epochs, **values})
    (run.folder / "progress.json").write_text(json.dumps(asdict(progress)), encoding="utf-8")


class Listener(Report):
    """Hands what a training reports to functions of a test."""

    def __init__(
        self,
        step: Callable[[Step], Any] = lambda step: None,
        epoch: Callable[[Epoch], Any] = lambda epoch: None,
        phase: Callable[[Phase], Any] = lambda phase: None,
    ) -> None:
        self._step, self._epoch, self._phase = step, epoch, phase

    def phase(self, phase: Phase) -> None:
        self._phase(phase)

    def step(self, step: Step) -> None:
        self._step(step)

    def epoch(self, epoch: Epoch) -> None:
        self._epoch(epoch)
