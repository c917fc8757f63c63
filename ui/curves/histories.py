"""The training histories of all models and runs, epoch by epoch. No Streamlit here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite

from mnist_core.errors import InklingError
from mnist_core.models.cards import Card
from mnist_core.models.registry import find_model, list_models, own_models_dir, shipped_models_dir
from mnist_core.recipes.recipe import Recipe
from mnist_core.runs.history import Row, best_row, read_history
from mnist_core.runs.run import Run
from mnist_core.runs.status import ACTIVE_STATES
from mnist_core.runs.store import list_runs, open_run
from mnist_core.workspace import size_of


@dataclass(frozen=True)
class History:
    """The training history of one network.

    Attributes:
        name: the model's name or the run's id, as in the URL.
        title: its name on the page.
        state: "ships", "kept", "for all" for a model of the owner's, or the state of the run.
        recipe: how it was trained.
        data: what it was trained on, a name for `load_dataset`.
        rows: one for each finished epoch, with the keys of `HISTORY`.
        card: the model's card, if there is a model.
        size: of the model's files, in bytes; 0 if there is no model.
        when: when it was trained, ISO 8601; empty for a queued run.
        runs: the ids of the runs that produced this model.
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
        """How long it was trained."""
        return sum(row["seconds"] for row in self.rows)

    @property
    def is_going_on(self) -> bool:
        """Whether more epochs may come."""
        return self.state in ACTIVE_STATES

    @property
    def best(self) -> Row | None:
        """The epoch with the lowest validation loss; None without a validation set."""
        return best_row(self.rows) if self.has_validation else None

    @property
    def has_validation(self) -> bool:
        """Whether it was trained with a validation set."""
        return any(isfinite(row["val_loss"]) for row in self.rows)


def list_histories() -> list[History]:
    """Return the histories of all runs, newest first, then of all models, the default one first.

    A run that produced a model appears once, as that model. Damaged runs and models are left out.
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
    """Return whether a run produced a model: no two runs take the same time to the nanosecond."""
    times = [[row["seconds"] for row in history.rows] for history in (run, model)]
    return bool(run.rows) and times[0] == times[1]


def history_of_model(name: str) -> History | None:
    """Return the history of a model, or None if it cannot be read."""
    try:
        folder = find_model(name)
        card = Card.read(folder / "card.json")
        rows = tuple(read_history(folder / "history.csv"))
        size = size_of(folder)
    except InklingError:
        return None
    state = {shipped_models_dir(): "ships", own_models_dir(): "kept"}.get(folder.parent, "for all")
    return History(
        name, name, state, card.recipe, card.data["name"], rows, card, size, card.trained
    )


def history_of_run(run: Run) -> History:
    """Return the history of a run so far."""
    status, rows, model = run.status(), tuple(run.history()), run.model
    size = size_of(model) if model else 0
    title = f"{run.name or run.recipe.name} #{run.id[-4:]}"
    card = run.card()
    return History(
        run.id, title, status.state, run.recipe, run.data, rows, card, size, status.started
    )


def refresh(history: History) -> History:
    """Return the history as it is now.

    Raises:
        RunError: the run has been deleted.
    """
    return history_of_run(open_run(history.name)) if history.is_going_on else history


def write_table(histories: Sequence[History]) -> str:
    """Return all figures of all epochs as CSV, a line for each epoch and set of digits."""
    lines = ["network,epoch,digits,loss,accuracy,seconds"]
    for history in histories:
        for row in history.rows:
            for digits, prefix in (("training", ""), ("validation", "val_")):
                loss, accuracy = row[f"{prefix}loss"], row[f"{prefix}accuracy"]
                if isfinite(loss) or isfinite(accuracy):
                    figures = f"{loss!r},{accuracy!r},{row['seconds']!r}"
                    lines.append(f"{history.title},{row['epoch']:g},{digits},{figures}")
    return "\n".join(lines) + "\n"
