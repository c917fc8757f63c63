"""Runs on disk, whole and damaged, without TensorFlow."""

import json
import os
import subprocess
import sys
from math import nan
from pathlib import Path

import pytest

from mnist_core.errors import RunError
from mnist_core.locks import try_lock
from mnist_core.runs.history import best_row
from mnist_core.runs.report import SILENT, ProgressReport
from mnist_core.runs.status import Epoch, Progress, Step, read_progress
from mnist_core.runs.store import anything_trains, delete_run, list_runs, new_run, open_run

ROW = {"epoch": 1, "loss": 0.5, "accuracy": 0.8, "val_loss": 0.4, "val_accuracy": 0.9}


@pytest.fixture
def run(tiny_recipe):
    return new_run(tiny_recipe, "uci-digits", "mine")


def test_a_run_comes_back_as_it_was(tiny_recipe):
    run = new_run(tiny_recipe, "uci-digits", "mine", ship=True)
    assert open_run(run.id) == run


@pytest.mark.parametrize("name", ["nothing", "../models", "", ".start.lock"])
def test_an_unknown_run_is_told(name):
    with pytest.raises(RunError, match="There is no run"):
        open_run(name or "..")


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"id": "x"}', '{"recipe": {"epochs": 0}}']
)
def test_a_damaged_run_is_told_and_not_listed(tiny_recipe, run, content):
    whole = new_run(tiny_recipe, "uci-digits")
    (run.folder / "run.json").write_text(content)
    with pytest.raises(RunError, match="damaged"):
        open_run(run.id)
    assert list_runs() == [whole]
    assert run.status().state == "failed"
    assert "damaged" in run.status().error


def test_runs_are_listed_newest_first(tiny_recipe, monkeypatch):
    runs = []
    for day in (11, 12, 13):
        run = new_run(tiny_recipe, "uci-digits")
        target = run.folder.with_name(f"202611{day}-000000-quick-cnn-0000")
        values = {**run.values(), "id": target.name}
        (run.folder / "run.json").write_text(json.dumps(values))
        run.folder.rename(target)
        runs.append(target.name)
    assert [run.id for run in list_runs()] == runs[::-1]


@pytest.mark.parametrize(
    "rest", ["2,0.4,0.8", "2,0.4,0.8,0.3,0.9,", "2,0.4,0.8,0.3,0.9,1.0,7", "2,0.4,what,0.3,0.9,1.0"]
)
def test_a_history_cut_off_in_its_last_line_is_read_up_to_there(run, rest):
    (run.folder / "history.csv").write_text(
        f"epoch,loss,accuracy,val_loss,val_accuracy,seconds\n1,0.5,0.8,0.4,0.9,2.0\n{rest}"
    )
    assert [row["epoch"] for row in run.history()] == [1]
    run.record(Epoch(2, 0.4, 0.8, 0.3, 0.9, 1.0))
    assert [row["epoch"] for row in run.history()] == [1, 2]


def test_epochs_that_are_repeated_replace_those_of_before(run):
    for number, loss in ((1, 0.5), (2, 0.4), (3, 0.3), (2, 0.1)):
        run.record(Epoch(number, loss, 0.8, nan, nan, 1.0))
    assert [(row["epoch"], row["loss"]) for row in run.history()] == [(1, 0.5), (2, 0.1)]


def test_the_best_epoch_has_the_lowest_validation_loss_or_else_training_loss():
    assert best_row([]) is None
    rows = [{**ROW, "epoch": n, "val_loss": v, "loss": t} for n, v, t in
            ((1, 0.4, 0.5), (2, 0.2, 0.3), (3, 0.3, 0.1))]  # fmt: skip
    assert best_row(rows)["epoch"] == 2
    assert best_row([{**row, "val_loss": nan} for row in rows])["epoch"] == 3


def test_a_run_without_a_process_was_interrupted_whatever_the_clock_says(run):
    later = 4e9
    os.utime(run.folder / "run.json", (later, later))
    assert run.status().state == "interrupted"


