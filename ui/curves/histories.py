"""How networks learned, epoch by epoch: every model and every run. No Streamlit here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path

from mnist_core.cards import Card
from mnist_core.errors import InklingError
from mnist_core.recipe import Recipe
from mnist_core.registry import SHIPPED, find_model, kept, list_models
from mnist_core.running.history import Row, best_row, read_history
from mnist_core.running.runs import Run, list_runs, open_run
from mnist_core.running.status import GOING_ON


@dataclass(frozen=True)
class History:
    """How one network learned.

    Attributes:
        name: of the model, or the id of the run; what the address calls it.
        title: what a page calls it.
        state: "ships", "kept", "for all" of the owner's, or how the run stands.
        recipe: how it was trained.
        data: what it learned from, as `load_dataset` takes it.
        rows: one for each finished epoch, with the keys of `HISTORY`.
        card: of the model, if there is one.
        size: of the model's files, in bytes; 0 where there is no model.
        when: when it was trained, ISO 8601; empty for a run that waits.
        runs: the ids of the runs that have become this model.
    """

    name: str
    title: str
    state: str
    recipe: Recipe
    data: str
    rows: tuple[Row, ...]
    card: Card | None = None
    size: int = 0
    when: str = ""
    runs: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """How long it learned."""
        return sum(row["seconds"] for row in self.rows)

    @property
    def is_going_on(self) -> bool:
        """Whether more epochs may come."""
        return self.state in GOING_ON

    @property
    def best(self) -> Row | None:
        """The epoch of the lowest validation loss; None where no digits were held out."""
        return best_row(self.rows) if self.has_validation else None

    @property
    def has_validation(self) -> bool:
        """Whether digits were held out while it learned."""
        return any(isfinite(row["val_loss"]) for row in self.rows)


def list_histories() -> list[History]:
    """Return how every run learned, newest first, then every model, the default one first.

    A run that has become a model is there once, as that model. What is damaged is left out.
    """
    runs = [history_of_run(run) for run in list_runs()]
    models = [
        replace(model, runs=tuple(run.name for run in runs if are_same(run, model)))
        for name in list_models()
        if (model := history_of_model(name))
    ]
    known = {name for model in models for name in model.runs}
    return [run for run in runs if run.name not in known] + models


def are_same(run: History, model: History) -> bool:
    """Tell whether a model comes from a run: no two runs take the same time to the nanosecond."""
    times = [[row["seconds"] for row in history.rows] for history in (run, model)]
    return bool(run.rows) and times[0] == times[1]


def history_of_model(name: str) -> History | None:
    """Return how a model learned, or None where that cannot be read."""
    try:
        folder = find_model(name)
        card = Card.read(folder / "card.json")
        rows = tuple(read_history(folder / "history.csv"))
        size = size_of(folder)
    except InklingError:
        return None
    state = {SHIPPED: "ships", kept(): "kept"}.get(folder.parent, "for all")
    return History(
        name, name, state, card.recipe, card.data["name"], rows, card, size, card.trained
    )


def history_of_run(run: Run) -> History:
    """Return how a run has learned so far."""
    status, rows, model = run.status(), tuple(run.history()), run.model
    size = size_of(model) if model else 0
    title = f"{run.name or run.recipe.name} #{run.id[-4:]}"
    card = run.card()
    return History(
        run.id, title, status.state, run.recipe, run.data, rows, card, size, status.started
    )


def size_of(folder: Path) -> int:
    """Return the size of the files in a folder, in bytes; 0 where somebody has just deleted it."""
    try:
        return sum(path.stat().st_size for path in folder.iterdir())
    except OSError:
        return 0


def refresh(history: History) -> History:
    """Return a history with what has come in the meantime.

    Raises:
        RunError: somebody has deleted the run.
    """
    return history_of_run(open_run(history.name)) if history.is_going_on else history


def write_table(histories: Sequence[History]) -> str:
    """Return every figure of every epoch as CSV, one measurement a line."""
    lines = ["network,epoch,digits,loss,accuracy,seconds"]
    for history in histories:
        for row in history.rows:
            for digits, prefix in (("training", ""), ("validation", "val_")):
                loss, accuracy = row[f"{prefix}loss"], row[f"{prefix}accuracy"]
                if isfinite(loss) or isfinite(accuracy):
                    figures = f"{loss!r},{accuracy!r},{row['seconds']!r}"
                    lines.append(f"{history.title},{row['epoch']:g},{digits},{figures}")
    return "\n".join(lines) + "\n"
