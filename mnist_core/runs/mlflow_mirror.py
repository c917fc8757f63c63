"""A mirror in MLflow: settings, figures by epoch, and at the end the card and the model's files.

`INKLING_MLFLOW` names the server or folder; without it, nothing is sent anywhere. One run of MLflow
belongs to one run; its id is kept in the run folder, so that a resumed run goes on in it.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from mnist_core.errors import MissingExtraError
from mnist_core.extras import require
from mnist_core.files import atomic_write_text
from mnist_core.models.registry import FILES
from mnist_core.recipes.recipe import SETTINGS, setting_text
from mnist_core.runs.history import Row
from mnist_core.runs.mirror import Mirror, Say, figures
from mnist_core.runs.run import Run

MLFLOW = "INKLING_MLFLOW"
EXPERIMENT = "Inkling"
ID_FILE = "mlflow-run.txt"
STATES = {"finished": "FINISHED", "stopped": "KILLED", "failed": "FAILED"}
ROWS_AT_ONCE = 100  # MLflow takes at most a thousand figures at once
PATIENCE = {True: 60.0, False: 5.0}  # seconds for the rest, by whether a model can be sent
ENVIRONMENT = {  # what the owner has set is kept
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",  # seconds; the default is 120
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",  # the default is 7, ever slower
    "MLFLOW_DISABLE_TELEMETRY": "true",  # nothing is told to MLflow's makers
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_ALLOW_FILE_STORE": "true",  # a folder is what the owner asked for
}


def open_mlflow(run: Run, say: Say) -> "MlflowMirror | None":
    """Return the mirror; None, and say why, if it is asked for and cannot be."""
    uri = os.environ.get(MLFLOW, "")
    if not uri:
        return None
    if "://" not in uri:  # MLflow would make a folder of this name
        say(
            f"MLflow gets nothing of this run. Expected {MLFLOW} to begin with http://, https:// "
            "or file://."
        )
        return None
    try:
        return MlflowMirror(run, say, uri)
    except MissingExtraError as problem:
        say(f"MLflow gets nothing of this run. {problem}")
    except Exception as problem:  # whatever another version, or an address, makes of it
        say(failure(problem))
    return None


class MlflowMirror(Mirror):
    """Sends a run's history from a thread of its own, so that training never waits for a server.

    What could not be sent is sent with the next epoch, or at the end.
    """

    def __init__(self, run: Run, say: Say, uri: str) -> None:
        """Connect to MLflow; nothing is sent before the thread runs.

        Raises:
            MissingExtraError: MLflow is not installed.
        """
        super().__init__(run, say)
        require("monitoring", "mlflow")
        for name, value in ENVIRONMENT.items():
            os.environ.setdefault(name, value)
        import mlflow.entities
        import mlflow.exceptions

        self.mlflow: Any = mlflow
        self.client = mlflow.MlflowClient(tracking_uri=uri)
        self.id, self.sent, self.batches = "", 0.0, 0
        self.has_settings, self.answers = False, True
        self.wake, self.ended = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.work, name="mlflow", daemon=True)
        self.thread.start()

    def catch_up(self, batches: int) -> None:
        """Ask the thread to send the epochs that are not sent yet."""
        self.batches = batches
        self.wake.set()

    def end(self) -> None:
        """Send what is left, and wait for it: a minute if the run has finished, else seconds."""
        self.ended.set()
        self.wake.set()
        has_model = self.run.values().get("state") == "finished"
        self.thread.join(PATIENCE[has_model and self.answers])
        if self.thread.is_alive():
            self.say_once(failure(TimeoutError()))

    def work(self) -> None:
        """Send whatever there is, each time that it is asked for, until the run has ended."""
        while True:
            is_last = self.ended.is_set()
            try:
                self.send(is_last)
                self.answers = True
            except Exception as problem:  # of the network, of MLflow, or of its answers
                self.answers = False
                self.say_once(failure(problem))
            if is_last:
                return
            self.wake.wait()
            self.wake.clear()

    def send(self, is_last: bool) -> None:
        """Send what MLflow does not have yet."""
        self.id = self.id or self.open_run()
        if not self.has_settings:
            self.send_settings()
        rows = [row for row in self.run.history() if row["epoch"] > self.sent]
        if self.batches or is_last:
            self.send_rows(rows)
        if is_last:
            state = self.run.values().get("state", "")
            if state == "finished":
                self.send_model()
            self.client.set_terminated(self.id, STATES.get(state, "KILLED"))

    def open_run(self) -> str:
        """Return the id of this run in MLflow, which says that it is running."""
        kept = self.kept_id()
        if not kept:
            return self.new_run()
        self.client.update_run(kept, status="RUNNING")
        steps = [metric.step for metric in self.client.get_metric_history(kept, "loss")]
        self.sent = max(steps, default=0)
        return kept

    def kept_id(self) -> str:
        """Return the id in the run folder, or "" if MLflow knows no run of this id."""
        try:
            kept = (self.run.folder / ID_FILE).read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            return ""
        try:
            known = self.client.get_run(kept) if kept else None
        except self.mlflow.exceptions.MlflowException as problem:
            if problem.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
                return ""  # it was deleted, or this is another server
            raise
        return kept if known and known.info.lifecycle_stage == "active" else ""

    def new_run(self) -> str:
        """Make a run in MLflow; return its id."""
        tags = {"inkling.run": self.run.id, "mlflow.source.name": "inkling"}
        made = self.client.create_run(self.experiment(), tags=tags, run_name=self.run.id)
        with suppress(OSError):  # if the disk is full, a resumed run is a second one there
            atomic_write_text(self.run.folder / ID_FILE, made.info.run_id + "\n")
        return str(made.info.run_id)

    def send_settings(self) -> None:
        """Send the recipe's settings; those that MLflow has already stay as they are."""
        settings = {name: setting_text(getattr(self.run.recipe, name)) for name in SETTINGS}
        settings |= {"recipe": self.run.recipe.name, "data": Path(self.run.data).name}
        params = [self.mlflow.entities.Param(name, value) for name, value in settings.items()]
        self.client.log_batch(self.id, params=params)
        self.has_settings = True

    def experiment(self) -> str:
        """Return the id of the experiment, which is made by the first run."""
        name = os.environ.get("MLFLOW_EXPERIMENT_NAME") or EXPERIMENT
        known = self.client.get_experiment_by_name(name)
        if known is None:
            try:
                return str(self.client.create_experiment(name))
            except self.mlflow.exceptions.MlflowException:  # another run has just made it
                known = self.client.get_experiment_by_name(name)
                if known is None:
                    raise
        return str(known.experiment_id)

    def send_rows(self, rows: list[Row]) -> None:
        """Send the figures of epochs."""
        for first in range(0, len(rows), ROWS_AT_ONCE):
            some = rows[first : first + ROWS_AT_ONCE]
            self.client.log_batch(self.id, metrics=[*self.metrics_of(some)])
            self.sent = some[-1]["epoch"]

    def metrics_of(self, rows: list[Row]) -> Iterator[Any]:
        """Yield MLflow's figures of epochs."""
        for row in rows:
            for name, value in figures(row, self.run.recipe, self.batches).items():
                yield self.mlflow.entities.Metric(name, value, milliseconds(), int(row["epoch"]))

    def send_model(self) -> None:
        """Send the card, the accuracy on each test set, and the model's files."""
        card, model = self.run.card(), self.run.model
        if card is None:
            return
        metrics = [
            self.mlflow.entities.Metric(
                f"{name}/accuracy", measured.accuracy, milliseconds(), int(self.sent)
            )
            for name, measured in card.metrics.items()
        ]
        self.client.log_batch(self.id, metrics=metrics)
        paths = [model / name for name in FILES] if model else [self.run.folder / "card.json"]
        for path in filter(lambda path: path.exists(), paths):
            self.client.log_artifact(self.id, str(path))


def milliseconds() -> int:
    """Return the time now, in milliseconds since 1970."""
    return int(time.time() * 1000)


def failure(problem: Exception) -> str:
    """Return a line for the log, which visitors see: it names no address."""
    kind = str(problem) if isinstance(problem, ImportError) else type(problem).__name__
    return (
        f"MLflow has not taken everything of this run ({kind}). The run goes on, and what is "
        f"missing is sent later if MLflow answers. Check {MLFLOW}, and that its server runs."
    )
