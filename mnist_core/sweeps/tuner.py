"""The search of a sweep: Ray Tune, with Optuna's choice of settings and ASHA's early stopping."""

import _thread
import logging
import math
import os
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from mnist_core.bulk.on_ray import ADDRESS, address_of, connect
from mnist_core.errors import RunError
from mnist_core.extras import require
from mnist_core.locks import try_lock
from mnist_core.runs.memory import NEEDED, ensure_memory
from mnist_core.runs.status import time_limit_reason
from mnist_core.sweeps.importance import distribution_of, importance_of
from mnist_core.sweeps.sweep import Sweep
from mnist_core.sweeps.trial import EPOCH, SCORE, FollowedRun, use_one_core
from mnist_core.workspace import data_root

REDUCTION = 3  # ASHA: of this many trials at a rung, one goes on
RUNGS = 9  # ... and the first rung is after this share of the epochs
STARTUP = 10  # combinations that Optuna draws at random first, at most
EVERY = 0.5  # seconds between two looks at whether the search is to stop
PATIENCE = 60.0  # seconds that a cluster may take to stop a sweep
RETRIES = 2  # of a trial whose process or worker was killed
QUIET = {
    "TUNE_GLOBAL_CHECKPOINT_S": "0",  # the state is small, and what a crash forgets is a trial
    "TUNE_DISABLE_AUTO_CALLBACK_LOGGERS": "1",  # the run folders have the figures
    "TUNE_WARN_EXCESSIVE_EXPERIMENT_CHECKPOINT_SYNC_THRESHOLD_S": "0",
    "TUNE_PRINT_ALL_TRIAL_ERRORS": "0",
    "RAY_AIR_NEW_OUTPUT": "0",  # the other one heeds `verbose`
}


def run_sweep(sweep: Sweep, *, cluster: str | None, workers: int | None) -> int:
    """Run the trials of a sweep that are left, with one core each, until all have ended.

    Ctrl-C, once, stops what trains and returns; it can be resumed.

    Args:
        sweep: the sweep; one that was interrupted goes on where it was.
        cluster: "ray", or an address such as ray://head:10001, as `answer_on_ray` takes it; the
            cluster's machines have to reach the data root by the same path. None for this machine.
        workers: how many trials run at once at most here; by default as many as there are cores.
            Each needs `memory.NEEDED` bytes.

    Returns:
        How many trials have not ended: the time was up, or a person stopped the sweep.

    Raises:
        RunError: another process works on the sweep, or there is too little memory.
        InklingError: the cluster cannot be reached.
        MissingExtraError: the extra "cluster" is not installed.
    """
    require("cluster", "ray", "optuna")
    if cluster is None:
        ensure_memory()
    guard = try_lock(sweep.lock_file)
    if guard is None:
        raise RunError(f"Another process works on the sweep {sweep.id}.")
    try:
        if sweep.stop_mark.exists():  # it was asked to stop while it was being started
            return sweep.trials - len(sweep.ended())
        with interruption(sweep):
            left = run_on(address_of(cluster), sweep, workers)
        trained = [one for one in sweep.combinations() if one.has_score]
        sweep.set_importance(importance_of(sweep, trained))
        return left
    finally:
        guard.release()


@contextmanager
def interruption(sweep: Sweep) -> Iterator[None]:
    """Interrupt the block, as Ctrl-C does, when the time is over or somebody asks for it."""
    minutes = sweep.minutes or math.inf
    deadline = time.monotonic() + 60 * minutes
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(EVERY):
            is_over = time.monotonic() >= deadline
            if is_over:
                with suppress(OSError):
                    sweep.stop_mark.write_text(time_limit_reason(minutes), encoding="utf-8")
            if is_over or sweep.stop_mark.exists():
                _thread.interrupt_main()
                return

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        ended.set()


def run_on(address: str, sweep: Sweep, workers: int | None) -> int:
    """Do what `run_sweep` does, on the cluster that `connect` finds at an address."""
    require("cluster", "ray")
    connect(address, workers)
    import ray

    home = data_root()
    try:
        if address.startswith(ADDRESS):
            return search_from_afar(sweep, home)
        return search(sweep, home)
    finally:
        ray.shutdown()


def search_from_afar(sweep: Sweep, home: Path) -> int:
    """Do what `run_sweep` does, from a process outside the cluster."""
    require("cluster", "ray")
    import ray

    task: Any = ray.remote(num_cpus=0, max_retries=0)(search).remote(sweep, home)
    try:
        return int(ray.get(task))
    except KeyboardInterrupt:
        ray.cancel(task)  # what trains ends with its workers, and goes on when it is resumed
        with suppress(ray.exceptions.RayError):
            return int(ray.get(task, timeout=PATIENCE))
        return sweep.trials - len(sweep.ended())


