"""Training runs that the app starts, with a stand-in for the command."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mnist_core.errors import RunError
from ui import jobs
from ui.jobs import Job, Workshop

FAKE = Path(__file__).with_name("fake_training.py")
SETTINGS = ["--recipe", "tutorial-mlp", "--data", "train.csv"]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Job]:
    """Return a function that starts a run with a behaviour."""
    monkeypatch.setattr(jobs, "COMMAND", (sys.executable, str(FAKE)))
    monkeypatch.setenv("PYTHONPATH", str(jobs.ROOT))
    workshop = Workshop()
    started: list[Job] = []

    def start(behaviour: str) -> Job:
        monkeypatch.setenv("BEHAVIOUR", behaviour)
        started.append(workshop.start(SETTINGS, "mine"))
        return started[-1]

    yield start
    for job in started:
        job.stop()


def wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(300):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("It did not happen within 15 seconds.")


def test_a_run_is_found_by_what_it_prints(start):
    job = start("finishes")
    wait_for(lambda: not job.busy)
    assert job.state == "finished"
    assert [row["epoch"] for row in job.run.history()] == [1, 2]
    assert job.log() == ["epoch 2/10: accuracy 91.00%"]


def test_a_run_has_lower_priority_than_the_app(start):
    if not hasattr(os, "getpriority"):
        pytest.skip("This system has priorities of another kind.")
    job = start("goes on")
    assert os.getpriority(os.PRIO_PROCESS, job.process.pid) >= jobs.NICENESS


@pytest.mark.parametrize("behaviour", ["goes on", "deaf"])
def test_a_run_ends_within_two_seconds_when_it_is_stopped(start, behaviour):
    job = start(behaviour)
    wait_for(lambda: job.state == "running" and bool(job.log()))
    began = time.monotonic()
    job.stop()
    assert time.monotonic() - began < 2
    assert job.state == "stopped"


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("cannot start", "There is nothing to train on."),
        ("fails", "The disk is __full__."),
        ("is killed", "too little memory"),
    ],
)
def test_a_failure_has_a_reason(start, behaviour, reason):
    job = start(behaviour)
    wait_for(lambda: not job.busy)
    assert job.state == "failed"
    assert reason in job.reason()


def test_one_run_at_a_time(start):
    first = start("goes on")
    with pytest.raises(RunError, match="one at a time"):
        start("goes on")
    first.stop()
    assert start("finishes").id != first.id


def test_a_run_is_known_to_who_started_it_alone(start):
    job = start("goes on")
    workshop = Workshop()
    workshop._job = job
    assert workshop.find(job.id) is job
    assert workshop.find("another") is None
    assert workshop.find(None) is None
