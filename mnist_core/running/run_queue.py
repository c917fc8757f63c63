"""The queue of training runs: one at a time trains on a data root, the others wait their turn.

It is nowhere but in the runs' folders, in all spaces, so that any server finds it, and none has to
go on.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from filelock import FileLock

from mnist_core.errors import RunError
from mnist_core.running.locks import is_held, try_lock
from mnist_core.running.memory import refuse_without_memory
from mnist_core.running.run import Run, now, start_lock
from mnist_core.running.runs import anything_trains, list_runs, read_run, read_runs
from mnist_core.running.status import time_is_over, why_it_ended
from mnist_core.running.tickets import Ticket, next_ticket, note_served, tickets
from mnist_core.spaces import VARIABLE, home

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "mnist_core", "train")
NICENESS = 10  # readers of digits come first
GRACE = 1.2  # seconds that a run may take to end by itself
OVERTIME = 60  # seconds until a run that does not end when its time is over is made to
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # Windows knows but one way


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
        code = self.wait()
        if self.run.values().get("state") != "running" or not self.is_latest():
            return  # it has said itself how it ended, or has been started anew since
        if self.run.stop_mark.exists():
            self.run.set_state("stopped", error=self.run.why_stopped())
        elif code > 0:
            self.run.set_state("failed", error=why_it_ended(self.run.output))

    def wait(self) -> int:
        """Wait for the end of the process, and bring it about where its time has long been over."""
        minutes = self.run.values().get("minutes")
        if minutes:
            try:
                return self.process.wait(60 * minutes + OVERTIME)
            except subprocess.TimeoutExpired:
                stop(self.run, time_is_over(minutes))
        return self.process.wait()

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
            [*COMMAND, option, run.id, "--now"],
            cwd=ROOT,
            env={**os.environ, **environment(run), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # what ends the server from its terminal leaves the run alone
        )
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
    run.pid_file.write_text(str(process.pid), encoding="utf-8")
    return process


def environment(run: Run) -> dict[str, str]:
    """Return the variables by which the process of a run finds it."""
    return {"INKLING_HOME": str(home()), VARIABLE: str(run.space)}


def stop(run: Run, reason: str = "") -> None:
    """End a run within two seconds, or take it out of the queue; to stop twice does no harm.

    Args:
        run: the run.
        reason: why it is not the one who started it that stops it.
    """
    if leave(run) or run.status().state != "running":
        return
    is_first = not run.stop_mark.exists()
    if is_first:
        run.stop_mark.write_text(reason, encoding="utf-8")
    if os.name == "posix":
        if is_first:  # a second interrupt would hit the run while it keeps its weights
            send(run, signal.SIGINT)
        wait_for_end(run, GRACE)
    if run.status().state == "running":
        send(run, KILL)
        wait_for_end(run, GRACE)
    if run.values().get("state") == "running":
        run.set_state("stopped", error=run.why_stopped())


def leave(run: Run) -> bool:
    """Take a run out of the queue; return whether it was there."""
    left = run.give_up_ticket()
    if left:
        run.set_state("stopped")
    return left


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
