"""The queue of training runs: one at a time trains on a data root, the others wait their turn.

It is nowhere but in the runs' folders, so that any server finds it, and none has to go on.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock

from mnist_core.errors import RunError
from mnist_core.registry import home
from mnist_core.running.locks import try_lock
from mnist_core.running.memory import refuse_without_memory
from mnist_core.running.run import Run, now, start_lock, tickets
from mnist_core.running.runs import anything_trains, list_runs
from mnist_core.running.status import why_it_ended

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "mnist_core", "train")
NICENESS = 10  # readers of digits come first
GRACE = 1.2  # seconds that a run may take to end by itself
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # Windows knows but one way


def waiting() -> list[Run]:
    """Return the runs that wait, the next one first."""
    order = sorted(tickets().items(), key=lambda ticket: (ticket[1], ticket[0]))
    known = {run.id: run for run in list_runs()} if order else {}
    return [known[run_id] for run_id, _ in order if run_id in known]


def going_on() -> list[Run]:
    """Return the runs that train, also those that were started in a terminal."""
    return [run for run in list_runs() if run.status().state == "running"]


def place_of(run: Run) -> int | None:
    """Return 0 for a run that trains, 1 for the next, and so on; None if it does neither."""
    if run.status().state == "running":
        return 0
    ids = [queued.id for queued in waiting()]
    return ids.index(run.id) + 1 if run.id in ids else None


def start_next() -> "Start | None":
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
    if anything_trains():
        return None
    for run in waiting():
        if run.give_up_ticket():
            try:
                refuse_without_memory()
                return run
            except RunError as problem:
                run.set_state("failed", error=str(problem))
    return None


class Start:
    """A run that is being started: nothing else is, until it stands on its own feet."""

    def __init__(self, run: Run, process: subprocess.Popen[bytes], guard: FileLock) -> None:
        self.run, self.process, self.guard = run, process, guard

    def see_through(self) -> None:
        """Wait until the run's own process holds its lock, then until it has ended."""
        try:
            while self.process.poll() is None and not self.run.is_alive():
                time.sleep(0.05)
        finally:
            self.guard.release()
        code = self.process.wait()
        if self.run.values().get("state") != "running" or not self.is_latest():
            return  # it has said itself how it ended, or has been started anew since
        if self.run.stop_mark.exists():
            self.run.set_state("stopped")
        elif code > 0:
            self.run.set_state("failed", error=why_it_ended(self.run.output))

    def is_latest(self) -> bool:
        """Tell whether this is the run's last process: one that was stopped takes time to go."""
        try:
            return int(self.run.pid_file.read_text(encoding="utf-8")) == self.process.pid
        except (OSError, ValueError):
            return False


def launch(run: Run) -> subprocess.Popen[bytes]:
    """Start the process of a run, with lower priority than the app's."""
    values = run.values()
    option = "--finish" if values.get("task") == "finish" else "--resume"
    for old in (run.folder / "progress.json", run.stop_mark, run.pid_file):
        old.unlink(missing_ok=True)
    run.set_state("running", started=values.get("started") or now(), starting=True)
    with run.output.open("wb") as file:
        process = subprocess.Popen(
            [*COMMAND, option, run.id],
            cwd=ROOT,
            env={**os.environ, "INKLING_HOME": str(home()), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # what ends the server from its terminal leaves the run alone
        )
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
    run.pid_file.write_text(str(process.pid), encoding="utf-8")
    return process


def stop(run: Run) -> None:
    """End a run within two seconds, or take it out of the queue; to stop twice does no harm."""
    if leave(run) or run.status().state != "running":
        return
    is_first = not run.stop_mark.exists()
    run.stop_mark.touch()
    if os.name == "posix":
        if is_first:  # a second interrupt would hit the run while it keeps its weights
            send(run, signal.SIGINT)
        wait_for_end(run, GRACE)
    if run.status().state == "running":
        send(run, KILL)
        wait_for_end(run, GRACE)
    if run.values().get("state") == "running":
        run.set_state("stopped")


def leave(run: Run) -> bool:
    """Take a run out of the queue; return whether it was there."""
    left = run.give_up_ticket()
    if left:
        run.set_state("stopped")
    return left


def queue_again(run: Run, states: Sequence[str], task: str) -> None:
    """Let a run that has ended wait for its turn again.

    Args:
        run: the run.
        states: those it may be in.
        task: "train" to go on from its last epoch, "finish" to make a model of what it has.

    Raises:
        RunError: it is in another state.
    """
    state = run.status().state
    if state not in states:
        raise RunError(f"Expected a run that is {' or '.join(states)}. {run.id} is {state}.")
    run.set_state("queued", task=task)


def send(run: Run, sign: int) -> None:
    """Send a signal to the process of a run, if it is still there."""
    try:
        os.kill(int(run.pid_file.read_text(encoding="utf-8")), sign)
    except (OSError, ValueError):
        return


def wait_for_end(run: Run, seconds: float) -> None:
    """Wait until no process works on a run, at most so long."""
    deadline = time.monotonic() + seconds
    while run.status().state == "running" and time.monotonic() < deadline:
        time.sleep(0.02)
