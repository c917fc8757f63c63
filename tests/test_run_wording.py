"""How a run is put into words."""

from datetime import UTC, datetime

import pytest
from helpers.staged_runs import stage_run

from mnist_core.recipes.catalog import find_recipe
from mnist_core.runs.status import Phase, Status
from ui.components.run_wording import (
    best_epoch,
    describe_run,
    duration,
    format_share,
    progress_line,
    run_title,
    share_done,
    time_ago,
)

NAN = float("nan")


def status(phase: Phase, **values: object) -> Status:
    known = {"epoch": 0, "epochs": 4, "batch": 0, "batches": 0, "trained_epochs": 0, "left": None}
    rest = {"loss": NAN, "accuracy": NAN, "seconds": 0.0, "error": "", "started": ""}
    return Status(**{"state": "running", "phase": phase, **known, **rest, **values})


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "a few seconds"),
        (9.9, "a few seconds"),
        (12, "about 10 seconds"),
        (53, "about 55 seconds"),
        (70, "about a minute"),
        (95, "about 2 minutes"),
        (3_000, "about 50 minutes"),
        (3_400, "about an hour"),
        (9_000, "about 2 hours"),
    ],
)
def test_a_time_is_told_as_precisely_as_it_is_known(seconds, words):
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("started", "words"),
    [
        ("", ""),
        ("2026-11-20T11:59:50+00:00", "just now"),
        ("2026-11-20T11:59:00+00:00", "1 minute ago"),
        ("2026-11-20T09:30:00+00:00", "2 hours ago"),
        ("2026-11-17T09:30:00+00:00", "3 days ago"),
        ("2026-11-21T12:00:00+00:00", "just now"),  # the clock was set back
    ],
)
def test_a_moment_is_told_by_how_long_ago_it_was(started, words):
    assert time_ago(started, datetime(2026, 11, 20, 12, tzinfo=UTC)) == words


@pytest.mark.parametrize(
    ("now", "share"),
    [
        (status("starting"), 0),
        (status("starting", trained_epochs=2), 0.5),  # one that continues
        (status("training", epoch=1, batch=5, batches=10), 0.125),
        (status("training", epoch=3, batch=5, batches=10, trained_epochs=2), 0.625),
        (status("training", epoch=4, batch=10, batches=10, trained_epochs=4), 1),
        (status("training", epoch=9, batch=10, batches=10), 1),
        (status("measuring"), 1),
        (status("exporting"), 1),
    ],
)
def test_the_bar_moves_within_an_epoch(now, share):
    assert share_done(now) == share


def test_the_time_left_is_told_as_soon_as_it_is_known():
    assert "takes a few minutes" in progress_line(status("drawing"))
    assert progress_line(status("training", epoch=1)) == "Epoch 1 of 4"
    assert progress_line(status("training", epoch=2, left=31.0)).endswith("about 30 seconds left")


@pytest.mark.parametrize(
    ("share", "words"), [(0, "0 %"), (1, "100 %"), (0.97, "97.0 %"), (0.9996, ">99.9 %")]
)
def test_only_all_are_called_all(share, words):
    assert format_share(share) == words


def test_the_best_epoch_has_the_lowest_validation_loss():
    row = {"epoch": 1, "loss": 1.0, "accuracy": 0.8, "val_loss": 0.5, "val_accuracy": 0.85}
    later = {**row, "epoch": 2, "val_loss": 0.6, "val_accuracy": 0.9}
    assert best_epoch([row, later]) == (1, 0.85)
    unknown = {"val_loss": NAN, "val_accuracy": NAN}
    assert best_epoch([{**row, **unknown}]) == (1, 0.8)
    assert best_epoch([]) is None


def test_a_run_is_called_by_what_it_trains_and_on_what():
    recipe = find_recipe("pen-cnn").with_settings(["epochs=3"])
    run = stage_run("stopped", recipe=recipe, data="/uploads/1f/train.csv")
    assert run_title(run) == "Pen CNN on train.csv"
    assert describe_run(run) == f"Changed: epochs {find_recipe('pen-cnn').epochs} → 3."
    plain = stage_run("stopped", recipe=find_recipe("pen-cnn"))
    assert describe_run(plain) == "With the recipe's default settings."
