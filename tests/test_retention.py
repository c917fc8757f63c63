"""What visitors have not looked at for long goes, the oldest first."""

import os
import time

import pytest

from mnist_core.locks import lock
from mnist_core.recipes.catalog import find_recipe
from mnist_core.runs.limits import Limits
from mnist_core.runs.queue_order import give_up_ticket
from mnist_core.runs.retention import DAY, RECENT, SEEN, clean_workspaces, last_seen, mark_seen
from mnist_core.runs.run import Run
from mnist_core.runs.store import list_runs, new_run
from mnist_core.workspace import all_workspaces, data_root, workspace_of

RECIPE = find_recipe("tutorial-mlp")
LIMITS = Limits(
    runs=10, waiting=2, all_waiting=20, minutes=15, megabytes=200, all_megabytes=1, days=7
)
HOUR = 3600


def age(folder, seconds: float) -> None:
    """Let a folder look as if nobody had looked at it for so long."""
    then = time.time() - seconds
    (folder / SEEN).touch()
    for path in (folder / SEEN, folder):
        os.utime(path, (then, then))


def old_run(hours: float, size: int = 400_000, state: str = "finished") -> Run:
    run = new_run(RECIPE, "uci-digits", state="queued" if state == "queued" else "running")
    (run.folder / "best.keras").write_bytes(bytes(size))
    if state not in ("queued", "running"):
        run.set_state(state)
    age(run.folder, hours * HOUR)
    return run


def test_a_space_that_nobody_uses_goes_with_all_that_is_in_it(be):
    for token, days in (("a", 6.9), ("b", 7.1)):
        old_run(1, 10) if be(token) else None
        age(workspace_of(token), days * DAY)
    assert clean_workspaces(LIMITS) == [workspace_of("b")]
    assert all_workspaces() == [data_root(), workspace_of("a")]
    assert [path.name for path in (data_root() / "visitors").iterdir()] == [workspace_of("a").name]


def test_a_space_in_which_a_run_goes_on_stays(be):
    be("a")
    run = old_run(1, 10, "running")
    waiting = workspace_of("b")
    be("b")
    old_run(1, 10, "queued")
    for folder in (run.workspace, waiting):
        age(folder, 30 * DAY)
    with lock(run.lock_file):
        assert clean_workspaces(LIMITS) == []
    assert clean_workspaces(LIMITS) == [run.workspace]


def test_when_room_is_short_the_oldest_runs_go_whosesoever_and_no_more_than_must(be):
    ages = {("a", 5): None, ("a", 2): None, ("b", 4): None, ("b", 3): None}
    for token, hours in ages:
        be(token)
        ages[token, hours] = old_run(hours)
    removed = clean_workspaces(LIMITS)  # 1.7 MB, of which 1 MB may stay
    assert removed == [ages["a", 5].folder, ages["b", 4].folder]
    be("a")
    assert list_runs() == [ages["a", 2]]
    assert clean_workspaces(LIMITS) == []


def test_what_goes_on_waits_or_was_just_looked_at_stays_however_short_room_is(be):
    be("a")
    waiting, training = old_run(9, 900_000, "queued"), old_run(9, 900_000, "running")
    looked_at = old_run(9, 900_000)
    mark_seen(looked_at.folder)
    with lock(training.lock_file):
        assert clean_workspaces(LIMITS) == []
    assert {run.id for run in list_runs()} == {waiting.id, training.id, looked_at.id}


def test_uploads_go_too_unless_a_run_may_need_them(be):
    mine = be("a")
    upload = mine / "uploads" / "1f"
    upload.mkdir(parents=True)
    (upload / "train.csv").write_bytes(bytes(2_000_000))
    age(upload, HOUR)
    run = old_run(1, 10, "queued")
    assert clean_workspaces(LIMITS) == []
    give_up_ticket(run)
    run.set_state("stopped")
    age(run.folder, RECENT / 2)
    assert clean_workspaces(LIMITS) == [upload]


def test_what_is_the_owner_s_stays(be):
    be(None)
    run = old_run(1000, 5_000_000)
    be("a")
    age(new_run(RECIPE, "uci-digits").workspace, DAY)
    assert clean_workspaces(LIMITS) == []
    assert run.folder.is_dir()


def test_a_look_is_noted_and_at_most_once_a_minute(be):
    run = old_run(5) if be("a") else None
    mark_seen(run.folder)
    seen = last_seen(run.folder)
    assert seen > time.time() - 60
    os.utime(run.folder / SEEN, (seen - 30, seen - 30))
    mark_seen(run.folder)
    assert last_seen(run.folder) == pytest.approx(seen - 30, abs=1)


def test_a_visitor_who_has_left_nothing_gets_no_folder(be):
    mark_seen(be("a"))
    assert not workspace_of("a").exists()


def test_without_visitors_there_is_nothing_to_tidy():
    assert clean_workspaces(LIMITS) == []


def test_uploads_are_deleted_after_a_day_unless_a_run_may_need_them(be):
    be("a")
    run = old_run(1, 10, "running")
    uploads = run.workspace / "uploads"
    for name, days in (("old", 1.1), ("new", 0.9)):
        (uploads / name).mkdir(parents=True)
        age(uploads / name, days * DAY)
    with lock(run.lock_file):
        clean_workspaces(LIMITS)
        assert (uploads / "old").is_dir()
    run.set_state("finished")
    clean_workspaces(LIMITS)
    assert [path.name for path in uploads.iterdir()] == ["new"]
