"""Training runs that the app starts: each in its own process, one at a time; the others wait.

One run trains at a time on the whole server; each visitor sees, stops and deletes their own.

The process is the command line's `train`. So a run continues whatever page its visitor opens, costs
the server only a look into the run's folder, and can be stopped at once. Everything is on disk: a
restarted server finds it again.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import streamlit as st

from mnist_core.errors import RunError
from mnist_core.locks import lock
from mnist_core.models.staging import clean_stale
from mnist_core.recipes.recipe import Recipe
from mnist_core.runs import queue
from mnist_core.runs.estimate import SPEED
from mnist_core.runs.limits import room_for
from mnist_core.runs.memory import ensure_memory
from mnist_core.runs.process import Start, stop
from mnist_core.runs.run import Run
from mnist_core.runs.store import new_run, open_run
from mnist_core.workspace import all_workspaces, data_root
from ui.access.limits import (
    check_disk_now,
    check_queue_limit_now,
    check_run_limit_now,
    own_limits,
)
from ui.retrain.machine_speed import measured_speed

POLL_SECONDS = 1.0  # seconds
THREADS = "scheduler"  # their name
UNFINISHED = ("stopped", "interrupted", "failed")


class Scheduler:
    """Starts the runs in the queue, one after another, as long as there are any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watcher: threading.Thread | None = None
        for folder in all_workspaces():
            clean_stale(folder / "models")
        self.poll()

    def poll(self) -> None:
        """Start the next run if nothing trains, and keep polling while a run waits."""
        if start := queue.start_next():
            # The parent of a process must wait for its end, or it stays as a zombie.
            threading.Thread(
                target=self._supervise, args=[start], name=THREADS, daemon=True
            ).start()
        self.watch()

    def watch(self) -> None:
        """Keep polling while a run waits, whichever server it was queued on."""
        with self._lock:
            if queue.waiting() and not (self._watcher and self._watcher.is_alive()):
                self._watcher = threading.Thread(target=self._watch, name=THREADS, daemon=True)
                self._watcher.start()

    def _supervise(self, start: Start) -> None:
        start.supervise()
        self.poll()

    def _watch(self) -> None:
        """Poll, because the run that trains may belong to another server or a terminal."""
        pause = threading.Event()
        while queue.waiting():
            pause.wait(POLL_SECONDS)
            if start := queue.start_next():
                start.supervise()


@st.cache_resource(show_spinner=False)
def shared_scheduler() -> Scheduler:
    """Return the scheduler of this server; the first call starts runs that wait."""
    return Scheduler()


def start_run(recipe: Recipe, data: str, name: str | None = None) -> Run:
    """Create a run and return it; it trains at once or waits for its turn.

    Raises:
        RunError: there is too little memory or disk space.
        LimitError: this visitor has reached a limit.
    """
    ensure_memory_now()
    with queue_lock() as minutes:
        check_run_limit_now(recipe)
        check_disk_now(room_for(recipe))
        more: dict[str, Any] = {"minutes": minutes, SPEED: measured_speed().speed}
        run = new_run(recipe, data, name, state="queued", **more)
    shared_scheduler().poll()
    return run


@contextmanager
def queue_lock() -> Iterator[int | None]:
    """Serialise queueing; yield the visitor's time limit in minutes, or None."""
    with lock(data_root() / "runs" / ".admission.lock"):
        limits = own_limits()
        yield limits.minutes if limits else None


def stop_run(run_id: str) -> None:
    """Stop a run within two seconds, keeping its best weights, or take it out of the queue.

    A run that does not exist or has ended is left as it is.
    """
    with suppress(RunError):
        stop(open_run(run_id))


def leave_queue(run_id: str) -> None:
    """Take a run out of the queue; if it has just started, it is stopped."""
    stop_run(run_id)


def continue_run(run_id: str) -> None:
    """Queue a run to continue after its last finished epoch.

    Raises:
        RunError: there is no such run, it cannot be continued, or there is too little memory.
    """
    queue_again(run_id, "train")


def finish_run(run_id: str) -> None:
    """Queue a run to make a model of the best weights it has.

    Raises:
        RunError: there is no such run, it cannot be finished, or there is too little memory.
    """
    queue_again(run_id, "finish")


def queue_again(run_id: str, task: str) -> None:
    """Queue a run again: to train on, or to finish."""
    run = open_run(run_id)
    ensure_memory_now()
    with queue_lock() as minutes:
        check_queue_limit_now()
        queue.queue_again(run, UNFINISHED, task, minutes)
    shared_scheduler().poll()


def ensure_memory_now() -> None:
    """Raise if a run that would start now has too little memory; a waiting run is checked later.

    Raises:
        RunError: there is too little.
    """
    if not queue.is_busy():
        ensure_memory()


def position_in_queue(run_id: str) -> int | None:
    """Return 0 for the run that trains, 1 for the next and so on; None for any other run."""
    shared_scheduler()  # a restarted server resumes the queue at the first call
    try:
        return queue.queue_position(open_run(run_id))
    except RunError:
        return None


def active_run() -> Run | None:
    """Return the visitor's run that trains, or None."""
    shared_scheduler()
    return next(iter(queue.running()), None)
