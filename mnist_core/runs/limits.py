"""Limits on what a visitor may store and use. The owner of the server chooses them."""

from dataclasses import dataclass
from pathlib import Path

from mnist_core.errors import LimitError
from mnist_core.locks import is_held
from mnist_core.recipes.layer_plan import layers_of
from mnist_core.recipes.recipe import Recipe
from mnist_core.runs.queue import is_busy
from mnist_core.runs.queue_order import Ticket, last_dispatched, tickets
from mnist_core.runs.run import ALIVE, start_lock
from mnist_core.runs.store import run_folders
from mnist_core.workspace import size_of, visitors_dir

MB = 1_000_000
COPIES_PER_WEIGHT = (
    12  # of each weight on disk: with Adam's two moments, a checkpoint alone has three
)
WEIGHT_BYTES = 4  # bytes
RUN_OVERHEAD = 500_000  # bytes: the log, the history, the architecture


@dataclass(frozen=True)
class Limits:
    """The limits of a visitor; the owner has none.

    Attributes:
        runs: stored at the same time.
        waiting: runs of one visitor that wait or train at the same time.
        all_waiting: runs of everyone that wait or train at the same time.
        minutes: a run may train without a break.
        megabytes: of disk for one visitor.
        all_megabytes: of disk for all visitors together.
        days: without a visit, after which a workspace is deleted.
    """

    runs: int
    waiting: int
    all_waiting: int
    minutes: int
    megabytes: int
    all_megabytes: int
    days: int


def check_run_limit(workspace: Path, limits: Limits) -> None:
    """Raise if a visitor may not store another run.

    Raises:
        LimitError: they have as many runs as allowed; the message says how many.
    """
    if len(run_folders(workspace)) >= limits.runs:
        raise LimitError(
            f"Each visitor may keep {in_runs(limits.runs)} here, and you have that many. Delete "
            "one that you no longer need."
        )


def check_queue_limit(workspace: Path, limits: Limits) -> None:
    """Raise if a visitor may not queue another run.

    Raises:
        LimitError: as many of their runs, or of everyone's, wait or train as allowed; the message
            says how many.
    """
    waiting = tickets()
    if sum(one.workspace == workspace for one in (*waiting, *dispatched())) >= limits.waiting:
        raise LimitError(
            f"Each visitor may have {in_runs(limits.waiting)} waiting or training at once here. "
            "Wait until one of yours has ended, or stop it."
        )
    if len(waiting) + is_busy() >= limits.all_waiting:
        raise LimitError(
            f"At most {in_runs(limits.all_waiting)} may wait or train at once on this server, and "
            "there are that many. Try again in a few minutes."
        )


def dispatched() -> list[Ticket]:
    """Return the ticket of the run that trains or is being started, if it came from the queue."""
    last = last_dispatched()
    return [last] if is_held(last.folder / ALIVE) or is_held(start_lock()) else []


def check_visitor_disk(workspace: Path, limits: Limits, needed: int) -> None:
    """Raise if a visitor does not have `needed` bytes of disk left.

    Raises:
        LimitError: they do not; the message says how many they have in total.
    """
    used = size_of(workspace)
    if used + needed > limits.megabytes * MB:
        raise LimitError(
            f"This needs about {megabytes(needed)}. Each visitor has {limits.megabytes:,} MB here, "
            f"and you have used {megabytes(used)} of it. Delete runs or models that you no longer "
            "need, or choose something smaller."
        )


def check_server_disk(limits: Limits, needed: int) -> None:
    """Raise if visitors together do not have `needed` bytes of disk left.

    Raises:
        LimitError: they do not; the message says how many they have in total.
    """
    if size_of(visitors_dir()) + needed > limits.all_megabytes * MB:
        raise LimitError(
            f"This needs about {megabytes(needed)}, and the {limits.all_megabytes:,} MB for all "
            "visitors of this server are used up. Try again later: old runs get deleted."
        )


def room_for(recipe: Recipe) -> int:
    """Return an upper bound for the bytes of disk that a run and its model will take."""
    return RUN_OVERHEAD + COPIES_PER_WEIGHT * WEIGHT_BYTES * sum(
        layer.parameters for layer in layers_of(recipe)
    )


def in_runs(n: int) -> str:
    """Return a number of runs: "1 run", "20 runs"."""
    return f"{n:,} run" + ("" if n == 1 else "s")


def megabytes(size: int) -> str:
    """Return a size in whole megabytes, rounded up, so that little is not shown as 0 MB."""
    return f"{-(-size // MB):,} MB"
