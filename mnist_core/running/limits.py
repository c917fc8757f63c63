"""What a visitor may have and use, and how a refusal says so. Whoever runs the server chooses."""

from dataclasses import dataclass
from pathlib import Path

from mnist_core.errors import LimitError
from mnist_core.layers import layers_of
from mnist_core.recipe import Recipe
from mnist_core.running.run_queue import is_busy
from mnist_core.running.runs import run_folders
from mnist_core.running.tickets import last_served, tickets
from mnist_core.spaces import size_of, visitors

MB = 1_000_000
COPIES = 12  # of each weight on the disk: with Adam's two moments a checkpoint has three of each
A_WEIGHT = 4  # bytes
A_RUN = 500_000  # bytes besides: the log, the history, the plan of the network


@dataclass(frozen=True)
class Limits:
    """What a visitor may have; the owner has no limits.

    Attributes:
        runs: kept at once.
        waiting: of these, that wait or train at once.
        all_waiting: runs that wait or train at once, everybody's.
        minutes: that a run may take at a time.
        megabytes: of disk.
        all_megabytes: of disk, all visitors together.
        days: without a visit, after which everything is removed.
    """

    runs: int
    waiting: int
    all_waiting: int
    minutes: int
    megabytes: int
    all_megabytes: int
    days: int


def refuse_another_run(space: Path, limits: Limits) -> None:
    """Make sure that a visitor may have one more run.

    Raises:
        LimitError: they have as many as they may have; says how many that are.
    """
    if len(run_folders(space)) >= limits.runs:
        raise LimitError(
            f"Each visitor may keep {counted(limits.runs)} here, and you have that many. Delete "
            "one that you do not need any more."
        )


def refuse_to_wait(space: Path, limits: Limits) -> None:
    """Make sure that one more run of a visitor may wait for its turn.

    Raises:
        LimitError: as many wait or train as may, theirs or everybody's; says how many that are.
    """
    busy = [*tickets(), *([last_served()] if is_busy() else [])]
    if sum(ticket.space == space for ticket in busy) >= limits.waiting:
        raise LimitError(
            f"Each visitor may have {counted(limits.waiting)} waiting or training at once here. "
            "Wait until one of yours is over, or stop it."
        )
    if len(busy) >= limits.all_waiting:
        raise LimitError(
            f"At most {counted(limits.all_waiting)} may wait or train at once on this server, and "
            "there are that many. Try again in a few minutes."
        )


def refuse_without_own_room(space: Path, limits: Limits, needed: int) -> None:
    """Make sure that a visitor has so many bytes of the disk left.

    Raises:
        LimitError: they have not; says how many they have in all.
    """
    used = size_of(space)
    if used + needed > limits.megabytes * MB:
        raise LimitError(
            f"This needs about {megabytes(needed)}. Each visitor has {limits.megabytes:,} MB here, "
            f"of which you have used {megabytes(used)}. Delete runs or models that you do not need "
            "any more, or choose something smaller."
        )


def refuse_without_room(limits: Limits, needed: int) -> None:
    """Make sure that so many bytes are left of the disk that is for visitors.

    Raises:
        LimitError: they are not; says how many there are in all.
    """
    if size_of(visitors()) + needed > limits.all_megabytes * MB:
        raise LimitError(
            f"This needs about {megabytes(needed)}, and the {limits.all_megabytes:,} MB for all "
            "visitors of this server are used up. Try again later: old runs make room."
        )


def room_for(recipe: Recipe) -> int:
    """Return how many bytes of disk a run may come to take, its model included; an upper bound."""
    return A_RUN + COPIES * A_WEIGHT * sum(layer.parameters for layer in layers_of(recipe))


def counted(n: int) -> str:
    """Return a number of runs: "1 run", "20 runs"."""
    return f"{n:,} run" + ("" if n == 1 else "s")


def megabytes(size: int) -> str:
    """Return a size in whole megabytes, rounded up: what needs a little is not told to be 0."""
    return f"{-(-size // MB):,} MB"
