"""Run folders as real trainings leave them, written by a test in no time."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mnist_core.recipe import Recipe
from mnist_core.recipes import find_recipe
from mnist_core.running.progress import Progress
from mnist_core.running.runs import Run, new_run

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
    run.set_state(state, **values)
    return run


def report(run: Run, **values: Any) -> None:
    """Write how far a run is within its epoch."""
    progress = Progress(**{"phase": "training", "epochs": run.recipe.epochs, **values})
    (run.folder / "progress.json").write_text(json.dumps(asdict(progress)), encoding="utf-8")
