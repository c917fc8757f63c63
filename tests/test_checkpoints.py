"""A run killed between the files of an epoch: history and networks agree when it goes on."""

import keras
import numpy as np
import pytest
from helpers.staged_runs import Listener

from mnist_core.data.datasets import load_dataset
from mnist_core.runs.history import best_row
from mnist_core.runs.status import Epoch
from mnist_core.runs.store import new_run
from mnist_core.training import checkpoints
from mnist_core.training.checkpoints import (
    best_network,
    epoch_of,
    reconcile,
    save_epoch,
    save_if_best,
    save_initial,
)
from mnist_core.training.networks import build_network
from mnist_core.training.pipeline import train

LOSSES = [0.5, 0.3, 0.4, 0.2]


class KilledError(BaseException):
    """What nobody catches, as nobody catches SIGKILL."""


@pytest.fixture
def run(tiny_recipe):
    return new_run(tiny_recipe.with_settings(["epochs=5"]), "uci-digits")


def network_of(run, epoch: int) -> keras.Model:
    """Return a network whose last weights are the number of its epoch."""
    network = build_network(run.recipe)
    last = network.trainable_weights[-1]
    last.assign(np.full(last.shape, epoch, np.float32))
    return network


def epoch_in(network: keras.Model) -> int:
    """Return the number that `network_of` gave to a network."""
    return int(network.get_weights()[-1].max())


def epoch(number: int) -> Epoch:
    return Epoch(number, 1.0, 0.5, LOSSES[number - 1], 0.5, 1.0)


def keep(run, number: int) -> None:
    save_epoch(run, epoch(number), network_of(run, number))


def kill_before(monkeypatch, step: str) -> None:
    def kill(*_):
        raise KilledError

    monkeypatch.setattr(checkpoints, step, kill)


def keep_and_kill(run, monkeypatch, number: int, step: str) -> None:
    """Keep the epochs up to a number, the last of them only until a step."""
    for earlier in range(1, number):
        keep(run, earlier)
    with monkeypatch.context() as patch:
        kill_before(patch, step)
        with pytest.raises(KilledError):
            keep(run, number)


@pytest.mark.parametrize("number", [1, 2, 4])
def test_killed_before_the_best_network_is_copied_it_is_the_checkpoints(run, monkeypatch, number):
    keep_and_kill(run, monkeypatch, number, "atomic_copy")
    assert best_row(run.history())["epoch"] == number
    assert epoch_of(run.best) != number
    assert epoch_in(best_network(run)) == number
    assert len(run.history()) == number


@pytest.mark.parametrize(("number", "best"), [(2, 1), (3, 2), (4, 2)])
def test_killed_before_the_checkpoint_the_epoch_is_forgotten(run, monkeypatch, number, best):
    keep_and_kill(run, monkeypatch, number, "save_checkpoint")
    assert len(run.history()) == number
    assert epoch_in(best_network(run)) == best
    assert best_row(run.history())["epoch"] == best
    assert len(run.history()) == number - 1


def test_killed_before_the_first_checkpoint_nothing_was_learned(run, monkeypatch):
    keep_and_kill(run, monkeypatch, 1, "save_checkpoint")
    best_network(run)
    assert run.history() == []


def test_stopped_before_the_first_checkpoint_the_weights_are_those_of_that_moment(run, monkeypatch):
    keep_and_kill(run, monkeypatch, 1, "save_checkpoint")
    save_initial(run, network_of(run, 1))
    assert epoch_in(best_network(run)) == 1
    assert len(run.history()) == 1


def test_what_agrees_is_left_as_it_is(run):
    for number in (1, 2, 3):
        keep(run, number)
    before = [run.best.stat().st_mtime_ns, run.best.read_bytes(), run.history()]
    reconcile(run)
    assert [run.best.stat().st_mtime_ns, run.best.read_bytes(), run.history()] == before
    assert epoch_in(best_network(run)) == 2


def test_files_that_do_not_say_their_epoch_are_left_alone(run):
    for number in (1, 2):
        keep(run, number)
    network_of(run, 7).save(run.checkpoint)  # as an older version wrote it
    reconcile(run)
    assert epoch_in(best_network(run)) == 2
    assert len(run.history()) == 2


def test_a_run_that_goes_on_first_keeps_the_best_network_it_had(run, monkeypatch):
    dataset, seen = load_dataset("uci-digits"), []
    with monkeypatch.context() as patch:
        kill_before(patch, "atomic_copy")
        with pytest.raises(KilledError):
            train(run, dataset)
    assert not run.best.exists()

    def stop(step):
        seen.append((step.epoch, epoch_of(run.best)))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(run, dataset, report=Listener(step=stop))
    assert seen == [(2, 1)]


def test_killed_before_the_last_checkpoint_the_last_epoch_is_trained_again(
    tiny_recipe, monkeypatch
):
    run, dataset = new_run(tiny_recipe, "uci-digits"), load_dataset("uci-digits")
    with monkeypatch.context() as patch:
        kill_before(patch, "save_checkpoint")
        with pytest.raises(KilledError):
            train(run, dataset)
    assert len(run.history()) == run.recipe.epochs
    seen = []

    def stop(step):
        seen.append(step.epoch)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(run, dataset, report=Listener(step=stop))
    assert seen == [run.recipe.epochs]


def test_in_numpy_a_best_epoch_in_the_history_always_has_its_network(tiny_recipe, monkeypatch):
    run = new_run(tiny_recipe, "uci-digits")
    save_if_best(run, epoch(1), lambda: network_of(run, 1))
    monkeypatch.setattr(type(run), "record", lambda *_: (_ for _ in ()).throw(KilledError))
    with pytest.raises(KilledError):
        save_if_best(run, epoch(2), lambda: network_of(run, 2))
    assert epoch_of(run.best) == 2
    assert [row["epoch"] for row in run.history()] == [1]


def test_a_copy_of_the_checkpoint_can_be_loaded(run):
    keep(run, 1)
    assert epoch_of(run.checkpoint) == epoch_of(run.best) == 1
    assert run.checkpoint.read_bytes() == run.best.read_bytes()
    assert sorted(path.name for path in run.folder.glob(".new-*")) == []
