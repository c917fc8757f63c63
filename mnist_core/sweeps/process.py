"""The process of a sweep that the app starts: the command line's `sweep --resume`."""

import os
import subprocess
import sys
from contextlib import suppress

import psutil

from mnist_core.runs.process import ROOT
from mnist_core.sweeps.sweep import Sweep
from mnist_core.workspace import VARIABLE, data_root

COMMAND = (sys.executable, "-m", "mnist_core", "sweep", "--resume")


def launch_sweep(sweep: Sweep) -> subprocess.Popen[bytes]:
    """Start the process of a sweep; its parent has to wait for its end."""
    own = {"INKLING_HOME": str(data_root()), VARIABLE: str(sweep.workspace)}
    with sweep.output.open("wb") as file:
        return subprocess.Popen(
            [*COMMAND, sweep.id],
            cwd=ROOT,
            env={**os.environ, **own, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the server's terminal does not stop it
        )


def stop_sweep(sweep: Sweep) -> None:
    """Ask a sweep to stop what trains and to end, on whichever machine; it can be resumed.

    One that is being started does so before its first trial; one that has ended is fine.
    """
    sweep.stop_mark.touch()


def forget_earlier_stop(sweep: Sweep) -> None:
    """Forget that a sweep was asked to stop before this process, which is to resume it, began."""
    with suppress(FileNotFoundError):
        if sweep.stop_mark.stat().st_mtime < psutil.Process().create_time():
            sweep.stop_mark.unlink()
