"""The learning wall on the page: its picture, its words, and when it is there."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.staged_runs import stage_run
from streamlit.testing.v1 import AppTest

from mnist_core.data.datasets import load_dataset
from mnist_core.locks import lock
from mnist_core.recipes.catalog import find_recipe
from mnist_core.runs.learning_wall import Wall, empty_wall, write_wall
from mnist_core.runs.run import Run
from ui.retrain import wall_picture
from ui.retrain.learning_wall import alt_text, describe_look, moment, title_of
from ui.retrain.wall_picture import GREEN, RED, RED_PAPER, corner_of, draw_empty_wall, draw_wall

pytestmark = pytest.mark.usefixtures("no_caches", "started")

ROOT = Path(__file__).parents[1]


@pytest.fixture
def wall() -> Wall:
    """Three looks: all wrong but the nines, then right but for one 4, then for one 7."""
    wall = empty_wall(load_dataset("uci-digits").test)
    labels = wall.digits.labels
    first, second, third = np.full(100, 9), labels.copy(), labels.copy()
    second[40], third[70] = 9, 1
    return wall.with_look(0, first).with_look(0.02, second).with_look(1, third)


def look_at(run: Run) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["run"] = run.id
    return app.switch_page("pages/retrain.py").run()


def alts(app: AppTest) -> list[str]:
    return [picture.proto.imgs[0].alt for picture in app.get("image")]


def captions(app: AppTest) -> str:
    return "\n".join(caption.value for caption in app.caption)


def pixel(picture, place: int, x: int, y: int) -> tuple[int, ...]:
    left, top = corner_of(place)
    return picture.getpixel((left + x, top + y))[:3]


def test_right_and_wrong_differ_by_more_than_colour(wall):
    picture = draw_wall(wall, 1)
    assert pixel(picture, 40, 5, 5) == RED_PAPER
    assert pixel(picture, 40, -2, 20) == RED
    assert pixel(picture, 40, wall_picture.SIDE, wall_picture.SIDE) == RED  # what it read is here
    plain = draw_wall(replace(wall, read=np.tile(wall.digits.labels, (3, 1))), 1)
    grey, usual = picture.convert("L"), plain.convert("L")
    assert np.abs(np.asarray(grey, int) - np.asarray(usual, int)).max() > 60


def test_what_has_just_turned_right_is_framed_and_what_was_right_is_not(wall):
    picture = draw_wall(wall, 2)
    assert pixel(picture, 40, -2, 20) == GREEN
    assert picture.getpixel((corner_of(41)[0] - 2, corner_of(41)[1] + 20))[3] == 0


def test_nothing_moves_when_the_first_look_arrives(wall):
    assert draw_empty_wall().size == draw_wall(wall, 0).size
    few = wall.digits[np.arange(7)]
    small = Wall(few, wall.epochs, wall.read[:, :7])
    assert draw_wall(small, 0).size == draw_empty_wall().size


def test_a_look_is_told_in_words(wall):
    assert describe_look(wall, 0) == "Before training: **10 of 100 right**"
    assert describe_look(wall, 1) == (
        "After 2.0 % of epoch 1: **99 of 100 right** (+89, \N{MINUS SIGN}0)"
    )
    assert describe_look(wall, 2) == ("After 1 epoch: **99 of 100 right** (+1, \N{MINUS SIGN}1)")
    assert alt_text(wall, 2) == "A hundred test digits, 99 of 100 read right. Wrong: a 7 as 1."


@pytest.mark.parametrize(
    ("epoch", "words"),
    [
        (0, "Before training"),
        (0.25, "After 25 % of epoch 1"),
        (1, "After 1 epoch"),
        (12, "After 12 epochs"),
    ],
)
def test_a_moment_is_told(epoch, words):
    assert moment(epoch) == words


def test_a_small_test_set_has_a_smaller_wall(wall):
    few = Wall(wall.digits[np.arange(7)], wall.epochs, wall.read[:, :7])
    assert title_of(few) == "7 test digits"


def test_while_it_trains_the_latest_look_is_shown(wall):
    run = stage_run("running")
    with lock(run.lock_file):
        app = look_at(run)
        assert "No digit is read yet." in alts(app)
        write_wall(run.wall_file, wall.until(0.5))
        app.run()
        assert not app.select_slider
        assert "After 2.0 % of epoch 1: **99 of 100 right**" in captions(app)
        assert any("Wrong: a 4 as 9" in alt for alt in alts(app))


def test_once_it_has_ended_one_can_go_back(wall):
    run = stage_run("stopped")
    write_wall(run.wall_file, wall)
    app = look_at(run)
    assert "After 1 epoch: **99 of 100 right**" in captions(app)
    app.select_slider(key=f"look-{run.id}").set_value(0).run()
    assert "Before training: **10 of 100 right**" in captions(app)
    assert not app.exception


def test_runs_of_older_versions_have_no_wall():
    app = look_at(stage_run("stopped"))
    assert not app.select_slider
    assert not any("test digits" in alt for alt in alts(app))
    assert not app.exception


@pytest.mark.parametrize(
    ("recipe", "data"), [("softmax", "uci-digits"), ("quick-cnn", "every:train.csv")]
)
def test_no_wall_is_announced_for_what_is_fitted_at_one_go_or_leaves_no_test_digit(recipe, data):
    run = stage_run("running", recipe=find_recipe(recipe), data=data)
    with lock(run.lock_file):
        assert "No digit is read yet." not in alts(look_at(run))
