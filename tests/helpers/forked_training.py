"""Trains in children of a process that has imported TensorFlow once.

Each line of input is a run: its data root, an option, and its id, with tabs between. A child is
what `python -m mnist_core train --resume RUN` would be (or `--finish RUN`), seconds sooner. The
parent says the child's number, then how it ended; it never computes anything itself.
"""

import os
import signal
import sys
import traceback

from mnist_core.cli.worker import work_on
from mnist_core.runs.process import NICENESS
from mnist_core.runs.store import open_run
from mnist_core.training import pipeline  # noqa: F401  # TensorFlow


def train(home: str, option: str, run_id: str) -> int:
    """Work on a run; return the exit status."""
    os.environ["INKLING_HOME"] = home
    os.nice(NICENESS)
    run = open_run(run_id)
    with run.output.open("w") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
        try:
            work_on(run, only_finish=option == "--finish")
        except BaseException:
            traceback.print_exc()
            return 1
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
    return 0


print("ready", flush=True)
for line in sys.stdin:
    child = os.fork()
    if not child:
        signal.set_wakeup_fd(-1)
        os._exit(train(*line.rstrip("\n").split("\t")))
    print("child", child, flush=True)
    print("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
