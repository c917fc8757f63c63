"""Training runs that the app starts: each a process of its own, one at a time, the others queue.

One trains at a time on the whole server; each visitor sees, stops and deletes their own.

The process is the command line's `train`. So a run goes on whatever its visitor looks at, costs
the server nothing but a look at the run's folder, and ends at once when it is told to. Everything
is on the disk: a server that starts anew finds it again.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import streamlit as st

from mnist_core.errors import RunError
from mnist_core.recipe import Recipe
from mnist_core.running import run_queue
from mnist_core.running.estimate import refuse_without_memory
from mnist_core.running.limits import room_for
from mnist_core.running.locks import lock
from mnist_core.running.runs import Run, new_run, open_run
from mnist_core.running.starting import Start
from mnist_core.running.stopping import stop
from mnist_core.spaces import every_space, home
from mnist_core.staging import tidy
from ui.limits import (
    own_limits,
    refuse_another_run_now,
    refuse_to_wait_now,
    refuse_without_room_now,
)

LOOK_EVERY = 1.0  # seconds
UNFINISHED = ("stopped", "interrupted", "failed")


class Workshop:
    """Starts the runs of the queue, one after another, while there are any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watcher: threading.Thread | None = None
        for folder in every_space():
            tidy(folder / "models")
        self.look()

    def look(self) -> None:
        """Start the next run if nothing trains, and go on to look as long as anything waits."""
        if start := run_queue.start_next():
            # Whoever started a process has to take note of its end, or it stays as a zombie.
            threading.Thread(target=self._see_through, args=[start], daemon=True).start()
        with self._lock:
            if run_queue.waiting() and not (self._watcher and self._watcher.is_alive()):
                self._watcher = threading.Thread(target=self._watch, daemon=True)
                self._watcher.start()

    def _see_through(self, start: Start) -> None:
        start.see_through()
        self.look()

    def _watch(self) -> None:
        """Look again and again: what trains may belong to another server, or to a terminal."""
        pause = threading.Event()
        while run_queue.waiting():
            pause.wait(LOOK_EVERY)
            if start := run_queue.start_next():
                start.see_through()


@st.cache_resource(show_spinner=False)
def workshop() -> Workshop:
    """Return the workshop of this server; the first time, runs that wait go on."""
    return Workshop()


def start_run(recipe: Recipe, data: str, name: str | None = None) -> Run:
    """Return a new run, which trains at once or as soon as it is its turn.

    Raises:
        RunError: there is too little memory, or no room on the disk.
        LimitError: this visitor has as much as a visitor may have.
    """
    refuse_without_memory_now()
    with admission() as minutes:
        refuse_another_run_now(recipe)
        refuse_without_room_now(room_for(recipe))
        run = new_run(recipe, data, name, state="queued", minutes=minutes)
    workshop().look()
    return run


@contextmanager
def admission() -> Iterator[int | None]:
    """Let one visitor at a time into the queue; give the minutes that a run of theirs may take."""
    with lock(home() / "runs" / ".admission.lock"):
        limits = own_limits()
        yield limits.minutes if limits else None


def stop_run(run_id: str) -> None:
    """End one's own run within two seconds and keep the best weights it has, or leave the queue.

    What is not there, or has ended, is as it should be.
    """
    with suppress(RunError):
        stop(open_run(run_id))


def leave_queue(run_id: str) -> None:
    """Take a run out of the queue; one that has begun in the meantime is stopped."""
    stop_run(run_id)


def continue_run(run_id: str) -> None:
    """Train on from a run's last finished epoch, as soon as it is its turn.

    Raises:
        RunError: there is no such run, it cannot be continued, or there is too little memory.
    """
    queue_again(run_id, "train")


def finish_run(run_id: str) -> None:
    """Make a model of the best weights that a run has, as soon as it is its turn.

    Raises:
        RunError: there is no such run, it cannot be finished, or there is too little memory.
    """
    queue_again(run_id, "finish")


def queue_again(run_id: str, task: str) -> None:
    """Let a run wait for its turn again."""
    run = open_run(run_id)
    refuse_without_memory_now()
    with admission() as minutes:
        refuse_to_wait_now()
        run_queue.queue_again(run, UNFINISHED, task, minutes)
    workshop().look()


def refuse_without_memory_now() -> None:
    """Make sure that a run finds the memory it needs; one that waits is asked when it is its turn.

    Raises:
        RunError: it does not.
    """
    if not run_queue.is_busy():
        refuse_without_memory()


def place_in_queue(run_id: str) -> int | None:
    """Return 0 for a run that trains, 1 for the next, and so on; None if it does neither."""
    workshop()  # a server that was restarted goes on with the queue as soon as somebody looks
    try:
        return run_queue.place_of(open_run(run_id))
    except RunError:
        return None


def current_run() -> Run | None:
    """Return the run that this visitor looks at: the address's `run`, else theirs that trains."""
    workshop()
    if wanted := st.query_params.get("run"):
        try:
            return open_run(wanted)
        except RunError:
            return None
    return next(iter(run_queue.going_on()), None)
