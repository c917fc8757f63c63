"""The queue of training runs: one at a time trains on a data root, the others wait their turn.

It is nowhere but in the runs' folders, in all spaces, so that any server finds it, and none has to
go on.
"""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from mnist_core.errors import RunError
from mnist_core.running.locks import is_held, try_lock
from mnist_core.running.memory import refuse_without_memory
from mnist_core.running.run import Run, start_lock
from mnist_core.running.runs import anything_trains, list_runs, read_run, read_runs
from mnist_core.running.starting import Start, launch
from mnist_core.running.tickets import Ticket, next_ticket, note_served, tickets


def waiting() -> list[Run]:
    """Return the runs that wait, of all spaces, the next one first."""
    return list(read_runs(ticket.folder for ticket in tickets()))


def going_on() -> list[Run]:
    """Return the runs of this space that train, also those that were started in a terminal."""
    return [run for run in list_runs() if run.status().state == "running"]


def is_busy() -> bool:
    """Tell whether a run of any space trains, or is just being started."""
    return anything_trains() or is_held(start_lock())


def place_of(run: Run) -> int | None:
    """Return 0 for a run that trains, 1 for the next, and so on; None if it does neither."""
    if run.status().state == "running":
        return 0
    folders = [ticket.folder for ticket in tickets()]
    return folders.index(run.folder) + 1 if run.folder in folders else None


def runs_before(space: Path) -> int:
    """Return how many runs, anybody's, would come before a new one of a space."""
    new = next_ticket(space / "runs" / "new")
    return int(is_busy()) + sum(ticket < new for ticket in tickets())


def start_next() -> Start | None:
    """Start the next run if there is one and nothing trains.

    Returns:
        The start, for `Start.see_through`; None if there was nothing to start, or another server
        is just starting one.

    Raises:
        RunError: it could not be started.
    """
    guard = try_lock(start_lock())
    if guard is None:
        return None
    process = None
    try:
        run = take_next()
        process = launch(run) if run else None
        return Start(run, process, guard) if run and process else None
    except OSError as problem:
        raise RunError(f"The run could not be started: {problem.strerror}.") from problem
    finally:
        if process is None:
            guard.release()


def take_next() -> Run | None:
    """Return the next run, which is out of the queue now; None while anything trains."""
    if not tickets() or anything_trains():
        return None
    for ticket in tickets():
        with suppress(RunError):  # a damaged one is in nobody's way
            run = read_run(ticket.folder)
            if is_held(run.terminal_lock):
                return None  # it is its turn, and it takes it by itself
            if take(ticket, run) and is_startable(run):
                return run
    return None


def take(ticket: Ticket, run: Run) -> bool:
    """Take a run out of the queue because it is its turn; return whether it was there."""
    taken = run.give_up_ticket()
    if taken:
        note_served(ticket)
    return taken


def is_startable(run: Run) -> bool:
    """Tell whether a run can be started; if not, say in its folder why."""
    if run.values().get("terminal"):
        run.set_state("stopped", terminal=False)  # its terminal was closed while it waited
        return False
    try:
        refuse_without_memory()
    except RunError as problem:
        run.set_state("failed", error=str(problem))
        return False
    return True


def queue_again(run: Run, states: Sequence[str], task: str, minutes: float | None = None) -> None:
    """Let a run that has ended wait for its turn again.

    Args:
        run: the run.
        states: those it may be in.
        task: "train" to go on from its last epoch, "finish" to make a model of what it has.
        minutes: how long it may take; None is as long as it likes.

    Raises:
        RunError: it is in another state.
    """
    state = run.status().state
    if state not in states:
        raise RunError(f"Expected a run that is {' or '.join(states)}. {run.id} is {state}.")
    run.set_state("queued", task=task, minutes=minutes, terminal=False)
