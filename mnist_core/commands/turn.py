"""Waiting at a terminal for one's turn to train, in the same queue as the app's runs."""

import time

import click
from filelock import FileLock

from mnist_core.errors import RunError
from mnist_core.running.locks import lock, try_lock
from mnist_core.running.run import Run, start_lock
from mnist_core.running.run_queue import place_of, take
from mnist_core.running.runs import anything_trains
from mnist_core.running.tickets import tickets

LOOK_EVERY = 1.0  # seconds
PATIENCE = 5  # looks; as long as that nobody has started the next run, for no server is there


def wait_for_turn(run: Run) -> FileLock:
    """Wait until it is a run's turn to train.

    Returns:
        The lock that keeps everybody else from starting a run; release it when this one goes on.

    Raises:
        RunError: another process works on the run, or somebody has taken it out of the queue.
        Abort: whoever sits at the terminal did not want to wait any longer.
    """
    if run.is_alive():
        raise RunError(f"Another process works on the run {run.id}.")
    with lock(run.terminal_lock):
        run.set_state("queued", terminal=True)
        try:
            return look_until_it_is_time(run)
        except KeyboardInterrupt:
            if run.give_up_ticket():
                run.set_state("stopped", terminal=False)
            click.echo("Left the queue.")
            raise click.Abort from None


def look_until_it_is_time(run: Run) -> FileLock:
    """Look again and again whether it is a run's turn; return the lock as `wait_for_turn` does."""
    idle, told = 0, 0
    while True:
        if turn := try_to_take(run, out_of_turn=idle > PATIENCE):
            return turn
        place = place_of(run)
        if place is None:
            raise RunError(f"The run {run.id} was taken out of the queue.")
        if place != told:
            click.echo(waiting_line(place), err=True)
        told = place
        idle = 0 if anything_trains() else idle + 1
        time.sleep(LOOK_EVERY)


def try_to_take(run: Run, *, out_of_turn: bool) -> FileLock | None:
    """Take a run out of the queue if it is its turn; return the lock, held, or None."""
    turn = try_lock(start_lock())
    if turn is None:
        return None
    queue = tickets()
    own = next((ticket for ticket in queue if ticket.folder == run.folder), None)
    is_first = own is not None and (out_of_turn or own == queue[0])
    if own and is_first and not anything_trains() and take(own, run):
        return turn
    turn.release()
    return None


def waiting_line(place: int) -> str:
    """Return a line that says what is waited for, and how not to."""
    return (
        f"Waiting: one network trains at a time, and this is number {place} in the queue. "
        "Ctrl-C leaves it; --now trains beside whatever goes on."
    )
