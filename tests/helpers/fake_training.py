"""Stands in for `python -m mnist_core train`: it behaves as BEHAVIOUR says, without TensorFlow."""

import os
import shutil
import signal
import sys
import time

from mnist_core.cli.worker import far_stop, lock_run, record_failure, time_limit
from mnist_core.errors import RunError
from mnist_core.models.registry import SHIPPED
from mnist_core.runs.history import HISTORY
from mnist_core.runs.store import open_run

option, run_id = sys.argv[1:3]
behaviour = os.environ["BEHAVIOUR"]
if behaviour == "cannot start":
    sys.exit("Error: There is nothing to train on.")
if behaviour == "misses a module":
    import no_such_module  # noqa: F401
if behaviour == "hangs early":
    time.sleep(60)

run = open_run(run_id)
with lock_run(run), record_failure(run), time_limit(run), far_stop(run):
    print(f"run {run.id}: {run.recipe.name} on {run.data}", flush=True)
    if behaviour == "deaf":
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    rows = [",".join(HISTORY), "1,0.5,0.85,0.4,0.87,1.0", "2,0.3,0.91,0.3,0.90,1.0"]
    (run.folder / "history.csv").write_text("\n".join(rows) + "\n")
    run.log(f"epoch 2/10: accuracy 91.00%, by {option}")
    match behaviour:
        case "finishes":
            shutil.copytree(SHIPPED / "pen-cnn", run.folder / "model")
            shutil.copy(SHIPPED / "pen-cnn" / "card.json", run.folder)
            run.set_state("finished")
        case "fails":
            raise RunError("The disk is __full__.")
        case "is killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case _:
            for _ in range(600):  # as a training does, it gets to see that it is interrupted
                time.sleep(0.1)
