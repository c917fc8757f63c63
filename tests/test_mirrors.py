"""What TensorBoard and MLflow are told of a run, and that a run never waits for them or fails."""

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from helpers.staged_runs import stage_run
from helpers.waiting import wait_for
from mlflow.entities import Run as MlflowRun
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient
from tensorboardX.event_file_writer import EventsWriter

from mnist_core.cli.worker import work_on
from mnist_core.recipes.catalog import find_recipe
from mnist_core.runs import mlflow_mirror
from mnist_core.runs.mirrors import mirrored
from mnist_core.runs.mlflow_mirror import ENVIRONMENT, MLFLOW
from mnist_core.runs.run import Run
from mnist_core.runs.status import Epoch
from mnist_core.runs.store import new_run
from ui.base.settings_fields import Settings

pytestmark = pytest.mark.slow  # MLflow and TensorBoard take seconds to import

BATCHES = 10
HISTORY = [Epoch(n, 1 / n, 0.9, 2 / n, 0.8, 1.5) for n in range(1, 5)]
ONE_CYCLE = find_recipe("quick-cnn").with_settings(["epochs=4", "schedule=one-cycle"])
Points = list[tuple[int, float]]


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """No test sees what MLflow, or a test before, has set."""
    before = dict(os.environ)
    for name in (MLFLOW, *ENVIRONMENT, "MLFLOW_EXPERIMENT_NAME"):
        os.environ.pop(name, None)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def run() -> Run:
    return stage_run("running", recipe=ONE_CYCLE, rows=[])


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MlflowClient:
    """Return a client of the folder that the runs of this test are mirrored in."""
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv(MLFLOW, (tmp_path / "mlflow").as_uri())
    return MlflowClient(tracking_uri=os.environ[MLFLOW])


def session(run: Run, *epochs: Epoch, state: str = "finished") -> list[str]:
    """Let a run go on for some epochs; return what the mirrors said."""
    said: list[str] = []
    run.set_state("running")
    with mirrored(run, said.append) as mirrors:
        for epoch in epochs:
            run.record(epoch)
            mirrors.catch_up(BATCHES)
        run.set_state(state)
    return said


def curves(run: Run) -> dict[str, Points]:
    """Return what TensorBoard shows of a run; with `notf` it does not load TensorFlow."""
    sys.modules.setdefault("tensorboard.compat.notf", ModuleType("notf"))
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    shown = EventAccumulator(str(run.folder)).Reload()
    return {
        name: [(event.step, pytest.approx(event.value)) for event in shown.Scalars(name)]
        for name in shown.Tags()["scalars"]
    }


def only_run(store: MlflowClient) -> MlflowRun:
    """Return the run in MLflow, of which there must be one."""
    (experiment,) = [one for one in store.search_experiments() if one.name == "Inkling"]
    (run,) = store.search_runs([experiment.experiment_id])
    return run


def points(store: MlflowClient, name: str) -> Points:
    """Return the points of a curve in MLflow."""
    return [
        (one.step, one.value) for one in store.get_metric_history(only_run(store).info.run_id, name)
    ]


@pytest.mark.tensorflow
def test_a_real_training_is_mirrored_as_it_is_on_disk(store, tiny_recipe, monkeypatch):
    monkeypatch.setattr("mnist_core.evaluation.test_sets.local_mnist", lambda: None)
    run = new_run(tiny_recipe.with_settings(["epochs=2"]), "uci-digits")
    work_on(run)
    rows = run.history()
    assert curves(run)["val_loss"] == [(row["epoch"], row["val_loss"]) for row in rows]
    assert points(store, "val_loss") == [(row["epoch"], row["val_loss"]) for row in rows]
    assert [step for step, _ in points(store, "learning_rate")] == [1, 2]
    assert only_run(store).info.status == "FINISHED"
    assert len(store.list_artifacts(only_run(store).info.run_id)) == 4


# TensorBoard


def test_tensorboard_reads_each_epoch_with_its_learning_rate(run):
    assert session(run, *HISTORY) == []
    shown = curves(run)
    assert shown["loss"] == [(1, 1.0), (2, 0.5), (3, 1 / 3), (4, 0.25)]
    assert shown["val_accuracy"] == [(n, 0.8) for n in range(1, 5)]
    assert shown.keys() == {
        *("loss", "accuracy", "val_loss", "val_accuracy", "seconds", "learning_rate")
    }
    rates = [value.expected for _, value in shown["learning_rate"]]
    assert rates[1] > rates[2] > rates[3] > 0  # the peak is in the second of four epochs


def test_a_resumed_run_is_one_curve_in_one_file(run):
    session(run, *HISTORY[:2], state="stopped")
    session(run, *HISTORY[2:])
    assert [step for step, _ in curves(run)["loss"]] == [1, 2, 3, 4]
    assert len([*run.folder.glob("events.out.tfevents.*")]) == 1


def test_it_shows_epochs_from_before_and_none_that_was_lost(run):
    session(run, *HISTORY[:3], state="stopped")
    run.write_history([row for row in run.history() if row["epoch"] < 2])  # as after a crash
    session(run, *HISTORY[1:])
    assert [step for step, _ in curves(run)["accuracy"]] == [1, 2, 3, 4]


def test_a_figure_that_is_unknown_is_left_out(run):
    nan = float("nan")
    session(run, Epoch(1, 0.5, 0.9, nan, nan, 1.0))
    assert curves(run).keys() == {"loss", "accuracy", "seconds", "learning_rate"}


def test_a_run_goes_on_where_the_file_cannot_be_written(run, monkeypatch):
    really, calls = EventsWriter.flush, []

    def full_at_first(self: EventsWriter) -> bool:
        calls.append(self)
        if len(calls) == 1:
            raise OSError(28, "No space left on device")
        return really(self)

    monkeypatch.setattr(EventsWriter, "flush", full_at_first)
    (said,) = session(run, *HISTORY)
    assert "TensorBoard" in said
    assert len(run.history()) == 4


