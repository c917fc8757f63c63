"""Reports receive the progress of a training; one writes it to a file that pages read."""

import json
import time
from dataclasses import asdict, replace
from pathlib import Path

from mnist_core.files import atomic_write_text
from mnist_core.runs.status import Epoch, Phase, Progress, Step

WRITE_INTERVAL = 0.5  # seconds, at least, between two writes
WARM_UP = 1.0  # seconds of training before the time left is estimated


class Report:
    """Receives the progress of a training. This one ignores it; subclasses override methods."""

    def phase(self, phase: Phase) -> None:
        """Called when a new phase begins."""

    def step(self, step: Step) -> None:
        """Called after each batch."""

    def epoch(self, epoch: Epoch) -> None:
        """Called after each epoch, when it is on disk."""


SILENT = Report()


class ProgressReport(Report):
    """Writes the progress of a run to a file, at most twice a second.

    If the file cannot be written, training goes on.
    """

    def __init__(self, path: Path, epochs: int, seconds: float = 0.0) -> None:
        """Prepare to report.

        Args:
            path: the file to write.
            epochs: number of epochs in total.
            seconds: time spent training in earlier sessions of the run.
        """
        self.path, self.earlier = path, seconds
        self.written, self.first, self.began = float("-inf"), 0, 0.0
        self.last = Progress(epochs=epochs, seconds=seconds)

    def phase(self, phase: Phase) -> None:
        """Write that a new phase begins."""
        self.write(replace(self.last, phase=phase, left=None))

    def step(self, step: Step) -> None:
        """Write that a batch is done, unless the last write was a moment ago."""
        now, done = time.monotonic(), (step.epoch - 1) * step.batches + step.batch
        if not self.first:  # the first batch is slower than the others, so it is not measured
            self.first, self.began = done, now
        if now - self.written < WRITE_INTERVAL:
            return
        spent, left = now - self.began, None
        if spent > WARM_UP and done > self.first:
            left = spent / (done - self.first) * (step.epochs * step.batches - done)
        seconds = self.earlier + spent
        self.write(Progress(**asdict(step), phase="training", seconds=seconds, left=left))

    def write(self, progress: Progress) -> None:
        """Write the file, if the disk allows it."""
        self.written, self.last = time.monotonic(), progress
        try:
            atomic_write_text(self.path, json.dumps(asdict(progress)) + "\n")
        except OSError:
            return
