"""The status of a training run: its state and its progress."""

import json
import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

Phase = Literal["starting", "drawing", "training", "measuring", "exporting", ""]
State = Literal["queued", "running", "finished", "failed", "stopped", "interrupted"]
ACTIVE_STATES: tuple[State, ...] = ("queued", "running")  # the others are final or can be resumed

KILLED = "Its process was killed, perhaps because there was too little memory."
ERROR = re.compile(r"^(?:Error|\w+Error): (.+)$", re.MULTILINE)
UNKNOWN = float("nan")


@dataclass(frozen=True)
class Step:
    """How far training is within an epoch.

    Attributes:
        epoch: the current epoch, from 1; 0 before the first.
        epochs: number of epochs in total.
        batch: batches done in this epoch.
        batches: batches in an epoch; 0 while unknown.
        loss: mean training loss of this epoch so far; NaN while unknown.
        accuracy: training accuracy of this epoch so far; NaN while unknown.
    """

    epoch: int = 0
    epochs: int = 0
    batch: int = 0
    batches: int = 0
    loss: float = UNKNOWN
    accuracy: float = UNKNOWN


@dataclass(frozen=True)
class Epoch:
    """The figures of one finished epoch. Without a validation set, its two figures are NaN."""

    epoch: int
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    seconds: float


@dataclass(frozen=True)
class Progress(Step):
    """How far a run is: the step, the phase, and the time.

    Attributes:
        phase: what it is doing; "" while it is not running.
        seconds: time spent training so far, including earlier sessions of the run.
        left: estimated seconds of training left; None while unknown.
    """

    phase: Phase = ""
    seconds: float = 0.0
    left: float | None = None


@dataclass(frozen=True, kw_only=True)
class Status(Progress):
    """The status of a run: its state and its progress.

    Attributes:
        state: "interrupted" if its process died without storing another state.
        error: why it failed, was interrupted, or had to stop; "" otherwise.
        started: when it was first started, ISO 8601, UTC; "" if it was not.
        trained_epochs: number of finished epochs.
    """

    state: State
    error: str
    started: str
    trained_epochs: int


def read_progress(path: Path) -> Progress:
    """Return the progress that a run wrote last; the defaults if it is missing or damaged."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return Progress(**{item.name: values[item.name] for item in fields(Progress)})
    except (OSError, ValueError, KeyError, TypeError):
        return Progress()


def why_it_ended(output: Path) -> str:
    """Return the last error that a process printed, or `KILLED` if it printed none."""
    try:
        printed = output.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return KILLED
    errors = ERROR.findall(printed)
    return errors[-1] if errors else KILLED


def time_limit_reason(minutes: float) -> str:
    """Return the reason for stopping a run that may take at most `minutes` minutes."""
    return f"It reached the time limit of {minutes:g} minutes."
