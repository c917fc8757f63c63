"""The queue of training runs: on a data root one run trains at a time, the others wait.

The queue is stored in the run folders of all workspaces and nowhere else, so that any server can
read it and none has to keep running.
"""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from mnist_core.errors import RunError
from mnist_core.locks import is_held, try_lock
from mnist_core.runs.memory import ensure_memory
from mnist_core.runs.process import Start, launch
from mnist_core.runs.queue_order import (
    Ticket,
    enqueue,
    give_up_ticket,
    next_ticket,
    record_dispatch,
    tickets,
)
from mnist_core.runs.run import Run, start_lock
from mnist_core.runs.store import anything_trains, list_runs, read_run, read_runs


def waiting() -> list[Run]:
    """Return the waiting runs of all workspaces, the next one first."""
    return list(read_runs(ticket.folder for ticket in tickets()))


def running() -> list[Run]:
    """Return the runs of this workspace that train now, started in the app or in a terminal."""
    return [run for run in list_runs() if run.status().state == "running"]


def is_busy() -> bool:
    """Return whether a run of any workspace trains or is just being started."""
    return anything_trains() or is_held(start_lock())


def queue_position(run: Run) -> int | None:
    """Return 0 for a run that trains, 1 for the next in the queue, and so on; None otherwise."""
    if run.status().state == "running":
        return 0
    folders = [ticket.folder for ticket in tickets()]
    return folders.index(run.folder) + 1 if run.folder in folders else None


def runs_before(workspace: Path) -> int:
    """Return how many runs, of anyone, would train before a new run of a workspace."""
    new = next_ticket(workspace / "runs" / "new")
    return int(is_busy()) + sum(ticket < new for ticket in tickets())


def start_next() -> Start | None:
    """Start the next run if there is one and nothing trains.

    Returns:
        The start, on which to call `supervise`. None if there was nothing to start, or another
        server is just starting a run.

    Raises:
        RunError: it could not be started.
    """
    guard = try_lock(start_lock())
    if guard is None:
        return None
    process = None
    try:
        run = dequeue_next()
        process = launch(run) if run else None
        return Start(run, process, guard) if run and process else None
    except OSError as problem:
        raise RunError(f"The run could not be started: {problem.strerror}.") from problem
    finally:
        if process is None:
            guard.release()


def dequeue_next() -> Run | None:
    """Take the next run out of the queue and return it; None while anything trains."""
    if not tickets() or anything_trains():
        return None
    for ticket in tickets():
        with suppress(RunError):  # skip damaged runs
            run = read_run(ticket.folder)
            if is_held(run.terminal_lock):
                return None  # its terminal sees that it is next, and starts it
            if dequeue(ticket, run) and is_startable(run):
                return run
    return None


def dequeue(ticket: Ticket, run: Run) -> bool:
    """Take a run out of the queue because it is next; return whether it was in the queue."""
    taken = give_up_ticket(run)
    if taken:
        record_dispatch(ticket)
    return taken


def is_startable(run: Run) -> bool:
    """Return whether a run can be started; if not, write the reason into its folder."""
    if run.values().get("terminal"):
        run.set_state("stopped", terminal=False)  # its terminal was closed while it waited
        return False
    try:
        ensure_memory()
    except RunError as problem:
        run.set_state("failed", error=str(problem))
        return False
    return True


def queue_again(run: Run, states: Sequence[str], task: str, minutes: float | None = None) -> None:
    """Put a run that has ended into the queue again.

    Args:
        run: the run.
        states: the states it may be in.
        task: "train" to continue after its last epoch, "finish" to make a model from its best one.
        minutes: how long it may train; None for no limit.

    Raises:
        RunError: it is in another state.
    """
    state = run.status().state
    if state not in states:
        raise RunError(f"Expected a run that is {' or '.join(states)}. {run.id} is {state}.")
    enqueue(run, task=task, minutes=minutes, terminal=False)
