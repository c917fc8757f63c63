"""All mirrors of a run: TensorBoard's files and MLflow."""

from collections.abc import Iterator
from contextlib import contextmanager

from mnist_core.runs.mirror import Mirror, Say
from mnist_core.runs.mlflow_mirror import open_mlflow
from mnist_core.runs.run import Run
from mnist_core.runs.tensorboard_files import open_tensorboard


class Mirrors:
    """All mirrors of a run."""

    def __init__(self, mirrors: list[Mirror]) -> None:
        self.mirrors = mirrors

    def catch_up(self, batches: int) -> None:
        """Let each mirror copy the epochs that it does not have yet."""
        for mirror in self.mirrors:
            mirror.catch_up(batches)


@contextmanager
def mirrored(run: Run, say: Say) -> Iterator[Mirrors]:
    """Open the mirrors of a run that this machine has, and end them when the run has ended.

    Args:
        run: the run, whose folder this process has locked.
        say: receives a line about a mirror that does not work.
    """
    opened = (open_tensorboard(run, say), open_mlflow(run, say))
    mirrors = Mirrors([mirror for mirror in opened if mirror])
    try:
        yield mirrors
    finally:
        for mirror in mirrors.mirrors:
            mirror.end()
