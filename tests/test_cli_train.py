"""Training at a terminal: it waits for its turn among the app's runs."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import click
import pytest
from helpers.waiting import wait_for

from mnist_core.cli import train
from mnist_core.errors import RunError
from mnist_core.locks import is_held, lock
from mnist_core.recipes.catalog import find_recipe
from mnist_core.runs import process, queue
from mnist_core.runs.queue_order import enqueue, give_up_ticket
from mnist_core.runs.run import Run, start_lock
from mnist_core.runs.store import new_run

RECIPE = find_recipe("tutorial-mlp")


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train, "POLL_EVERY", 0.02)
    monkeypatch.setattr(queue, "ensure_memory", lambda: None)


class Terminal(threading.Thread):
    """Waits for the turn of a run."""

    def __init__(self, run: Run) -> None:
        super().__init__(daemon=True)
        self.run_of_it, self.problem = run, None
        self.start()

    def run(self) -> None:
        try:
            train.wait_in_queue(self.run_of_it).release()
        except RunError as problem:
            self.problem = problem


def test_a_run_that_is_not_there_is_answered_with_those_there_are():
    run = new_run(RECIPE, "uci-digits")
    assert train.run_named(run.id) == run
    for name in ("elsewhere", "../runs"):
        with pytest.raises(RunError, match=f"no run {name}. There are: {run.id}."):
            train.run_named(name)


def test_where_nothing_trains_it_is_its_turn_at_once(capsys):
    run = new_run(RECIPE, "uci-digits")
    taken = train.wait_in_queue(run)
    assert is_held(start_lock())
    assert not run.ticket.exists()
    taken.release()
    assert "Waiting" not in capsys.readouterr().err


def test_it_waits_for_what_trains_and_says_how_not_to(capsys):
    other, mine = new_run(RECIPE, "uci-digits"), new_run(RECIPE, "uci-digits")
    said: list[str] = []

    def has_said_so() -> bool:
        said.append(capsys.readouterr().err)
        return "number 1 in the queue" in "".join(said)

    with lock(other.lock_file):
        terminal = Terminal(mine)
        wait_for(has_said_so)
        assert mine.status().state == "queued"
    terminal.join(20)
    assert not terminal.is_alive()
    has_said_so()
    assert "".join(said).count("--now") == 1


def test_the_app_leaves_its_turn_to_it_and_it_comes_after_who_was_first(be):
    training, mine = new_run(RECIPE, "uci-digits"), new_run(RECIPE, "uci-digits")
    with lock(training.lock_file):
        be("a")
        first = new_run(RECIPE, "uci-digits", state="queued")
        be(None)
        terminal = Terminal(mine)
        wait_for(lambda: queue.queue_position(mine) == 2)
        give_up_ticket(first)
        wait_for(lambda: queue.queue_position(mine) == 1)
        assert queue.dequeue_next() is None
    terminal.join(20)
    assert not mine.ticket.exists()


def test_where_no_server_starts_the_others_it_goes_first():
    waiting = new_run(RECIPE, "uci-digits", state="queued")
    terminal = Terminal(new_run(RECIPE, "uci-digits"))
    terminal.join(20)
    assert not terminal.is_alive()
    assert waiting.ticket.exists()


def test_a_run_taken_out_of_the_queue_on_a_page_ends_the_waiting():
    other, mine = new_run(RECIPE, "uci-digits"), new_run(RECIPE, "uci-digits")
    with lock(other.lock_file):
        terminal = Terminal(mine)
        wait_for(lambda: queue.queue_position(mine) == 1)
        process.stop(mine)
        terminal.join(20)
    assert "was taken out of the queue" in str(terminal.problem)
    assert mine.status().state == "stopped"


def test_a_run_that_another_works_on_is_refused_and_left_alone():
    run = new_run(RECIPE, "uci-digits")
    with lock(run.lock_file), pytest.raises(RunError, match="Another process works on the run"):
        train.wait_in_queue(run)
    assert not run.ticket.exists()


def test_a_run_whose_terminal_was_closed_while_it_waited_is_not_trained():
    run = new_run(RECIPE, "uci-digits")
    enqueue(run, terminal=True)  # and nobody holds its lock
    assert queue.dequeue_next() is None
    assert run.status().state == "stopped"
    assert not run.ticket.exists()


def test_whoever_does_not_want_to_wait_any_longer_leaves_the_queue(monkeypatch):
    run = new_run(RECIPE, "uci-digits")

    def interrupt(run: Run) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(train, "poll_until_dispatched", interrupt)
    with pytest.raises(click.Abort):
        train.wait_in_queue(run)
    assert run.status().state == "stopped"
    assert not run.ticket.exists()


@pytest.mark.tensorflow
@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.usefixtures("no_mnist")
def test_the_command_waits_leaves_on_ctrl_c_and_with_now_does_not_wait(data_root: Path):
    other = new_run(RECIPE, "uci-digits")
    command = [sys.executable, "-m", "mnist_core", "train", "--recipe", "tutorial-mlp"]
    command += ["--data", "uci-digits", "--set", "epochs=1"]
    with lock(other.lock_file):
        with subprocess.Popen(
            command, cwd=process.ROOT, stderr=subprocess.PIPE, text=True
        ) as waits:
            assert "number 1 in the queue" in waits.stderr.readline()
            waits.send_signal(signal.SIGINT)
            assert waits.wait(30) == 1
        done = subprocess.run([*command, "--now"], cwd=process.ROOT, timeout=300)
        assert done.returncode == 0
