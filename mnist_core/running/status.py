"""How a training run stands, and why it ended when it could not say so itself."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mnist_core.running.progress import Phase

State = Literal["queued", "running", "finished", "failed", "stopped", "interrupted"]
GOING_ON: tuple[State, ...] = ("queued", "running")  # what becomes of these is still to come

KILLED = "Something else on this machine ended it; perhaps there was too little memory."
ERROR = re.compile(r"^(?:Error|\w+Error): (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Status:
    """How a run stands.

    Attributes:
        state: "interrupted" when its process is gone without a word.
        phase: what it does while it is running; "" otherwise.
        epoch: the epoch that goes on, from 1; 0 before the first.
        epochs: how many the recipe asks for.
        batch: batches done in this epoch.
        batches: batches in an epoch; 0 while unknown.
        loss: mean of this epoch so far; NaN while unknown.
        accuracy: share read right in this epoch so far; NaN while unknown.
        seconds: spent training.
        left: seconds still to train; None while unknown.
        error: why it failed, was interrupted, or had to stop; "" otherwise.
        started: when it began, ISO 8601, UTC; "" if it has not.
        trained_epochs: finished epochs.
    """

    state: State
    phase: Phase
    epoch: int
    epochs: int
    batch: int
    batches: int
    loss: float
    accuracy: float
    seconds: float
    left: float | None
    error: str
    started: str
    trained_epochs: int


def why_it_ended(output: Path) -> str:
    """Return the last error that a process printed, or else what may have ended it."""
    try:
        printed = output.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return KILLED
    errors = ERROR.findall(printed)
    return errors[-1] if errors else KILLED


def time_is_over(minutes: float) -> str:
    """Return why a run is stopped that may take so many minutes."""
    return f"It had taken {minutes:g} minutes, which is the limit here."
