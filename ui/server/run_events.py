"""Watches training runs, whoever starts them and wherever they train: logs how their state changes.

If any of them waits, the queue is resumed: the server on which it was queued may be gone.
"""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

from mnist_core.errors import RunError
from mnist_core.runs.status import ACTIVE_STATES
from mnist_core.runs.store import read_run
from mnist_core.workspace import all_workspaces
from ui.base.logs import log
from ui.base.meter import meter

POLL_SECONDS = 5

Seen = dict[Path, tuple[int, Any]]  # a run file's time of change, and the run's state then


class RunEvents:
    """Polls the files of all runs in a thread, for as long as the server runs.

    Attributes:
        seconds: between two polls.
        resume: called when a run waits.
        seen: what the last poll found.
    """

    def __init__(
        self, seconds: float = POLL_SECONDS, resume: Callable[[], None] = lambda: None
    ) -> None:
        self.seconds, self.resume = seconds, resume
        self.seen: Seen = {}
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.watch, name="run-events", daemon=True)

    def __enter__(self) -> Self:
        self.poll()  # runs from before the start are no news
        self.thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.stopped.set()
        self.thread.join(timeout=1)

    def watch(self) -> None:
        """Log changes, and resume the queue if a run waits, until the server stops."""
        while not self.stopped.wait(self.seconds):
            for run, state in self.poll():
                log(f"run {state}", run=run)
                meter().run(state)
            if any(state == "queued" for _, state in self.seen.values()):
                self.resume()

    def poll(self) -> list[tuple[str, str]]:
        """Return the runs whose state has changed since the last poll: (id, state) pairs."""
        now: Seen = {}
        changes = []
        for path in run_files():
            try:
                written = path.stat().st_mtime_ns
                before = self.seen.get(path)
                if before and before[0] == written and before[1] not in ACTIVE_STATES:
                    now[path] = before
                    continue
                # Not the state in the file: a process that was killed could not update it.
                state = read_run(path.parent).status().state
            except (OSError, RunError):  # deleted or damaged: nothing to log
                continue
            now[path] = written, state
            if state != (before[1] if before else None):
                changes.append((path.parent.name, str(state)))
        self.seen = now
        return changes


def run_files() -> Iterator[Path]:
    """Yield the files of all runs in all workspaces."""
    for workspace in all_workspaces():
        yield from (workspace / "runs").glob("[!.]*/run.json")