def test_a_run_is_alive_as_long_as_a_process_holds_its_lock(run):
    code = (
        "import sys, time; from mnist_core.locks import try_lock; from pathlib import Path;"
        f"held = try_lock(Path({str(run.lock_file)!r})); print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=Path(__file__).parents[1]
    ) as process:
        process.stdout.readline()
        assert run.status().state == "running"
        assert run.status().phase == "starting"
        with pytest.raises(RunError, match="has not ended"):
            delete_run(run.id)
        process.kill()
    assert run.status().state == "interrupted"
    assert "memory" in run.status().error


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"phase": "training"}', "\x00"])
def test_a_damaged_progress_is_as_good_as_none(run, content):
    (run.folder / "progress.json").write_text(content)
    assert read_progress(run.folder / "progress.json") == Progress()
    assert run.status().epoch == 0


def test_progress_moves_within_an_epoch_and_tells_what_is_left(tmp_path, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("mnist_core.runs.report.time.monotonic", lambda: clock[0])
    report = ProgressReport(tmp_path / "progress.json", 2, seconds=30.0)
    seen = []
    for epoch in (1, 2):
        for batch in range(1, 11):
            report.step(Step(epoch, 2, batch, 10, 0.5, 0.9))
            seen.append(read_progress(tmp_path / "progress.json"))
            clock[0] += 0.3
    assert [p.batch for p in seen[:5]] == [1, 1, 3, 3, 5]  # at most every half second
    assert seen[0].left is None
    assert seen[4].left == pytest.approx(0.3 * 15)
    assert seen[-2].seconds == pytest.approx(30 + 0.3 * 18)
    report.phase("measuring")
    assert read_progress(tmp_path / "progress.json").phase == "measuring"


def test_a_disk_that_takes_nothing_does_not_stop_the_training(tmp_path):
    report = ProgressReport(tmp_path / "no such folder" / "progress.json", 2)
    report.step(Step(1, 2, 1, 10, 0.5, 0.9))
    report.phase("measuring")


def test_a_deleted_run_is_gone(run):
    run.set_state("finished")
    delete_run(run.id)
    assert list_runs() == []
    assert list(run.folder.parent.iterdir()) == []
    with pytest.raises(RunError, match="no run"):
        delete_run(run.id)


def test_the_last_lines_of_the_log_come_without_their_times(run):
    assert run.log_lines(3) == []
    for number in range(5):
        run.log(f"epoch {number} is over")
    assert run.log_lines(2) == ["epoch 3 is over", "epoch 4 is over"]


def test_a_run_that_a_newer_version_has_written_is_still_known(tiny_recipe):
    run = new_run(tiny_recipe, "uci-digits")
    values = json.loads((run.folder / "run.json").read_text())
    values["recipe"]["invented_tomorrow"] = 1
    (run.folder / "run.json").write_text(json.dumps(values))
    assert open_run(run.id).recipe == tiny_recipe


def test_a_run_that_trains_counts_even_if_it_cannot_be_read(tiny_recipe):
    run = new_run(tiny_recipe, "uci-digits")
    (run.folder / "run.json").write_text("{")
    assert not anything_trains()
    with try_lock(run.lock_file):
        assert anything_trains()


def test_a_status_tells_all_that_the_progress_file_of_any_version_says(run):
    """The file is flat, as it was when step, progress and status had each their own fields."""
    values = {"phase": "training", "epoch": 2, "epochs": 9, "batch": 3, "batches": 8}
    values |= {"loss": 0.5, "accuracy": 0.75, "seconds": 12.0, "left": 30.0}
    (run.folder / "progress.json").write_text(json.dumps(values))
    with try_lock(run.lock_file):
        status = run.status()
    told = {key: getattr(status, key) for key in values}
    assert told == values | {"epochs": run.recipe.epochs}


def test_what_nobody_listens_to_is_silent():
    SILENT.phase("training")
    SILENT.step(Step(1, 2, 1, 10, 0.5, 0.9))
    SILENT.epoch(Epoch(1, 0.5, 0.8, nan, nan, 1.0))
