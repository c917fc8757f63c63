"""Stands in for `python -m mnist_core train`: it behaves as BEHAVIOUR says, without TensorFlow."""

import os
import shutil
import signal
import sys
import time

from mnist_core.recipes import find_recipe
from mnist_core.registry import SHIPPED, kept
from mnist_core.runs import HISTORY, new_run

options = dict(zip(sys.argv[1::2], sys.argv[2::2], strict=True))
behaviour = os.environ["BEHAVIOUR"]
if behaviour == "cannot start":
    sys.exit("Error: There is nothing to train on.")

run = new_run(find_recipe(options["--recipe"]), options["--data"], options["--name"])
print(f"run {run.id}: {run.recipe.name} on {run.data}", flush=True)
if behaviour == "deaf":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
rows = [",".join(HISTORY), "1,0.5,0.85,0.4,0.87,1.0", "2,0.3,0.91,0.3,0.90,1.0"]
(run.folder / "history.csv").write_text("\n".join(rows) + "\n")
run.log("epoch 2/10: accuracy 91.00%")
match behaviour:
    case "finishes":
        shutil.copytree(SHIPPED / "pen-cnn", kept() / options["--name"])
        run.set_state("finished")
    case "fails":
        print("Error: The disk is __full__.", flush=True)
        sys.exit(1)
    case "is killed":
        os.kill(os.getpid(), signal.SIGKILL)
    case _:
        time.sleep(60)
