"""A mirror: a copy of a run's history in a tool that people have.

The run folder is the source of truth. A mirror reads it and catches up: what it missed, because a
run was killed or a server was down, it copies later. No mirror can make a run fail.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from math import isfinite

from mnist_core.recipes.recipe import Recipe
from mnist_core.recipes.schedules import learning_rate
from mnist_core.runs.history import Row
from mnist_core.runs.run import Run

Say = Callable[[str], None]


class Mirror(ABC):
    """A copy of one run's history. What goes wrong is said once; the run goes on."""

    def __init__(self, run: Run, say: Say) -> None:
        """Prepare a mirror.

        Args:
            run: the run.
            say: receives a line about what went wrong.
        """
        self.run, self._say, self.has_failed = run, say, False

    @abstractmethod
    def catch_up(self, batches: int) -> None:
        """Copy the epochs that are not copied yet; an epoch has `batches` batches."""

    @abstractmethod
    def end(self) -> None:
        """Copy what is left: the run has ended, and its state is stored."""

    def say_once(self, line: str) -> None:
        """Say what went wrong, unless something already did."""
        if not self.has_failed:
            self._say(line)
        self.has_failed = True


def figures(row: Row, recipe: Recipe, batches: int) -> dict[str, float]:
    """Return the figures of an epoch, by name: those of its row that are known, and its rate.

    Args:
        row: a row of the history.
        recipe: how the run trains.
        batches: number of batches in an epoch; 0 if unknown, then there is no rate.

    Returns:
        The figures; `learning_rate` is that of the epoch's last batch.
    """
    known = {name: value for name, value in row.items() if name != "epoch" and isfinite(value)}
    rate = None
    if batches:
        last = int(row["epoch"]) * batches - 1
        rate = learning_rate(recipe, last, recipe.epochs * batches)
    return known if rate is None else {**known, "learning_rate": rate}
