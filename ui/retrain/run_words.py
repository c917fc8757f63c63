"""How a training run is put into words."""

from datetime import UTC, datetime
from math import isnan

from mnist_core.recipe import Recipe
from mnist_core.recipes import RECIPES
from mnist_core.running.runs import Row, Run, best_row
from mnist_core.running.status import Status
from ui.retrain.recipe_settings import Draft
from ui.retrain.training_data import data_title
from ui.words import percent

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
    """Return what a recipe is called, without what it promises."""
    return recipe.title.partition(":")[0]


def run_title(run: Run) -> str:
    """Return what a run is called: "Quick CNN on MNIST"."""
    return f"{short_title(run.recipe)} on {data_title(run.data)}"


def describe_run(run: Run) -> str:
    """Return in a line what is trained, and what differs from the recipe."""
    own = RECIPES.get(run.recipe.name)
    changes = Draft(own, run.recipe).changes if own else []
    return f"Changed: {', '.join(changes)}." if changes else "With the recipe's own values."


def counted(share: float) -> str:
    """Return a share that was counted; unlike a probability it may well be all or nothing."""
    return f"{share:.0%}".replace("%", " %") if share in (0, 1) else percent(share)


def duration(seconds: float) -> str:
    """Return a time as precisely as an estimate deserves: "about 40 seconds"."""
    if seconds < 10:
        return "a few seconds"
    if seconds < 55:
        return f"about {5 * round(seconds / 5)} seconds"
    if seconds < 90:
        return "about a minute"
    if seconds < 55 * MINUTE:
        return f"about {round(seconds / MINUTE)} minutes"
    if seconds < 90 * MINUTE:
        return "about an hour"
    return f"about {round(seconds / HOUR)} hours"


def long_ago(started: str, now: datetime | None = None) -> str:
    """Return how long ago an ISO time was, roughly; a time to come is now."""
    if not started:
        return ""
    seconds = ((now or datetime.now(UTC)) - datetime.fromisoformat(started)).total_seconds()
    for size, unit in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if (n := int(seconds // size)) >= 1:
            return f"{n} {unit}{'s' if n > 1 else ''} ago"
    return "just now"


def share_done(status: Status) -> float:
    """Return how much of the training is done, from 0 to 1."""
    if status.phase in ("measuring", "exporting"):
        return 1.0
    within = status.batch / status.batches if status.batches else 0.0
    epochs = max(status.trained_epochs, status.epoch - 1 + within, 0.0)
    return min(epochs / status.epochs, 1.0) if status.epochs else 0.0


def progress_line(status: Status) -> str:
    """Return in a few words how far a run that goes on has come."""
    match status.phase:
        case "drawing":
            return "Drawing pictures to learn from, which takes a few minutes"
        case "measuring":
            return "Measuring how good it is"
        case "exporting":
            return "Packing the model"
        case "training" if status.epoch:
            left = f" · {duration(status.left)} left" if status.left is not None else ""
            return f"Epoch {status.epoch} of {status.epochs}{left}"
        case _:
            return "Getting ready, which takes a few seconds"


def best_epoch(history: list[Row]) -> tuple[int, float] | None:
    """Return the epoch whose weights are kept, and what it read right of the digits held out.

    Where none are held out it is the share of the digits learned from.
    """
    row = best_row(history)
    if row is None:
        return None
    share = row["accuracy"] if isnan(row["val_accuracy"]) else row["val_accuracy"]
    return int(row["epoch"]), share
