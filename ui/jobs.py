"""Training runs that the app has started: each a process of its own, and one at a time.

The process is the command line's `train`. So a run goes on whatever its visitor looks at, costs
the server nothing but a look at the run's folder, and ends at once when it is told to.
"""

import os
import re
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import streamlit as st

from mnist_core.errors import RunError
from mnist_core.registry import home
from mnist_core.runs import Run, open_run
from ui.places import new_place

State = Literal["starting", "running", "finished", "failed", "stopped"]

ROOT = Path(__file__).parents[1]
COMMAND = (sys.executable, "-m", "mnist_core", "train")
NICENESS = 10  # readers of digits come first
GRACE = 1.2  # seconds that a run may take to end by itself
RUN_LINE = re.compile(r"^run (\S+):", re.MULTILINE)  # the first that a run prints
STAMP = re.compile(r"^\S+ ")  # the time before each line of a log


@dataclass
class Job:
    """A training run that the app has started.

    Attributes:
        id: known to nobody but the visitor who started it.
        name: what the model will be called.
        process: the command.
        output: the file that takes what it prints.
        stopped: whether the visitor has stopped it.
    """

    id: str
    name: str
    process: subprocess.Popen[bytes]
    output: Path
    stopped: bool = False

    @property
    def state(self) -> State:
        """How it stands."""
        code = self.process.poll()
        if code is None:
            return "running" if self.run else "starting"
        if code == 0:
            return "finished"
        return "stopped" if self.stopped else "failed"

    @property
    def busy(self) -> bool:
        """Whether it goes on."""
        return self.process.poll() is None

    @property
    def run(self) -> Run | None:
        """The run, as soon as it has a folder."""
        found = RUN_LINE.search(self.printed())
        return open_run(found[1]) if found else None

    def printed(self) -> str:
        """Return all it has printed, as long as that is kept."""
        if not self.output.exists():
            return ""
        return self.output.read_text(encoding="utf-8", errors="replace")

    def log(self) -> list[str]:
        """Return the lines of the run's log, without their times."""
        path = self.run.folder / "log.txt" if self.run else None
        if path is None or not path.exists():
            return []
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        return [STAMP.sub("", line, count=1) for line in lines]

    def reason(self) -> str:
        """Return why it failed: the last error it printed, or else its last line."""
        lines = [line for line in self.printed().splitlines() if line.strip()]
        errors = [line.removeprefix("Error: ") for line in lines if line.startswith("Error: ")]
        if errors or (self.process.returncode or 0) > 0:
            return (errors or lines or ["It said nothing."])[-1]
        return "Something else on the server ended it; perhaps there was too little memory."

    def stop(self) -> None:
        """End it, within two seconds."""
        if not self.busy:
            return
        self.stopped = True
        if os.name == "posix":
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(GRACE)
                return
            except subprocess.TimeoutExpired:
                pass
        self.process.kill()
        self.process.wait()


class Workshop:
    """The one place where this server trains."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._job: Job | None = None

    def start(self, arguments: Sequence[str], name: str) -> Job:
        """Start to train.

        Args:
            arguments: what `python -m mnist_core train` takes.
            name: what the model shall be called.

        Raises:
            RunError: somebody is training already.
        """
        with self._lock:
            if self._job and self._job.busy:
                raise RunError(
                    "Somebody else is training a network on this server, and it has the strength "
                    "for one at a time. Try again in a few minutes."
                )
            self._job = launch([*COMMAND, *arguments, "--name", name], name)
            return self._job

    def stop(self) -> None:
        """End the run that goes on, if any."""
        if self._job:
            self._job.stop()

    def find(self, job_id: str | None) -> Job | None:
        """Return the job that has this id, if it is still known."""
        return self._job if self._job and self._job.id == job_id else None


def launch(command: Sequence[str], name: str) -> Job:
    """Start the command of a job, with lower priority than the app's."""
    job_id = secrets.token_hex(8)
    output = new_place("jobs") / "output.txt"
    with output.open("wb") as file:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "INKLING_HOME": str(home()), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # what ends the server from its terminal leaves the run alone
        )
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
    return Job(job_id, name, process, output)


@st.cache_resource(show_spinner=False)
def workshop() -> Workshop:
    """Return the workshop that all visitors share."""
    return Workshop()


def start_job(arguments: Sequence[str], name: str) -> None:
    """Start a run for this visitor, who finds it again on another page and after a reload.

    Raises:
        RunError: somebody is training already.
    """
    job = workshop().start(arguments, name)
    st.session_state.job = job
    st.query_params["job"] = job.id


def current_job() -> Job | None:
    """Return the run that this visitor has started last."""
    if "job" not in st.session_state and (job := workshop().find(st.query_params.get("job"))):
        st.session_state.job = job
    found: Job | None = st.session_state.get("job")
    return found
