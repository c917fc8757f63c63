"""The learning wall: its sample, its file, when it looks, and what three trainers write."""

from dataclasses import replace

import numpy as np
import pytest

from mnist_core.data.datasets import load_dataset
from mnist_core.data.digits import Digits
from mnist_core.recipes.catalog import find_recipe
from mnist_core.recipes.splits import split
from mnist_core.runs import learning_wall
from mnist_core.runs.learning_wall import (
    OF_EACH,
    Wall,
    WallReport,
    empty_wall,
    read_wall,
    wall_sample,
    write_wall,
)
from mnist_core.runs.report import SILENT
from mnist_core.runs.status import Epoch, Step
from mnist_core.runs.store import new_run

NAN = float("nan")


@pytest.fixture
def test_digits() -> Digits:
    return load_dataset("uci-digits").test


def test_the_sample_is_ten_of_each_digit(test_digits):
    sample = wall_sample(test_digits)
    assert np.bincount(sample.labels).tolist() == [OF_EACH] * 10
    assert sample.labels.tolist() == sorted(sample.labels.tolist())


def test_the_sample_depends_on_the_test_set_alone(test_digits):
    first, again = wall_sample(test_digits), wall_sample(test_digits)
    assert first.fingerprint() == again.fingerprint()
    other = wall_sample(test_digits[np.arange(1, len(test_digits))])
    assert other.fingerprint() != first.fingerprint()


def test_no_network_is_trained_on_the_sample(test_digits):
    dataset = load_dataset("uci-digits")
    sample = {image.tobytes() for image in wall_sample(dataset.test).images}
    for part in split(dataset.train, find_recipe("quick-cnn")):
        assert sample.isdisjoint(image.tobytes() for image in part.images)


def test_of_few_digits_all_are_in_the_sample(test_digits):
    few = test_digits[np.flatnonzero(test_digits.labels == 3)[:4]]
    assert len(wall_sample(few)) == 4


def test_a_wall_is_read_as_it_was_written(tmp_path, test_digits):
    wall = empty_wall(test_digits).with_look(0, np.zeros(100, int))
    write_wall(tmp_path / "wall.npz", wall)
    again = read_wall(tmp_path / "wall.npz")
    assert again is not None
    assert again.digits.fingerprint() == wall.digits.fingerprint()
    assert again.epochs.tolist() == [0]
    assert again.right(0).tolist() == (wall.digits.labels == 0).tolist()


@pytest.mark.parametrize("content", [None, b"", b"damaged"])
def test_without_a_file_that_can_be_read_there_is_no_wall(tmp_path, content):
    if content is not None:
        (tmp_path / "wall.npz").write_bytes(content)
    assert read_wall(tmp_path / "wall.npz") is None


def test_a_wall_of_other_sizes_counts_as_damaged(tmp_path, test_digits):
    wall = empty_wall(test_digits).with_look(0, np.zeros(100, int))
    write_wall(tmp_path / "wall.npz", replace(wall, read=wall.read[:, :50]))
    assert read_wall(tmp_path / "wall.npz") is None


def test_an_epoch_that_is_repeated_replaces_what_came_after_it(test_digits):
    wall = empty_wall(test_digits)
    for epoch in (0, 0.5, 1, 2, 3):
        wall = wall.with_look(epoch, np.full(100, epoch))
    again = wall.with_look(2, np.full(100, 9))
    assert again.epochs.tolist() == [0, 0.5, 1, 2]
    assert again.read[-1].tolist() == [9] * 100


