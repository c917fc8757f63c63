"""Training runs on disk: what was asked for, how far it came, and where to go on from."""

import csv
import json
import os
import secrets
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mnist_core.errors import RunError
from mnist_core.recipe import Recipe
from mnist_core.registry import NAME, home

if TYPE_CHECKING:
    from mnist_core.training import Epoch

HISTORY = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds")


@dataclass(frozen=True)
class Run:
    """One training run. Its folder holds `run.json`, `history.csv`, `log.txt` and a checkpoint.

    Attributes:
        id: the name of its folder in `$INKLING_HOME/runs`.
        recipe: how to train.
        data: what to train on, as `load_dataset` takes it.
        name: what the model shall be called; None leaves it in the run's folder.
        ship: whether it shall go to the models that ship.
    """

    id: str
    recipe: Recipe
    data: str
    name: str | None = None
    ship: bool = False

    @property
    def folder(self) -> Path:
        """Where everything of this run is."""
        return home() / "runs" / self.id

    @property
    def checkpoint(self) -> Path:
        """The network after the last finished epoch, with its optimiser's state."""
        return self.folder / "checkpoint.keras"

    def set_state(self, state: str, **more: Any) -> None:
        """Write `run.json`, whole: "running", "finished", "failed" or "interrupted"."""
        values = {**asdict(self), "state": state, "pid": os.getpid(), "at": now(), **more}
        partial = self.folder / ".run.json"
        partial.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
        partial.replace(self.folder / "run.json")

    def log(self, line: str) -> None:
        """Add a line to `log.txt`."""
        with (self.folder / "log.txt").open("a", encoding="utf-8") as file:
            file.write(f"{now()} {line}\n")

    def history(self) -> list[dict[str, float]]:
        """Return one row for each finished epoch; a row cut off by a crash is left out."""
        try:
            with (self.folder / "history.csv").open(newline="", encoding="utf-8") as file:
                rows = list(csv.reader(file))[1:]
        except FileNotFoundError:
            return []
        whole = [row for row in rows if len(row) == len(HISTORY) and row[-1]]
        return [dict(zip(HISTORY, map(float, row), strict=True)) for row in whole]

    def record(self, epoch: "Epoch") -> None:
        """Add an epoch to `history.csv`; epochs that are being repeated are forgotten."""
        rows = [row for row in self.history() if row["epoch"] < epoch.epoch]
        rows.append(asdict(epoch))
        partial = self.folder / ".history.csv"
        with partial.open("w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, HISTORY)
            table.writeheader()
            table.writerows({**row, "epoch": int(row["epoch"])} for row in rows)
        partial.replace(self.folder / "history.csv")


def new_run(recipe: Recipe, data: str, name: str | None = None, *, ship: bool = False) -> Run:
    """Return a run with a folder of its own."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    run = Run(f"{stamp}-{recipe.name}-{secrets.token_hex(2)}", recipe, data, name, ship)
    run.folder.mkdir(parents=True)
    run.set_state("running")
    return run


def open_run(run_id: str) -> Run:
    """Return a run that was started before.

    Raises:
        RunError: there is no such run, or its `run.json` is damaged.
    """
    folder = home() / "runs" / run_id
    if not NAME.fullmatch(run_id) or not folder.is_dir():
        known = sorted(path.name for path in folder.parent.glob("*/")) if NAME.match(run_id) else []
        raise RunError(f"There is no run {run_id}. There are: {', '.join(known) or 'none'}.")
    try:
        values = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        values["recipe"] = Recipe.from_dict(values["recipe"])
        return Run(**{item.name: values[item.name] for item in fields(Run)})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise RunError(f"{folder / 'run.json'} is damaged: {problem}") from problem


def now() -> str:
    """Return the time, ISO 8601 to the second, UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")
