"""Training runs that the app starts, with a stand-in for the command."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable

import psutil
import pytest
from helpers.waiting import wait_for

from mnist_core.errors import RunError
from mnist_core.recipes.catalog import find_recipe
from mnist_core.runs import memory, process, queue
from mnist_core.runs.queue_order import enqueue
from mnist_core.runs.run import Run
from mnist_core.runs.store import list_runs, new_run
from ui.retrain import scheduler

pytestmark = pytest.mark.slow  # each test starts processes and waits for them

RECIPE = find_recipe("tutorial-mlp")


@pytest.fixture
def start(behave: Callable[[str], None]) -> Callable[[str], Run]:
    """Return a function that starts a run with a behaviour."""

    def start(behaviour: str) -> Run:
        behave(behaviour)
        return scheduler.start_run(RECIPE, "uci-digits")

    return start


def state_of(run: Run) -> str:
    return run.status().state


def wait_for_end(run: Run) -> None:
    wait_for(lambda: state_of(run) not in ("queued", "running"))


def wait_for_first_epoch(run: Run) -> None:
    wait_for(lambda: bool(run.log_lines(1)))


def test_a_run_is_started_at_once_and_comes_to_its_end(start):
    run = start("finishes")
    assert state_of(run) == "running"
    assert run.status().phase == "starting"
    wait_for_end(run)
    assert state_of(run) == "finished"
    assert run.status().trained_epochs == 2
    assert run.log_lines(5) == ["epoch 2/10: accuracy 91.00%, by --resume"]
    assert run.model == run.folder / "model"
    assert run.card().name == "pen-cnn"


def test_a_run_has_lower_priority_than_the_app_and_leaves_no_zombie(start):
    run = start("goes on")
    training = psutil.Process(int(run.pid_file.read_text()))
    if hasattr(os, "getpriority"):
        assert os.getpriority(os.PRIO_PROCESS, training.pid) >= process.NICENESS
    scheduler.stop_run(run.id)
    wait_for(lambda: not training.is_running())


@pytest.mark.parametrize("behaviour", ["goes on", "deaf"])
def test_a_run_has_ended_when_it_was_stopped(start, behaviour):
    run = start(behaviour)
    wait_for_first_epoch(run)
    scheduler.stop_run(run.id)
    assert state_of(run) == "stopped"
    assert scheduler.position_in_queue(run.id) is None


def test_a_run_that_is_only_starting_is_stopped_as_well(start):
    run = start("hangs early")
    scheduler.stop_run(run.id)
    assert state_of(run) == "stopped"


def test_to_stop_twice_does_no_harm(start):
    run = start("goes on")
    wait_for_first_epoch(run)
    scheduler.stop_run(run.id)
    before = run.values()
    scheduler.stop_run(run.id)
    assert run.values() == before


def test_a_second_stop_does_not_disturb_a_run_that_keeps_its_weights(start, monkeypatch):
    run = start("goes on")
    wait_for_first_epoch(run)
    run.stop_mark.touch()  # somebody has just stopped it
    sent, send = [], process.send_signal

    def note(run: Run, sign: int) -> None:
        sent.append(sign)
        send(run, sign)

    monkeypatch.setattr(process, "send_signal", note)
    scheduler.stop_run(run.id)
    assert sent == [process.KILL]
    assert state_of(run) == "stopped"


def test_to_stop_what_has_finished_changes_nothing(start):
    run = start("finishes")
    wait_for_end(run)
    scheduler.stop_run(run.id)
    assert state_of(run) == "finished"
    scheduler.stop_run("nothing")


@pytest.mark.parametrize(
    ("behaviour", "state", "reason"),
    [
        ("cannot start", "failed", "There is nothing to train on."),
        ("misses a module", "failed", "No module named 'no_such_module'"),
        ("fails", "failed", "The disk is __full__."),
        ("is killed", "interrupted", "too little memory"),
    ],
)
def test_a_failure_has_a_reason(start, behaviour, state, reason):
    run = start(behaviour)
    wait_for(lambda: state_of(run) == state)
    assert reason in run.status().error


def test_one_trains_and_the_others_wait_for_their_turn(start):
    first, second, third = (start("goes on") for _ in range(3))
    assert [scheduler.position_in_queue(run.id) for run in (first, second, third)] == [0, 1, 2]
    assert [state_of(run) for run in (first, second, third)] == ["running", "queued", "queued"]
    scheduler.leave_queue(second.id)
    assert state_of(second) == "stopped"
    assert scheduler.position_in_queue(third.id) == 1
    wait_for_first_epoch(first)
    scheduler.stop_run(first.id)
    wait_for(lambda: state_of(third) == "running")  # nobody has looked at a page
    assert scheduler.position_in_queue(third.id) == 0


def test_the_queue_goes_by_tickets_whatever_the_clock_says(start, monkeypatch):
    first = start("goes on")
    second = start("goes on")
    with monkeypatch.context() as patch:
        patch.setattr("mnist_core.runs.store.now", lambda: "1999-01-01T00:00:00+00:00")
        third = new_run(RECIPE, "uci-digits", state="queued")
        third.folder.rename(third.folder.with_name("19990101-000000-mlp-0000"))
        third = Run("19990101-000000-mlp-0000", RECIPE, "uci-digits")
        enqueue(third)
    assert [run.id for run in queue.waiting()] == [second.id, third.id]
    assert state_of(first) == "running"


def test_a_clock_set_back_does_not_make_a_run_look_dead(start):
    run = start("goes on")
    wait_for_first_epoch(run)
    for path in run.folder.iterdir():
        os.utime(path, (0, 0))
    assert state_of(run) == "running"


def test_two_starts_in_the_same_instant(start):
    barrier, runs = threading.Barrier(4), []

    def press() -> None:
        barrier.wait()
        runs.append(start("goes on"))

    scheduler.shared_scheduler()
    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_for(lambda: sum(run.is_alive() for run in runs) == 1)
    assert sorted(state_of(run) for run in runs) == ["queued", "queued", "queued", "running"]
    assert sorted(scheduler.position_in_queue(run.id) for run in runs) == [0, 1, 2, 3]


SERVER = """
import sys, time
sys.path.insert(0, {root!r})
from mnist_core.runs import process
process.COMMAND = {command!r}
from mnist_core.recipes.catalog import find_recipe
from ui.retrain import scheduler
scheduler.shared_scheduler()
print("ready", flush=True)
sys.stdin.readline()
print(scheduler.start_run(find_recipe("tutorial-mlp"), "uci-digits").id, flush=True)
sys.stdin.readline()
"""


def test_two_servers_on_one_data_root_train_one_at_a_time_and_a_third_goes_on(start, behave):
    behave("goes on")
    code = SERVER.format(root=str(process.ROOT), command=process.COMMAND)
    pipe = subprocess.PIPE
    servers = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=pipe,
            stdout=pipe,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for _ in range(2)
    ]
    try:
        for server in servers:
            assert server.stdout.readline() == "ready\n"
        for server in servers:
            server.stdin.write("\n")
            server.stdin.flush()
        for server in servers:
            server.stdout.readline()
        runs = list_runs()
        wait_for(lambda: sum(run.is_alive() for run in runs) == 1)
        assert sorted(map(state_of, runs)) == ["queued", "running"]
    finally:
        for server in servers:
            server.kill()
            server.communicate()
    (running,) = (run for run in runs if state_of(run) == "running")  # it outlives its server
    (waiting,) = (run for run in runs if state_of(run) == "queued")
    scheduler.stop_run(running.id)
    assert state_of(waiting) == "queued"  # nobody is there who would start it
    assert scheduler.position_in_queue(waiting.id) in (0, 1)  # the first look at the new server
    wait_for(lambda: state_of(waiting) == "running")


def test_a_run_in_a_terminal_counts_and_the_queue_goes_on_after_it(start, behave):
    behave("goes on")
    terminal = new_run(RECIPE, "uci-digits")
    with subprocess.Popen([*process.COMMAND, "--resume", terminal.id]) as training:
        wait_for(terminal.is_alive)
        queued = start("goes on")
        assert state_of(queued) == "queued"
        training.kill()
        training.wait()
    assert state_of(terminal) == "interrupted"
    wait_for(lambda: state_of(queued) == "running")


@pytest.mark.parametrize("behaviour", ["is killed", "fails"])
def test_what_has_ended_early_goes_on_or_is_finished(start, behave, behaviour):
    run = start(behaviour)
    wait_for_end(run)
    behave("is killed")
    scheduler.continue_run(run.id)
    wait_for(lambda: state_of(run) == "interrupted")
    behave("finishes")
    scheduler.finish_run(run.id)
    wait_for_end(run)
    assert state_of(run) == "finished"
    assert [line.split()[-1] for line in run.log_lines(9) if line.startswith("epoch")] == [
        "--resume", "--resume", "--finish",
    ]  # fmt: skip


def test_what_has_finished_or_goes_on_cannot_be_continued(start):
    run = start("finishes")
    wait_for_end(run)
    with pytest.raises(RunError, match="is finished"):
        scheduler.continue_run(run.id)
    goes_on = start("goes on")
    wait_for(lambda: state_of(goes_on) == "running")
    with pytest.raises(RunError, match="is running"):
        scheduler.finish_run(goes_on.id)


def test_too_little_memory_is_refused_with_the_figure(start, monkeypatch):
    run = start("is killed")
    wait_for_end(run)
    monkeypatch.setattr(memory, "free_memory", lambda: 640_000_000)
    for attempt in (lambda: start("finishes"), lambda: scheduler.continue_run(run.id)):
        with pytest.raises(RunError, match="needs about 1,000 MB; 640 MB are free"):
            attempt()
    assert list_runs() == [run]


def test_a_run_that_waits_needs_memory_when_it_is_its_turn(start, monkeypatch):
    first = start("goes on")
    monkeypatch.setattr(memory, "free_memory", lambda: 640_000_000)
    second = start("goes on")
    assert state_of(second) == "queued"
    wait_for_first_epoch(first)
    scheduler.stop_run(first.id)
    wait_for(lambda: state_of(second) == "failed")
    assert "640 MB are free" in second.status().error


def test_a_run_that_cannot_be_started_is_told_and_can_be_continued(start, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(process, "COMMAND", ("/no/such/python",))
        with pytest.raises(RunError, match="could not be started: No such file"):
            start("finishes")
    (run,) = list_runs()
    assert state_of(run) == "interrupted"
    scheduler.continue_run(run.id)
    wait_for(lambda: state_of(run) == "finished")


def test_the_active_run_is_the_one_that_trains(start):
    assert scheduler.active_run() is None
    wait_for_end(start("finishes"))
    assert scheduler.active_run() is None
    going = start("goes on")
    wait_for(lambda: state_of(going) == "running")
    assert scheduler.active_run() == going
