"""The process of a run: launch it, supervise it, and stop it."""

import os
import signal
import subprocess
import sys
import time

from filelock import FileLock

from mnist_core.installation import APP
from mnist_core.runs.host import this_host
from mnist_core.runs.queue_order import give_up_ticket
from mnist_core.runs.run import Run, now
from mnist_core.runs.status import time_limit_reason, why_it_ended
from mnist_core.workspace import VARIABLE, data_root

ROOT = APP
COMMAND = (sys.executable, "-m", "mnist_core", "train")
NICENESS = 10  # reading digits has priority
OVERTIME = 60  # seconds after its time limit until a run that has not ended by itself is stopped
GRACE = 1.2  # seconds that a run gets to end by itself
FAR_GRACE = 10.0  # seconds, if it runs on another host and has to notice that it shall
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # Windows has only this one


class Start:
    """A run that is being started. No other run is started until its process holds its own lock."""

    def __init__(self, run: Run, process: subprocess.Popen[bytes], guard: FileLock) -> None:
        self.run, self.process, self.guard = run, process, guard

    def supervise(self) -> None:
        """Wait until the run's own process holds its lock, then until it has ended."""
        try:
            while self.process.poll() is None and not self.run.is_alive():
                time.sleep(0.05)
        finally:
            self.guard.release()
        code = self.wait()
        if self.run.values().get("state") != "running" or not self.is_latest():
            return  # it has stored how it ended, or was started again since
        if self.run.stop_mark.exists():
            self.run.set_state("stopped", error=self.run.why_stopped())
        elif code > 0:
            self.run.set_state("failed", error=why_it_ended(self.run.output))

    def wait(self) -> int:
        """Wait until the process has ended; stop it if it is far over its time limit."""
        minutes = self.run.values().get("minutes")
        if minutes:
            try:
                return self.process.wait(60 * minutes + OVERTIME)
            except subprocess.TimeoutExpired:
                stop(self.run, time_limit_reason(minutes))
        return self.process.wait()

    def is_latest(self) -> bool:
        """Return whether this is the run's latest process; a stopped one takes a while to end."""
        try:
            pid = int(self.run.pid_file.read_text(encoding="utf-8"))
            return pid == self.process.pid and not self.run.is_elsewhere()
        except (OSError, ValueError):
            return False


def launch(run: Run) -> subprocess.Popen[bytes]:
    """Start the process of a run, at a lower priority than the app."""
    values = run.values()
    option = "--finish" if values.get("task") == "finish" else "--resume"
    for old in (run.folder / "progress.json", run.stop_mark, run.far_stop_mark, run.pid_file):
        old.unlink(missing_ok=True)
    started = values.get("started") or now()
    run.set_state("running", started=started, starting=True, host=this_host())
    with run.output.open("wb") as file:
        process = subprocess.Popen(
            [*COMMAND, option, run.id, "--now"],
            cwd=ROOT,
            env={**os.environ, **environment(run), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the server's terminal does not stop the run
        )
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
    run.pid_file.write_text(str(process.pid), encoding="utf-8")
    return process


def environment(run: Run) -> dict[str, str]:
    """Return the environment variables with which a run's process finds the run."""
    return {"INKLING_HOME": str(data_root()), VARIABLE: str(run.workspace)}


def stop(run: Run, reason: str = "") -> None:
    """Stop a run within about two seconds, or take it out of the queue. Stopping twice is fine.

    A run on another host interrupts itself; it is waited for, but not killed.

    Args:
        run: the run.
        reason: why it had to stop; "" if the person who started it stops it.
    """
    if leave_queue(run) or run.status().state != "running":
        return
    is_first = not run.stop_mark.exists()
    if is_first:
        run.stop_mark.write_text(reason, encoding="utf-8")
    if run.is_elsewhere():
        run.far_stop_mark.touch()
        wait_for_end(run, FAR_GRACE)
        return
    if os.name == "posix":
        if is_first:  # a second interrupt could hit the run while it saves its weights
            send_signal(run, signal.SIGINT)
        wait_for_end(run, GRACE)
    if run.status().state == "running":
        send_signal(run, KILL)
        wait_for_end(run, GRACE)
    if run.values().get("state") == "running":
        run.set_state("stopped", error=run.why_stopped())


def leave_queue(run: Run) -> bool:
    """Take a run out of the queue; return whether it was in the queue."""
    left = give_up_ticket(run)
    if left:
        run.set_state("stopped")
    return left


def send_signal(run: Run, number: int) -> None:
    """Send a signal to the process of a run, if it still exists."""
    try:
        os.kill(int(run.pid_file.read_text(encoding="utf-8")), number)
    except (OSError, ValueError):
        return


def wait_for_end(run: Run, seconds: float) -> None:
    """Wait until a run has ended, for at most `seconds`."""
    deadline = time.monotonic() + seconds
    while run.status().state == "running" and time.monotonic() < deadline:
        time.sleep(0.02)