class Clock:
    """A clock of a test, instead of the module `time`."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(learning_wall, "time", clock)
    return clock


def epoch_of(number: int) -> Epoch:
    return Epoch(number, 0.1, 0.9, NAN, NAN, 1.0)


def looks(path) -> list[float]:
    wall = read_wall(path)
    assert wall is not None
    return [round(float(epoch), 3) for epoch in wall.epochs]


def test_it_looks_at_most_twice_a_second_and_after_the_last_epoch(tmp_path, test_digits, clock):
    path = tmp_path / "wall.npz"
    report = WallReport(path, test_digits, lambda images: np.zeros(len(images)), SILENT, 4)
    for batch in range(33, 64):
        clock.now += 0.125
        report.step(Step(1, 4, batch, 100))
    seen = [0, 0.36, 0.4, 0.44, 0.48, 0.52, 0.56, 0.6]
    assert looks(path) == seen
    report.epoch(epoch_of(1))
    clock.now += 0.5
    report.epoch(epoch_of(2))
    report.step(Step(3, 4, 5, 10))  # only in the first epoch
    report.epoch(epoch_of(3))
    report.epoch(epoch_of(4))
    assert looks(path) == [*seen, 2, 4]


def test_it_looks_more_often_at_the_very_first_batches_but_writes_no_more(
    tmp_path, test_digits, clock
):
    path = tmp_path / "wall.npz"
    report = WallReport(path, test_digits, lambda images: np.zeros(len(images)), SILENT, 4)
    for batch in range(1, 21):
        clock.now += 0.01
        report.step(Step(1, 4, batch, 100))
    assert looks(path) == [0]
    clock.now += 0.5
    report.step(Step(1, 4, 21, 100))
    assert looks(path) == [0, 0.04, 0.08, 0.16, 0.21]


def test_where_a_look_takes_long_there_are_fewer(tmp_path, test_digits, clock):
    def read(images: np.ndarray) -> np.ndarray:
        clock.now += 1
        return np.zeros(len(images))

    path = tmp_path / "wall.npz"
    report = WallReport(path, test_digits, read, SILENT, 1000)
    for epoch in range(1, 200):
        clock.now += 1
        report.epoch(epoch_of(epoch))
    spent = len(looks(path)) - 1
    assert 0 < spent <= 199 * 2 * learning_wall.COST


def test_a_run_that_goes_on_keeps_its_wall(tmp_path, test_digits, clock):
    path = tmp_path / "wall.npz"
    for first, last in ((1, 2), (3, 4)):
        report = WallReport(path, test_digits, lambda images: np.zeros(len(images)), SILENT, 4)
        for epoch in range(first, last + 1):
            clock.now += 1
            report.epoch(epoch_of(epoch))
    assert looks(path) == [0, 1, 2, 3, 4]


def test_a_run_that_goes_on_without_its_wall_does_not_call_it_untrained(tmp_path, test_digits):
    path = tmp_path / "wall.npz"
    report = WallReport(path, test_digits, lambda images: np.zeros(len(images)), SILENT, 3, done=2)
    report.epoch(epoch_of(3))
    assert looks(path) == [2, 3]


def test_a_full_disk_does_not_stop_the_training(tmp_path, test_digits):
    missing = tmp_path / "gone" / "wall.npz"
    report = WallReport(missing, test_digits, lambda images: np.zeros(len(images)), SILENT, 4)
    report.epoch(epoch_of(1))
    assert not missing.exists()


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("quick-cnn", ["epochs=2", "filters=4,8"]),
        ("scratch-mlp", ["epochs=20"]),
    ],
)
@pytest.mark.usefixtures("no_mnist")
def test_a_training_leaves_its_wall(name, settings):
    from mnist_core.training.pipeline import train

    recipe = find_recipe(name).with_settings(settings)
    run = new_run(recipe, "uci-digits")
    dataset = load_dataset("uci-digits")
    train(run, dataset)
    wall = read_wall(run.wall_file)
    assert isinstance(wall, Wall)
    assert wall.digits.fingerprint() == wall_sample(dataset.test).fingerprint()
    assert (wall.epochs[0], wall.epochs[-1]) == (0, recipe.epochs)
    assert run.model is not None


@pytest.mark.tensorflow
@pytest.mark.usefixtures("no_mnist")
def test_what_is_fitted_at_one_go_has_nothing_to_watch():
    from mnist_core.training.pipeline import train

    run = new_run(find_recipe("softmax").with_settings(["epochs=3"]), "uci-digits")
    train(run, load_dataset("uci-digits"))
    assert read_wall(run.wall_file) is None


@pytest.mark.tensorflow
@pytest.mark.usefixtures("no_mnist")
def test_watching_changes_nothing_in_a_training(monkeypatch):
    from mnist_core.training import trainers
    from mnist_core.training.checkpoints import load_checkpoint
    from mnist_core.training.pipeline import train

    recipe = find_recipe("quick-cnn").with_settings(["epochs=2", "filters=4,8", "dropout=0.3"])
    weights = []
    for watched in (trainers.watched, lambda job, report, read, done: report):
        monkeypatch.setattr(trainers, "watched", watched)
        run = new_run(recipe, "uci-digits")
        train(run, load_dataset("uci-digits"))
        weights.append(load_checkpoint(run.checkpoint).get_weights())
    for one, other in zip(*weights, strict=True):
        np.testing.assert_array_equal(one, other)
