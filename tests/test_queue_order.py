"""Whose turn it is, over all spaces."""

import pytest

from mnist_core.recipes.catalog import find_recipe
from mnist_core.runs import process
from mnist_core.runs import queue as run_queue
from mnist_core.runs.queue_order import dispatch_file, last_dispatched, tickets
from mnist_core.runs.run import Run
from mnist_core.runs.store import new_run
from mnist_core.workspace import data_root, workspace_of

RECIPE = find_recipe("tutorial-mlp")


@pytest.fixture
def queue(be, monkeypatch):
    """Return a function that lets visitors queue, a run for each letter; capitals: the owner."""
    monkeypatch.setattr("mnist_core.runs.queue.ensure_memory", lambda: None)

    def queue(visitors: str) -> list[Run]:
        runs = []
        for visitor in visitors:
            be(None if visitor.isupper() else visitor)
            runs.append(new_run(RECIPE, "uci-digits", state="queued"))
        return runs

    return queue


def order() -> str:
    """Return whose the waiting runs are, the next one first."""
    names = {workspace_of(letter): letter for letter in "abcdef"} | {data_root(): "O"}
    return "".join(names[ticket.workspace] for ticket in tickets())


@pytest.mark.parametrize(
    ("came", "served"),
    [
        ("", ""),
        ("abc", "abc"),
        ("aaabbc", "abcaba"),
        ("aaaaab", "abaaaa"),
        ("aabbaabb", "abababab"),
        ("OOab", "OabO"),
    ],
)
def test_nobody_s_second_run_comes_before_another_s_first(queue, came, served):
    queue(came)
    assert order() == served


def take() -> Run:
    run = run_queue.dequeue_next()
    assert run is not None
    return run


def test_who_has_just_been_served_comes_after_who_has_not(queue):
    queue("aa")
    take().set_state("finished")
    queue("b")
    assert order() == "ba"
    take().set_state("finished")
    queue("a")
    queue("b")
    assert order() == "aba"


def test_nobody_saves_up_turns_by_staying_away(queue):
    queue("aaaa")
    for _ in range(3):
        take().set_state("finished")
    queue("bbb")
    assert order() == "babb"


def test_a_run_that_leaves_makes_no_hole_and_one_that_comes_again_is_last(queue):
    a, b, c = queue("abc")
    process.leave_queue(a)
    assert order() == "bc"
    run_queue.queue_again(a, ("stopped",), "train")
    assert order() == "bca"
    assert [run_queue.queue_position(run) for run in (a, b, c)] == [3, 1, 2]


def test_how_many_come_before_a_new_run_is_known_before_it_queues(queue):
    queue("aaab")
    assert run_queue.runs_before(workspace_of("c")) == 2
    assert run_queue.runs_before(workspace_of("a")) == 4
    (run,) = queue("c")
    assert run_queue.queue_position(run) == 3


@pytest.mark.parametrize("content", ["", "x", "1 2 x"])
def test_a_damaged_ticket_keeps_nobody_waiting(queue, content):
    a, _ = queue("ab")
    a.ticket.write_text(content)
    assert order() == "b"
    assert take().workspace == workspace_of("b")


def test_a_ticket_of_an_older_version_is_still_good(queue):
    a, _ = queue("ab")
    a.ticket.write_text("1")
    assert order() == "ab"


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"round": "x"}', "\x00"])
def test_where_nobody_knows_who_was_served_it_goes_on(queue, content):
    queue("aa")
    take()
    dispatch_file().write_text(content)
    assert last_dispatched().round == 0
    queue("b")
    assert sorted(order()) == ["a", "b"]


def test_a_damaged_run_is_in_nobody_s_way(queue):
    a, b = queue("ab")
    (a.folder / "run.json").write_text("{")
    assert take() == b


def test_to_take_a_run_twice_is_impossible(queue):
    queue("a")
    take()
    assert run_queue.dequeue_next() is None
