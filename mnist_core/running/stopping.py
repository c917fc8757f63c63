"""The end of a run before its time: out of the queue, or its process asked, then made, to go."""

import os
import signal
import time

from mnist_core.running.run import Run

GRACE = 1.2  # seconds that a run may take to end by itself
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # Windows knows but one way


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
