"""How far a training run is within its epoch: written by the run, read by whoever watches it."""

import json
import time
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mnist_core.files import write_whole

if TYPE_CHECKING:
    from mnist_core.training import Step

Phase = Literal["starting", "drawing", "training", "measuring", "exporting", ""]

EVERY = 0.5  # seconds between two reports at least; a person needs no more
WARM_UP = 1.0  # seconds of training before the time left can be told


@dataclass(frozen=True)
class Progress:
    """How far a run is.

    Attributes:
        phase: what it does; "" when it does nothing.
        epoch: the epoch that goes on, from 1; 0 before the first.
        epochs: how many there will be.
        batch: batches done in this epoch.
        batches: batches in an epoch.
        loss: mean of this epoch so far.
        accuracy: share read right in this epoch so far.
        seconds: spent training, in all sessions of the run.
        left: seconds still to train; None while unknown.
    """

    phase: Phase = ""
    epoch: int = 0
    epochs: int = 0
    batch: int = 0
    batches: int = 0
    loss: float = float("nan")
    accuracy: float = float("nan")
    seconds: float = 0.0
    left: float | None = None


def read_progress(path: Path) -> Progress:
    """Return what a run wrote last; nothing is known where that is missing or damaged."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return Progress(**{item.name: values[item.name] for item in fields(Progress)})
    except (OSError, ValueError, KeyError, TypeError):
        return Progress()


class ProgressReport:
    """Writes how far a run is, at most twice a second.

    It measures with a clock that nobody can set. Whatever hinders it, training goes on.
    """

    def __init__(self, path: Path, epochs: int, seconds: float = 0.0) -> None:
        """Begin to report.

        Args:
            path: the file to write.
            epochs: how many there will be.
            seconds: spent training in earlier sessions.
        """
        self.path, self.epochs, self.earlier = path, epochs, seconds
        self.written, self.first, self.began = float("-inf"), 0, 0.0
        self.last = Progress(epochs=epochs, seconds=seconds)

    def phase(self, phase: Phase) -> None:
        """Report that another part of the work has begun."""
        values = {**asdict(self.last), "phase": phase, "left": None}
        self.write(Progress(**values))

    def step(self, step: "Step") -> None:
        """Report a batch, unless the last report is of just now."""
        now, done = time.monotonic(), (step.epoch - 1) * step.batches + step.batch
        if not self.first:  # the first batch also prepares the others, and tells nothing of them
            self.first, self.began = done, now
        if now - self.written < EVERY:
            return
        spent, left = now - self.began, None
        if spent > WARM_UP and done > self.first:
            left = spent / (done - self.first) * (step.epochs * step.batches - done)
        figures = step.epoch, step.epochs, step.batch, step.batches, step.loss, step.accuracy
        self.write(Progress("training", *figures, self.earlier + spent, left))

    def write(self, progress: Progress) -> None:
        """Write the file, if the disk lets it."""
        self.written, self.last = time.monotonic(), progress
        try:
            write_whole(self.path, json.dumps(asdict(progress)) + "\n")
        except OSError:
            return