def test_without_the_extra_nothing_is_written_and_nothing_is_said(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    assert session(run, *HISTORY) == []
    assert not [*run.folder.glob("events*")]


# MLflow


def test_mlflow_has_settings_figures_card_and_files(store, tiny_model, monkeypatch):
    run = stage_run("running", recipe=ONE_CYCLE, rows=[], model=tiny_model)
    assert session(run, *HISTORY) == []
    mirror = only_run(store)
    assert mirror.info.run_name == run.id
    assert mirror.info.status == "FINISHED"
    assert mirror.data.params["recipe"] == "quick-cnn"
    assert mirror.data.params["data"] == "uci-digits"
    assert mirror.data.params["filters"] == ",".join(map(str, ONE_CYCLE.filters))
    assert points(store, "loss") == [(epoch.epoch, epoch.loss) for epoch in HISTORY]
    assert len(points(store, "learning_rate")) == 4
    card = run.card()
    assert card
    for name, measured in card.metrics.items():
        assert points(store, f"{name}/accuracy") == [(4, measured.accuracy)]
    files = {file.path for file in store.list_artifacts(mirror.info.run_id)}
    assert files == {"card.json", "history.csv", "model.keras", "model.tflite"}


def test_a_resumed_run_goes_on_in_the_same_run_of_mlflow(store, run):
    session(run, *HISTORY[:2], state="stopped")
    assert only_run(store).info.status == "KILLED"
    session(run, *HISTORY[2:])
    assert only_run(store).info.status == "FINISHED"
    assert [step for step, _ in points(store, "loss")] == [1, 2, 3, 4]


def test_a_run_that_was_deleted_in_mlflow_or_never_there_is_made_anew(store, run, tmp_path):
    session(run, *HISTORY[:2], state="stopped")
    store.delete_run(only_run(store).info.run_id)
    session(run, HISTORY[2], state="stopped")
    assert [step for step, _ in points(store, "loss")] == [1, 2, 3]
    os.environ[MLFLOW] = (tmp_path / "another").as_uri()
    session(run, HISTORY[3])
    another = MlflowClient(tracking_uri=os.environ[MLFLOW])
    assert [step for step, _ in points(another, "loss")] == [1, 2, 3, 4]


def test_no_folder_of_a_visitor_is_sent(store):
    run = stage_run("running", data="/srv/inkling/spaces/0123abcd/uploads/train.csv", rows=[])
    session(run, HISTORY[0])
    assert only_run(store).data.params["data"] == "train.csv"
    assert "0123abcd" not in str(only_run(store).to_dictionary())


def test_a_run_that_failed_has_failed_there_too(store, run):
    session(run, HISTORY[0], state="failed")
    assert only_run(store).info.status == "FAILED"


def test_what_could_not_be_sent_is_sent_later_and_said_once(store, run, monkeypatch):
    really = MlflowClient.log_batch
    calls = []

    def down_at_first(self, *args, **options):
        calls.append(options)
        if len(calls) < 3:
            raise MlflowException("secret.example.org is down")
        return really(self, *args, **options)

    monkeypatch.setattr(MlflowClient, "log_batch", down_at_first)
    said: list[str] = []
    with mirrored(run, said.append) as mirrors:
        for epoch in HISTORY:
            run.record(epoch)
            mirrors.catch_up(BATCHES)
            wait_for(lambda: len(calls) > 1)  # both failures are over before the run ends
        run.set_state("finished")
    assert [step for step, _ in points(store, "loss")] == [1, 2, 3, 4]
    (line,) = said
    assert "MlflowException" in line
    assert "secret" not in line  # visitors read the log
    assert only_run(store).data.params["recipe"] == "quick-cnn"


def test_a_server_that_never_answers_holds_up_no_run(run, monkeypatch):
    monkeypatch.setattr(mlflow_mirror, "PATIENCE", {True: 0.5, False: 0.5})
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv(MLFLOW, f"http://127.0.0.1:{silent.getsockname()[1]}")
        said = session(run, *HISTORY)
    assert len(said) == 1
    assert "INKLING_MLFLOW" in said[0]
    assert "127.0.0.1" not in said[0]


@pytest.mark.parametrize("uri", ["http://127.0.0.1:1", "nonsense://there"])
def test_no_server_or_no_address_is_said_once(run, monkeypatch, uri):
    monkeypatch.setenv(MLFLOW, uri)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    (line,) = session(run, *HISTORY)
    assert line.startswith("MLflow has not taken everything of this run (")


@pytest.mark.parametrize("uri", ["perhaps", "localhost:5000", "mlflow.example.org:5000"])
def test_what_is_no_address_is_refused_and_makes_no_folder(run, monkeypatch, tmp_path, uri):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(MLFLOW, uri)
    (line,) = session(run, *HISTORY)
    assert line.endswith("Expected INKLING_MLFLOW to begin with http://, https:// or file://.")
    assert not [*tmp_path.iterdir()]
    with pytest.raises(ValueError, match="no scheme"):
        Settings()


def test_without_the_extra_the_log_says_how_to_get_it(run, monkeypatch):
    monkeypatch.setenv(MLFLOW, "http://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "mlflow", None)
    (line,) = session(run, *HISTORY)
    assert "This needs mlflow, which is not installed." in line
    assert "pip install '.[monitoring]'" in line


def test_nothing_is_sent_unless_it_was_asked_for(run, monkeypatch):
    monkeypatch.setattr(MlflowClient, "__init__", lambda *_, **__: pytest.fail("it connected"))
    assert session(run, *HISTORY) == []
