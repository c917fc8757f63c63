"""What a visitor may have: every limit, and that it is said."""

from dataclasses import replace

import pytest

from mnist_core.errors import LimitError
from mnist_core.locks import lock
from mnist_core.models.registry import SHIPPED
from mnist_core.recipes.catalog import RECIPES, find_recipe
from mnist_core.runs.limits import (
    Limits,
    check_queue_limit,
    check_run_limit,
    check_server_disk,
    check_visitor_disk,
    room_for,
)
from mnist_core.runs.queue_order import Ticket, give_up_ticket, record_dispatch
from mnist_core.runs.store import new_run
from mnist_core.workspace import size_of, workspace_of

RECIPE = find_recipe("tutorial-mlp")
LIMITS = Limits(runs=3, waiting=2, all_waiting=4, minutes=15, megabytes=2, all_megabytes=5, days=7)
MB = 1_000_000


def queue(n: int) -> list:
    return [new_run(RECIPE, "uci-digits", state="queued") for _ in range(n)]


def test_as_many_runs_as_are_kept_and_no_more(be):
    mine = be("a")
    for _ in range(LIMITS.runs):
        check_run_limit(mine, LIMITS)
        new_run(RECIPE, "uci-digits")
    with pytest.raises(LimitError, match="may keep 3 runs here, and you have that many. Delete"):
        check_run_limit(mine, LIMITS)
    check_run_limit(be("b"), LIMITS)  # what another has does not count


def test_a_visitor_has_so_many_places_in_the_queue(be):
    mine = be("a")
    queue(1)
    check_queue_limit(mine, LIMITS)
    queue(1)
    with pytest.raises(LimitError, match="may have 2 runs waiting or training at once here"):
        check_queue_limit(mine, LIMITS)
    check_queue_limit(be("b"), LIMITS)


def test_what_trains_has_a_place_too(be):
    mine = be("a")
    first, _ = queue(2)
    give_up_ticket(first)
    record_dispatch(Ticket(1, 1, first.folder))
    check_queue_limit(mine, LIMITS)
    with (
        lock(first.lock_file),
        pytest.raises(LimitError, match="2 runs waiting or training at once"),
    ):
        check_queue_limit(mine, LIMITS)


def test_what_has_ended_has_no_place_though_something_else_trains(be):
    mine = be("a")
    first, _ = queue(2)
    give_up_ticket(first)
    record_dispatch(Ticket(1, 1, first.folder))
    be("b")
    others = new_run(RECIPE, "uci-digits")  # started in a terminal
    with lock(others.lock_file):
        check_queue_limit(mine, LIMITS)
        with pytest.raises(LimitError, match="At most 2 runs"):
            check_queue_limit(mine, replace(LIMITS, all_waiting=2))


def test_the_server_has_so_many_places_in_the_queue(be):
    for token in ("a", "b"):
        be(token)
        queue(2)
    with pytest.raises(LimitError, match="At most 4 runs may wait or train at once on this server"):
        check_queue_limit(be("c"), LIMITS)


def test_one_is_said_as_one(be):
    with pytest.raises(LimitError, match="may have 0 runs waiting"):
        check_queue_limit(be("a"), replace(LIMITS, waiting=0))
    new_run(RECIPE, "uci-digits")
    with pytest.raises(LimitError, match="keep 1 run here"):
        check_run_limit(be("a"), replace(LIMITS, runs=1))


def test_a_visitor_has_so_much_of_the_disk(be):
    mine = be("a")
    (mine / "uploads").mkdir(parents=True)
    (mine / "uploads" / "train.csv").write_bytes(bytes(1_500_000))
    check_visitor_disk(mine, LIMITS, 500_000)
    with pytest.raises(
        LimitError, match=r"about 1 MB\. Each visitor has 2 MB here, and you have used 2 MB of it"
    ):
        check_visitor_disk(mine, LIMITS, 500_001)
    check_visitor_disk(be("b"), LIMITS, 2 * MB)


def test_all_visitors_together_have_so_much_of_the_disk():
    for token in "abc":
        workspace_of(token).mkdir(parents=True)
        (workspace_of(token) / "much").write_bytes(bytes(1_500_000))
    check_server_disk(LIMITS, 500_000)
    with pytest.raises(LimitError, match="the 5 MB for all visitors of this server are used up"):
        check_server_disk(LIMITS, 500_001)


@pytest.mark.parametrize("name", [path.name for path in SHIPPED.iterdir() if path.is_dir()])
def test_a_run_is_allowed_more_room_than_its_model_takes(name):
    if name in RECIPES:
        assert room_for(RECIPES[name]) > 2 * size_of(SHIPPED / name)


def test_a_network_that_would_fill_the_disk_is_known_before_it_is_trained():
    huge = find_recipe("quick-cnn").with_settings(["hidden=4096,4096,4096"])
    assert room_for(huge) > 1_000 * MB
    assert room_for(find_recipe("quick-cnn")) < 5 * MB


@pytest.mark.tensorflow
@pytest.mark.slow
def test_a_run_takes_no_more_room_than_it_was_allowed(tiny_recipe, no_mnist):
    from mnist_core.data.datasets import load_dataset
    from mnist_core.training.pipeline import train

    for recipe in (tiny_recipe, tiny_recipe.with_settings(["hidden=256,256", "epochs=2"])):
        run = new_run(recipe, "uci-digits")
        train(run, load_dataset("uci-digits"))
        assert size_of(run.folder) < room_for(recipe)
