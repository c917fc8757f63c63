"""One network trains at a time on the whole server, whoever started it; nothing really trains."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st

from mnist_core.errors import LimitError
from mnist_core.recipes import find_recipe
from mnist_core.running import run_queue, starting, stopping
from mnist_core.running.runs import Run, every_run, new_run
from mnist_core.spaces import home, space_of
from ui.retrain import jobs

FAKE = Path(__file__).with_name("fake_training.py")
RECIPE = find_recipe("tutorial-mlp")


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, be) -> Iterator[Callable[[str | None, str], Run]]:
    """Return a function that starts a run of a visitor, or with None of the owner."""
    monkeypatch.setattr(starting, "COMMAND", (sys.executable, str(FAKE)))
    monkeypatch.setenv("PYTHONPATH", str(starting.ROOT))
    st.cache_resource.clear()

    def start(visitor: str | None, behaviour: str) -> Run:
        be(visitor)
        monkeypatch.setenv("BEHAVIOUR", behaviour)
        return jobs.start_run(RECIPE, "uci-digits")

    yield start
    for run in sorted(every_run(), key=lambda run: run.status().state != "queued"):
        stopping.stop(run)
    st.cache_resource.clear()


def wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("It did not happen within 30 seconds.")


def wait_until(run: Run, state: str) -> None:
    wait_for(lambda: run.status().state == state)


def test_two_visitors_and_the_owner_train_one_at_a_time_in_turn(start):
    runs = [start(visitor, "goes on") for visitor in ("a", "a", "b", None)]
    first, second, of_b, of_owner = runs
    for run, place in ((first, 0), (of_b, 1), (of_owner, 2), (second, 3)):
        assert run_queue.place_of(run) == place
    for run, after in ((first, of_b), (of_b, of_owner), (of_owner, second)):
        wait_for(lambda run=run: bool(run.log_lines(1)))
        assert sum(run.is_alive() for run in runs) == 1
        stopping.stop(run)
        wait_until(after, "running")  # nobody has looked at a page


def test_a_visitor_s_process_works_in_their_space_and_nowhere_else(start):
    run = start("a", "finishes")
    wait_until(run, "finished")
    assert run.folder.is_relative_to(space_of("a"))
    assert run.model == run.folder / "model"
    assert [path.name for path in (home() / "runs").glob("[!.]*")] == []


def test_a_visitor_does_not_see_what_another_trains(start, be):
    run = start("a", "goes on")
    assert jobs.current_run() == run
    be("b")
    assert jobs.current_run() is None
    assert run_queue.going_on() == []
    assert run_queue.runs_before(space_of("b")) == 1


def test_a_visitor_s_places_in_the_queue_are_counted_as_they_start(start, monkeypatch):
    monkeypatch.setenv("INKLING_VISITOR_WAITING", "2")
    start("a", "goes on")
    start("a", "goes on")
    with pytest.raises(LimitError, match="may have 2 runs waiting or training"):
        start("a", "goes on")
    start("b", "goes on")


@pytest.mark.parametrize("behaviour", ["goes on", "deaf"])
def test_a_run_ends_when_its_time_is_over_and_keeps_what_it_has(start, be, monkeypatch, behaviour):
    monkeypatch.setattr(starting, "OVERTIME", 3)
    monkeypatch.setenv("BEHAVIOUR", behaviour)
    be("a")
    run = new_run(RECIPE, "uci-digits", state="queued", minutes=0.01)
    jobs.workshop().look()
    wait_until(run, "stopped")
    assert run.status().error == "It had taken 0.01 minutes, which is the limit here."
    assert run.status().trained_epochs == 2
    next_one = start("b", "finishes")
    wait_until(next_one, "finished")


def test_a_run_without_a_limit_goes_on(start, be):
    run = start("a", "goes on")
    stopping.stop(run)
    be("a")
    assert run.status().error == ""
