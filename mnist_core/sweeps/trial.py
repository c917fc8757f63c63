"""A trial: a worker of Ray starts an ordinary training run, and follows it epoch by epoch.

The run has a process of its own, as those that the app starts. So it is stopped, resumed, and
watched as they are. Whoever takes the trial up again follows it, or lets it go on.
"""

import os
import threading
import time
from pathlib import Path
from typing import Any

from mnist_core.errors import RunError
from mnist_core.locks import try_lock
from mnist_core.runs.process import Start, launch, stop
from mnist_core.runs.run import Run, start_lock
from mnist_core.sweeps.sweep import Trial, read_sweep, score_of

EVERY = 0.2  # seconds between two looks at a run's history
PATIENCE = 120.0  # seconds that other runs may take to start
ONE_CORE = {  # what TensorFlow and NumPy take from their environment
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
SCORE, EPOCH = "score", "epoch"  # what Tune is told
ENDED_EARLY = "The sweep stopped it."


class FollowedRun:
    """A trial's run, and how many of its epochs were reported."""

    def __init__(self, sweep: Path, trial: str, settings: dict[str, Any], seed: int) -> None:
        """Start a run, or follow it where it is running or over.

        Args:
            sweep: the folder of the sweep.
            trial: the id that Tune gave the trial.
            settings: the values of what varies.
            seed: the seed.

        Raises:
            RunError: it cannot be started.
        """
        texts = {key: str(value) for key, value in settings.items()}
        self.run: Run = read_sweep(sweep).run_of(trial, texts, seed)
        self.reported = 0
        self.supervisor: threading.Thread | None = None
        if not self.run.is_alive() and self.run.status().state not in ("finished", "failed"):
            self.start()

    def start(self) -> None:
        """Start the run's process, or let it go on after its last finished epoch."""
        guard = try_lock(start_lock(), PATIENCE)
        if guard is None:
            raise RunError(f"Cannot start {self.run.id}: another run takes too long to start.")
        try:
            started = Start(self.run, launch(self.run), guard)
        except BaseException:
            guard.release()
            raise
        self.supervisor = threading.Thread(target=started.supervise, daemon=True)
        self.supervisor.start()

    def next_report(self) -> dict[str, Any]:
        """Wait for the next epoch, and return what Tune is told about it.

        The last epoch counts as done when the model is made, too.

        Raises:
            RunError: the run's process was killed.
        """
        while True:
            over = self.is_over()  # before its history is read, which is then complete
            rows = self.run.history()
            left = [row for row in rows if row["epoch"] < self.run.recipe.epochs]
            if self.reported < len(left):
                self.reported += 1
                return {SCORE: score_of(self.run), EPOCH: int(left[self.reported - 1]["epoch"])}
            if over:
                return self.last_report()
            time.sleep(EVERY)

    def is_over(self) -> bool:
        """Return whether no process works on the run."""
        return not (self.supervisor.is_alive() if self.supervisor else self.run.is_alive())

    def last_report(self) -> dict[str, Any]:
        """Return what Tune is told at the end: a run that failed is worth nothing.

        Raises:
            RunError: the run's process was killed.
        """
        trial = Trial.of(self.run)
        if trial.status.state == "interrupted":
            raise RunError(f"{self.run.id}: {trial.status.error}")
        return {SCORE: trial.score, EPOCH: max(trial.status.trained_epochs, 1), "done": True}

    def stop(self) -> None:
        """Stop the run if it has not ended."""
        stop(self.run, ENDED_EARLY)


def use_one_core() -> None:
    """Let what this process starts compute with one thread."""
    os.environ.update(ONE_CORE)
