"""Logs what becomes of training runs, whoever starts them and wherever they train."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from mnist_core.errors import RunError
from mnist_core.running.runs import read_run
from mnist_core.running.status import GOING_ON
from mnist_core.spaces import every_space
from ui.logs import log

SECONDS = 5

Seen = dict[Path, tuple[int, Any]]  # when a run's file was written, and the state it told


class RunEvents:
    """Looks now and then at the runs' files, as long as the server lives."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self.seen: Seen = {}
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.watch, name="run-events", daemon=True)

    def __enter__(self) -> Self:
        self.look()  # what is there already is no news
        self.thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.over.set()
        self.thread.join(timeout=1)

    def watch(self) -> None:
        """Log news until the server ends."""
        while not self.over.wait(self.seconds):
            for run, state in self.look():
                log(f"run {state}", run=run)

    def look(self) -> list[tuple[str, str]]:
        """Return which runs are in another state than last time: their ids, and the states."""
        now: Seen = {}
        news = []
        for path in run_files():
            try:
                written = path.stat().st_mtime_ns
                before = self.seen.get(path)
                if before and before[0] == written and before[1] not in GOING_ON:
                    now[path] = before
                    continue
                # Not what the file says: a process that was killed could not write any more.
                state = read_run(path.parent).status().state
            except (OSError, RunError):  # gone, or damaged: not for a log
                continue
            now[path] = written, state
            if state != (before[1] if before else None):
                news.append((path.parent.name, str(state)))
        self.seen = now
        return news


def run_files() -> Iterator[Path]:
    """Yield the files of all runs, in all spaces."""
    for space in every_space():
        yield from (space / "runs").glob("[!.]*/run.json")
