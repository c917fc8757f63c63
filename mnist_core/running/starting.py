"""The start of a run: the process that trains, until it stands on its own feet."""

import os
import subprocess
import sys
import time
from pathlib import Path

from filelock import FileLock

from mnist_core.running.run import Run, now
from mnist_core.running.status import time_is_over, why_it_ended
from mnist_core.running.stopping import stop
from mnist_core.spaces import VARIABLE, home

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "mnist_core", "train")
NICENESS = 10  # readers of digits come first
OVERTIME = 60  # seconds until a run that does not end when its time is over is made to


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
