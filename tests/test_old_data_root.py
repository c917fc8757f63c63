"""A data root that version 0.1 left: runs, models and visitors' workspaces still open.

The fixture was written by that version's command line, with networks of a few weights. Locks and
what finished runs no longer need are left out.
"""

import shutil
from pathlib import Path

import numpy as np
import pytest

from mnist_core import load_reader
from mnist_core.data.datasets import load_dataset
from mnist_core.models.registry import default_model, find_model, list_models, open_card
from mnist_core.runs.queue import waiting
from mnist_core.runs.queue_order import last_dispatched
from mnist_core.runs.run import Run
from mnist_core.runs.store import list_runs
from mnist_core.workspace import use_workspace, visitor_workspaces, workspace_of

OLD = Path(__file__).parent / "fixtures" / "data_root_0_1"
VISITOR = "token-of-a-visitor"


@pytest.fixture(autouse=True)
def old_data_root(data_root: Path) -> Path:
    shutil.copytree(OLD, data_root, dirs_exist_ok=True)
    return data_root


def named(name: str | None) -> Run:
    (run,) = (run for run in list_runs() if run.name == name)
    return run


def test_its_models_read_as_they_did(seven):
    assert default_model() == "mine"
    assert "mine" in list_models()
    card = open_card(find_model("mine"))
    assert card.metrics["uci-digits-test"].n == 500
    reading = load_reader().read(seven)
    assert reading.ink.any()
    assert reading.probabilities.sum() == pytest.approx(1, abs=1e-5)


def test_its_runs_stand_as_they_did():
    states = {run.name: run.status().state for run in list_runs()}
    assert states == {
        "mine": "finished",
        None: "finished",
        "stopped-one": "stopped",
        "queued-one": "queued",
    }
    for run in list_runs():
        assert run.recipe.filters == (2, 4)
        assert run.data == "uci-digits"
    finished = named("mine")
    assert finished.status().trained_epochs == len(finished.history()) == 2
    assert finished.model == find_model("mine")
    assert named(None).model == named(None).folder / "model"
    assert finished.log_lines(1)


def test_its_queue_goes_on_where_it_was():
    assert [run.name for run in waiting()] == ["queued-one"]
    assert last_dispatched().round >= 1


def test_a_visitor_finds_their_workspace_and_nobody_else_does():
    assert "theirs" not in list_models()
    assert visitor_workspaces() == [workspace_of(VISITOR)]
    with use_workspace(workspace_of(VISITOR)):
        assert "theirs" in list_models()
        (run,) = list_runs()
        assert run.status().state == "finished"
        assert run.model == find_model("theirs")


@pytest.mark.tensorflow
@pytest.mark.slow
@pytest.mark.usefixtures("no_mnist")
def test_a_stopped_run_is_trained_on():
    from mnist_core.training.pipeline import train

    run = named("stopped-one")
    before = run.history()
    assert len(before) == 4  # it was stopped before the checkpoint of the fourth was written
    shorter = Run(run.id, run.recipe.with_settings(["epochs=5"]), run.data, run.name)
    card = train(shorter, load_dataset("uci-digits"))
    assert run.history()[:3] == before[:3]
    assert len(run.history()) == 5
    assert np.isfinite(card.metrics["uci-digits-test"].loss)
    assert find_model("stopped-one").is_dir()