def search(sweep: Sweep, home: Path) -> int:
    """Do what `run_sweep` does; this process has to be in the cluster."""
    require("cluster", "ray", "optuna")
    import optuna
    from ray import tune

    os.environ.update(QUIET)
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    for name in ("ray.tune", "ray.train"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    trainable = tune.with_resources(trainable_class(), {"cpu": 1, "memory": NEEDED})
    path = str(sweep.search_folder)
    if tune.Tuner.can_restore(path):
        tuner = tune.Tuner.restore(path, trainable, resume_errored=True)
    else:
        tuner = new_tuner(sweep, home, trainable)
    tuner.fit()
    return sweep.trials - len(sweep.ended())


def new_tuner(sweep: Sweep, home: Path, trainable: Any) -> Any:
    """Return what runs a sweep from its start.

    Args:
        sweep: the sweep.
        home: the data root.
        trainable: what runs a trial.
    """
    require("cluster", "ray", "optuna")
    import optuna
    from ray import tune
    from ray.tune.schedulers import ASHAScheduler
    from ray.tune.search import Repeater
    from ray.tune.search.optuna import OptunaSearch

    combinations = max(1, sweep.trials // len(sweep.seeds))
    sampler = optuna.samplers.TPESampler(
        seed=sweep.recipe.seed,
        n_startup_trials=min(STARTUP, max(1, combinations // 2)),
        constant_liar=True,  # trials that run side by side do not try the same
    )
    space = {variation.setting: distribution_of(variation) for variation in sweep.variations}
    chooser = OptunaSearch(space, metric=SCORE, mode="max", sampler=sampler)
    return tune.Tuner(
        trainable,
        param_space={
            "sweep": str(sweep.folder),
            "home": str(home),
            "seeds": list(sweep.seeds),
        },
        tune_config=tune.TuneConfig(
            metric=SCORE,
            mode="max",
            search_alg=Repeater(chooser, repeat=len(sweep.seeds)),
            scheduler=ASHAScheduler(
                time_attr=EPOCH,
                max_t=max(sweep.most_epochs, 2),
                grace_period=max(1, sweep.most_epochs // RUNGS),
                reduction_factor=REDUCTION,
            ),
            num_samples=sweep.trials,
        ),
        run_config=tune.RunConfig(
            name=sweep.search_folder.name,
            storage_path=str(sweep.folder),
            failure_config=tune.FailureConfig(max_failures=RETRIES),
            checkpoint_config=tune.CheckpointConfig(checkpoint_at_end=False),  # the run has its own
            callbacks=[callback_class()(sweep)],
            verbose=0,
        ),
    )


def trainable_class() -> type:
    """Return the class whose objects are trials of Tune, each in a process of its own."""
    require("cluster", "ray")
    from ray import tune
    from ray.tune.search.repeater import TRIAL_INDEX

    class Training(tune.Trainable):
        """A trial of Tune; a step is an epoch."""

        def setup(self, config: dict[str, Any]) -> None:
            """Start or follow the trial's run."""
            os.environ["INKLING_HOME"] = config["home"]
            use_one_core()
            settings = {key: value for key, value in config.items() if key not in OWN}
            seed = config["seeds"][config[TRIAL_INDEX]]
            self.followed = FollowedRun(Path(config["sweep"]), self.trial_id, settings, seed)

        def step(self) -> dict[str, Any]:
            """Wait for an epoch, and report it."""
            return self.followed.next_report()

        def cleanup(self) -> None:
            """Stop the run: Tune ends the trial."""
            self.followed.stop()

    OWN = ("home", "sweep", "seeds", TRIAL_INDEX)  # noqa: N806
    return Training


def callback_class() -> type:
    """Return the class of what notes the trials that have ended."""
    require("cluster", "ray")
    from ray import tune

    class EndedTrials(tune.Callback):
        """Notes each trial that has ended, early or not, but not one that was interrupted."""

        def __init__(self, sweep: Sweep) -> None:
            self.sweep = sweep

        def on_trial_complete(self, iteration: int, trials: Any, trial: Any, **info: Any) -> None:
            """Note a trial that is done, or that was stopped early."""
            self.sweep.add_ended(trial.trial_id)

        def on_trial_error(self, iteration: int, trials: Any, trial: Any, **info: Any) -> None:
            """Note a trial that Tune has given up."""
            self.sweep.add_ended(trial.trial_id)

    return EndedTrials
