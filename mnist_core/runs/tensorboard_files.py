"""TensorBoard's event files, in the run folder: `tensorboard --logdir runs` shows every run.

The files are written as TensorFlow documents them, by tensorboardX, so without TensorFlow.
"""

import time
from typing import Any

from mnist_core.extras import is_installed, require
from mnist_core.runs.mirror import Mirror, Say, figures
from mnist_core.runs.run import Run

PREFIX = "events"  # TensorBoard finds a file by its name: events.out.tfevents.TIME.HOST
PATTERN = f"{PREFIX}.out.tfevents.*"


def open_tensorboard(run: Run, say: Say) -> "TensorBoardFiles | None":
    """Return the mirror, or None if tensorboardX is not installed."""
    return TensorBoardFiles(run, say) if is_installed("tensorboardX") else None


class TensorBoardFiles(Mirror):
    """Writes an event file from the run's history.

    Each session of a run writes the whole history anew and replaces the file of the session before:
    so a run that was resumed is one curve, and an epoch that was lost in a crash is in no file.
    """

    def __init__(self, run: Run, say: Say) -> None:
        super().__init__(run, say)
        self.writer: Any = None
        self.written = 0.0  # the last epoch in the file

    def catch_up(self, batches: int) -> None:
        """Add the epochs that are not in the file yet."""
        if self.has_failed:
            return
        try:
            self.write(batches)
        except Exception:  # the disk, or another version of tensorboardX or protobuf
            self.say_once("TensorBoard's file could not be written. The run goes on without it.")

    def write(self, batches: int) -> None:
        """Write the epochs that are not in the file yet."""
        require("monitoring", "tensorboardX")
        from tensorboardX.event_file_writer import EventsWriter
        from tensorboardX.proto.event_pb2 import Event
        from tensorboardX.summary import scalar

        rows = [row for row in self.run.history() if row["epoch"] > self.written]
        if self.writer is None:
            for old in self.run.folder.glob(PATTERN):
                old.unlink()
            self.writer = EventsWriter(str(self.run.folder / PREFIX))
        ended = time.time() - sum(row["seconds"] for row in rows)
        for row in rows:
            ended += row["seconds"]  # as if the run had never been stopped
            for name, value in figures(row, self.run.recipe, batches).items():
                summary = scalar(name, value)
                step = int(row["epoch"])
                self.writer.write_event(Event(wall_time=ended, step=step, summary=summary))
            self.written = row["epoch"]
        self.writer.flush()

    def end(self) -> None:
        """Close the file."""
        if self.writer is None:
            return
        try:
            self.writer.close()
        except Exception:  # the disk, or another version of tensorboardX or protobuf
            return
