"""The Sweep page: what it asks for, what it refuses, the trials as they end, and the best one."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.errors import RecipeError
from mnist_core.locks import lock
from mnist_core.models.cards import Card
from mnist_core.recipes.catalog import RECIPES
from mnist_core.runs.status import Epoch
from mnist_core.sweeps.space import parse_variations
from mnist_core.sweeps.sweep import Sweep, list_sweeps, new_sweep
from ui.sweep import sweep_form, sweep_runner
from ui.sweep.parallel_chart import points
from ui.sweep.suggestions import OFFERED, suggestion, variable_settings

pytestmark = pytest.mark.usefixtures("no_caches", "no_mnist")

ROOT = Path(__file__).parents[1]
RATES = ("0.0001", "0.001", "0.01")


@pytest.fixture
def app(tiny_model: Path, data_root: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The Sweep page, where a sweep starts a process that ends at once."""
    monkeypatch.setattr(
        sweep_runner, "launch_sweep", lambda sweep: subprocess.Popen([sys.executable, "-c", ""])
    )
    shutil.copytree(tiny_model, data_root / "models" / "pen-cnn")
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    return app.switch_page("pages/sweep.py")


@pytest.fixture
def ended(tiny_model: Path) -> Sweep:
    """A sweep of three networks that has ended; the second is the best and has made a model."""
    sweep = new_sweep(
        RECIPES["quick-cnn"],
        "uci-digits",
        vary=("learning_rate=1e-4..1e-2", "filters=4,8/8,16"),
        seeds=(0,),
        trials=3,
        minutes=5,
    )
    for i, rate in enumerate(RATES):
        settings = {"learning_rate": rate, "filters": ("4,8", "8,16")[i % 2]}
        run = sweep.run_of(str(i), settings, 0)
        run.record(Epoch(1, 0.5, 0.9, 0.4, (0.9, 0.97, 0.8)[i], 2.0))
        run.set_state("finished", started=f"2026-01-01T00:00:0{i}+00:00")
    shutil.copytree(tiny_model, sweep.workspace / "runs" / f"{sweep.id}-1" / "model")
    card = Card.read(tiny_model / "card.json")
    card.write(sweep.workspace / "runs" / f"{sweep.id}-1" / "card.json")
    sweep.set_importance({"learning_rate": 0.75, "filters": 0.25})
    return sweep


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    app.run()
    assert not app.exception
    return app


def field(app: AppTest, label: str):
    return next(one for one in [*app.text_input, *app.number_input] if one.label == label)


def test_a_sweep_is_started_with_what_was_typed(app):
    app.run()
    field(app, "Learning rate").set_value("0.001..0.1")
    field(app, "Seeds").set_value("0-1")
    field(app, "Networks").set_value(8)
    field(app, "Minutes at most").set_value(7)
    press(app, "Start the sweep")
    (sweep,) = list_sweeps()
    assert (sweep.recipe, sweep.data) == (RECIPES["quick-cnn"], "uci-digits")
    assert (sweep.vary, sweep.seeds) == (("learning_rate=0.001..0.1",), (0, 1))
    assert (sweep.trials, sweep.minutes) == (8, 7)
    assert app.header[0].value == "Quick CNN: learning rate"


@pytest.mark.parametrize(
    ("label", "typed", "words"),
    [
        ("Learning rate", "0.1..0.001", "smaller number to a larger one"),
        ("Learning rate", "fast", "a number"),
        ("Seeds", "4-0", "from small to large"),
    ],
)
def test_what_is_wrong_is_said_and_starts_nothing(app, label, typed, words):
    app.run()
    field(app, label).set_value(typed)
    press(app, "Start the sweep")
    assert words in app.error[0].value
    assert field(app, label).value == typed
    assert not list_sweeps()


def test_only_one_sweep_runs_at_a_time(app, ended, monkeypatch):
    monkeypatch.setattr(sweep_runner, "is_active", lambda sweep: True)
    app.run()
    press(app, "Start the sweep")
    assert "Another sweep is running" in app.error[0].value
    assert list_sweeps() == [ended]


def test_without_ray_it_says_how_to_install_it(app, monkeypatch):
    monkeypatch.setattr(sweep_form, "is_installed", lambda module: module != "ray")
    app.run()
    assert "needs ray" in app.info[0].value and "pip install '.[cluster]'" in app.info[0].value
    assert not app.button


def test_the_best_is_first_and_is_used_on_draw(app, ended):
    app.query_params["sweep"] = ended.id
    app.run()
    assert not app.exception
    table = app.dataframe[0].value
    assert list(table["Accuracy"]) == pytest.approx([97, 90, 80])
    assert list(table["Learning rate"]) == ["0.001", "0.0001", "0.01"]
    assert list(table["Filters"]) == ["8-16", "4-8", "4-8"]
    assert "Learning rate 75%, Filters 25%" in app.markdown[0].value
    press(app, "Use the best on Draw")
    assert app.session_state["chosen_model"] == "pen-cnn"  # where the same model is saved


