"""How pages describe a training run."""

from datetime import UTC, datetime
from math import isnan

from mnist_core.recipes.recipe import Recipe
from mnist_core.runs.history import Row, best_row
from mnist_core.runs.run import Run
from mnist_core.runs.status import Status
from ui.base.wording import counted, percent
from ui.components.datasets import data_title
from ui.components.recipe_settings import changes_of

KINDS = {"Training": "", "Validation": "val_"}  # what the keys of a history's row begin with
MINUTE, HOUR, DAY = 60, 3600, 86_400  # seconds
STATES = {
    "queued": (":material/hourglass_empty:", "waiting"),
    "running": (":material/model_training:", "training"),
    "finished": (":material/check_circle:", "finished"),
    "failed": (":material/error:", "failed"),
    "stopped": (":material/stop_circle:", "stopped"),
    "interrupted": (":material/power_off:", "interrupted"),
}


def short_title(recipe: Recipe) -> str:
    """Return a recipe's title without what follows the colon."""
    return recipe.title.partition(":")[0]


def run_title(run: Run) -> str:
    """Return a run's title, such as "Quick CNN on MNIST"."""
    return f"{short_title(run.recipe)} on {data_title(run.data)}"


def describe_run(run: Run) -> str:
    """Return one line that says what differs from the recipe."""
    changes = changes_of(run.recipe)
    return f"Changed: {', '.join(changes)}." if changes else "With the recipe's default settings."


def format_share(share: float) -> str:
    """Return a counted share; unlike a probability it may be exactly 0 % or 100 %."""
    return f"{share:.0%}".replace("%", " %") if share in (0, 1) else percent(share)


def duration(seconds: float) -> str:
    """Return a time, rounded as an estimate deserves: "about 40 seconds"."""
    if seconds < 10:
        return "a few seconds"
    if seconds < 55:
        return f"about {counted(5 * round(seconds / 5), 'second')}"
    if seconds < 90:
        return "about a minute"
    if seconds < 55 * MINUTE:
        return f"about {counted(round(seconds / MINUTE), 'minute')}"
    if seconds < 90 * MINUTE:
        return "about an hour"
    return f"about {counted(round(seconds / HOUR), 'hour')}"


def time_ago(started: str, now: datetime | None = None) -> str:
    """Return roughly how long ago an ISO time was; a time in the future counts as now."""
    if not started:
        return ""
    seconds = ((now or datetime.now(UTC)) - datetime.fromisoformat(started)).total_seconds()
    for size, unit in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if (n := int(seconds // size)) >= 1:
            return f"{counted(n, unit)} ago"
    return "just now"


def share_done(status: Status) -> float:
    """Return how much of the training is done, from 0 to 1."""
    if status.phase in ("measuring", "exporting"):
        return 1.0
    within = status.batch / status.batches if status.batches else 0.0
    epochs = max(status.trained_epochs, status.epoch - 1 + within, 0.0)
    return min(epochs / status.epochs, 1.0) if status.epochs else 0.0


def progress_line(status: Status) -> str:
    """Return in a few words what an active run is doing."""
    match status.phase:
        case "drawing":
            return "Drawing training pictures, which takes a few minutes"
        case "measuring":
            return "Evaluating the model"
        case "exporting":
            return "Exporting the model"
        case "training" if status.epoch:
            left = f" · {duration(status.left)} left" if status.left is not None else ""
            return f"Epoch {status.epoch:,} of {status.epochs:,}{left}"
        case _:
            return "Getting ready, which takes a few seconds"


def best_epoch(history: list[Row]) -> tuple[int, float] | None:
    """Return the best epoch of a run, and its validation accuracy.

    Its weights are kept for a run that is stopped; one that ends becomes a model of the last epoch,
    or of its averaged weights. Without a validation set it is the training accuracy.
    """
    row = best_row(history)
    if row is None:
        return None
    share = row["accuracy"] if isnan(row["val_accuracy"]) else row["val_accuracy"]
    return int(row["epoch"]), share
