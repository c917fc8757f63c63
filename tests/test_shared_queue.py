"""One network trains at a time on the whole server, whoever started it; nothing really trains."""

from collections.abc import Callable

import pytest
from helpers.waiting import wait_for

from mnist_core.errors import LimitError
from mnist_core.recipes.catalog import find_recipe
from mnist_core.runs import host, process, queue
from mnist_core.runs.run import Run
from mnist_core.runs.store import new_run
from mnist_core.workspace import data_root, workspace_of
from ui.retrain import scheduler

pytestmark = pytest.mark.slow  # each test starts processes and waits for them

RECIPE = find_recipe("tutorial-mlp")


@pytest.fixture
def start(be, behave: Callable[[str], None]) -> Callable[[str | None, str], Run]:
    """Return a function that starts a run of a visitor, or with None of the owner."""

    def start(visitor: str | None, behaviour: str) -> Run:
        be(visitor)
        behave(behaviour)
        return scheduler.start_run(RECIPE, "uci-digits")

    return start


def wait_until(run: Run, state: str) -> None:
    wait_for(lambda: run.status().state == state)


def test_two_visitors_and_the_owner_train_one_at_a_time_in_turn(start):
    runs = [start(visitor, "goes on") for visitor in ("a", "a", "b", None)]
    first, second, of_b, of_owner = runs
    for run, place in ((first, 0), (of_b, 1), (of_owner, 2), (second, 3)):
        assert queue.queue_position(run) == place
    for run, after in ((first, of_b), (of_b, of_owner), (of_owner, second)):
        wait_for(lambda run=run: bool(run.log_lines(1)))
        assert sum(run.is_alive() for run in runs) == 1
        process.stop(run)
        wait_until(after, "running")  # nobody has looked at a page


def test_a_visitor_s_process_works_in_their_space_and_nowhere_else(start):
    run = start("a", "finishes")
    wait_until(run, "finished")
    assert run.folder.is_relative_to(workspace_of("a"))
    assert run.model == run.folder / "model"
    assert [path.name for path in (data_root() / "runs").glob("[!.]*")] == []


def test_a_visitor_does_not_see_what_another_trains(start, be):
    run = start("a", "goes on")
    assert scheduler.active_run() == run
    be("b")
    assert scheduler.active_run() is None
    assert queue.running() == []
    assert queue.runs_before(workspace_of("b")) == 1


def test_a_visitor_s_places_in_the_queue_are_counted_as_they_start(start, monkeypatch):
    monkeypatch.setenv("INKLING_VISITOR_WAITING", "2")
    start("a", "goes on")
    start("a", "goes on")
    with pytest.raises(LimitError, match="may have 2 runs waiting or training"):
        start("a", "goes on")
    start("b", "goes on")


@pytest.mark.parametrize("behaviour", ["goes on", "deaf"])
def test_a_run_ends_when_its_time_is_over_and_keeps_what_it_has(
    start, be, behave, monkeypatch, behaviour
):
    monkeypatch.setattr(process, "OVERTIME", 3)
    behave(behaviour)
    be("a")
    run = new_run(RECIPE, "uci-digits", state="queued", minutes=0.01)
    scheduler.shared_scheduler().poll()
    wait_until(run, "stopped")
    assert run.status().error == "It reached the time limit of 0.01 minutes."
    assert run.status().trained_epochs == 2
    next_one = start("b", "finishes")
    wait_until(next_one, "finished")


def test_a_run_on_another_host_ends_itself_and_no_process_here_is_taken_for_it(start, monkeypatch):
    run = start("a", "goes on")
    wait_for(lambda: bool(run.log_lines(1)))
    monkeypatch.setattr("mnist_core.runs.run.this_host", lambda: "another host")
    monkeypatch.setattr(process.os, "kill", lambda *_: pytest.fail("That id is of another host."))
    process.stop(run)
    assert run.status().state == "stopped"
    assert run.status().trained_epochs == 2
    assert not run.is_alive()
    assert run.values()["host"] == host.this_host()


def test_a_run_without_a_limit_goes_on(start, be):
    run = start("a", "goes on")
    wait_for(lambda: bool(run.log_lines(1)))
    be("a")
    scheduler.shared_scheduler().poll()
    assert (run.status().state, run.status().error) == ("running", "")