def test_a_sweep_that_ended_early_goes_on(app, ended, monkeypatch):
    resumed = []
    monkeypatch.setattr(sweep_runner, "start", lambda sweep: resumed.append(sweep.id))
    ended.add_ended("0")
    app.query_params["sweep"] = ended.id
    app.run()
    assert "2 networks of 3 left to train" in "".join(one.value for one in app.caption)
    press(app, "Go on")
    assert resumed == [ended.id]
    for trial in "12":
        ended.add_ended(trial)
    app.run()
    assert not any(button.label == "Go on" for button in app.button)


@pytest.fixture
def begun() -> Sweep:
    """A sweep whose process has ended without a word before its first network."""
    sweep = new_sweep(
        RECIPES["quick-cnn"], "uci-digits", vary=("learning_rate=1e-4..1e-2",), seeds=(0,), trials=3
    )
    sweep.output.write_bytes(b"")
    return sweep


@pytest.mark.parametrize("reason", ["", "It reached the time limit of 5 minutes."])
def test_a_sweep_that_was_stopped_before_its_first_network_was_not_killed(app, begun, reason):
    app.query_params["sweep"] = begun.id
    app.run()
    assert "was killed" in app.error[0].value
    begun.stop_mark.write_text(reason)
    app.run()
    assert app.info[0].value == f"{reason or 'It was stopped.'} No network was trained."
    assert not app.error


def test_networks_that_wait_are_not_counted_as_trained(app, begun):
    for i, rate in enumerate(RATES):
        begun.run_of(str(i), {"learning_rate": rate}, 0)
    run = begun.run_of("0", {"learning_rate": RATES[0]}, 0)
    run.record(Epoch(1, 0.5, 0.9, 0.4, 0.9, 2.0))
    run.set_state("stopped", started="2026-01-01T00:00:00+00:00")
    begun.add_ended("0")
    app.query_params["sweep"] = begun.id
    with lock(begun.lock_file):
        app.run()
    assert app.get("progress")[0].proto.text == "1 of 3 networks trained"
    assert list(app.dataframe[0].value["State"]) == ["stopped", "waiting", "waiting"]
    assert app.dataframe[0].value["Accuracy"].isna().tolist() == [False, True, True]


def test_an_earlier_sweep_is_found_again(app, ended):
    app.run()
    press(app, "Quick CNN: learning rate, filters")
    assert app.header[0].value == "Quick CNN: learning rate, filters"
    press(app, "Start another")
    assert any(button.label == "Start the sweep" for button in app.button)


def test_a_sweep_over_what_no_form_asks_for_is_shown_too(app):
    sweep = new_sweep(
        RECIPES["quick-cnn"], "uci-digits", vary=("network=quick-cnn/mlp",), seeds=(0,), trials=2
    )
    for i, network in enumerate(("quick-cnn", "mlp")):
        run = sweep.run_of(str(i), {"network": network}, 0)
        run.record(Epoch(1, 0.5, 0.9, 0.4, (0.9, 0.8)[i], 2.0))
        run.set_state("finished", started="2026-01-01T00:00:00+00:00")
    app.run()
    press(app, "Quick CNN: network")
    assert app.header[0].value == "Quick CNN: network"
    assert list(app.dataframe[0].value["Network"]) == ["quick-cnn", "mlp"]


def test_a_sweep_that_is_gone_is_said(app):
    app.query_params["sweep"] = "nothing"
    app.run()
    assert "There is no sweep nothing" in app.error[0].value


@pytest.mark.usefixtures("deployed")
def test_a_visitor_sees_no_sweep(app, ended):
    app.query_params["sweep"] = ended.id
    app.run()
    assert not app.exception
    assert not app.dataframe and not any(one.label == "Go on" for one in app.button)
    assert "for the owner" in app.markdown[0].value


def test_a_line_crosses_each_axis_where_its_value_lies(ended):
    lines = [row for row in points(ended, ended.combinations()) if row["kind"] == "line"]
    at = {(row["axis"], row["accuracy"]): row["place"] for row in lines}
    assert at["Learning rate", 0.97] == pytest.approx(0.5)  # the middle of a logarithmic axis
    assert [at["Accuracy", score] for score in (0.8, 0.97)] == pytest.approx([0, 1])
    assert at["Filters", 0.97] == 1


@pytest.mark.parametrize("name", OFFERED)
def test_every_suggestion_is_one_that_a_sweep_takes(name):
    recipe = OFFERED[name]
    settings = variable_settings(recipe)
    assert "learning_rate" in settings and "averaging" not in settings
    for setting in settings:
        try:
            parse_variations(recipe, (f"{setting}={suggestion(recipe, setting)}",))
        except RecipeError as problem:
            pytest.fail(f"{setting}={suggestion(recipe, setting)}: {problem}")
