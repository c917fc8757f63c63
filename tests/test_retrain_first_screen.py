"""The first screen of Retrain: a recipe, a time and one button; and what is folded below."""

import threading
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.recipes.catalog import RECIPES, find_recipe
from mnist_core.runs import machine_speed
from mnist_core.runs.estimate import SPEED
from mnist_core.runs.machine_speed import REFERENCE_SPEED
from ui.components.recipe_fields import FIELDS
from ui.components.recipe_settings import CHANGED, differs
from ui.retrain.recipe_form import OFFERED, RECIPE_HELP
from ui.retrain.recipe_summaries import SUMMARIES

pytestmark = pytest.mark.usefixtures("no_caches", "started")

ROOT = Path(__file__).parents[1]


@pytest.fixture
def open_form() -> Any:
    def open_form() -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        app.session_state["train_on"] = "uci-digits"
        return app.switch_page("pages/retrain.py").run()

    return open_form


def texts(app: Any) -> str:
    return "\n".join(element.value for element in [*app.markdown, *app.caption])


def train_button(app: AppTest) -> Any:
    return next(button for button in app.button if button.label == "Train")


def test_one_press_leads_from_the_page_to_a_training_network(open_form, started):
    page = open_form()
    train_button(page).click().run()
    assert [run.recipe for run in started] == [find_recipe("quick-cnn")]


def test_nothing_but_the_recipe_is_asked_for_outside_the_settings(open_form):
    page = open_form()
    folded = {widget.key for widget in widgets(page.expander[0])}
    asked = {widget.key for widget in widgets(page)} - folded
    assert page.expander[0].label == "Settings"
    assert asked == {"recipe"}
    assert len(folded) > 11


def widgets(part: Any) -> list[Any]:
    return [*part.selectbox, *part.number_input, *part.text_input]


def test_the_settings_stand_in_groups(open_form):
    page = open_form()
    groups = [f"**{name}**" for name in ("Training", "Validation and chance", "Network")]
    assert set(groups) <= {element.value for element in page.expander[0].markdown}


def test_the_first_help_is_about_recipes_and_every_one_says_what_it_is(open_form):
    page = open_form()
    assert page.selectbox(key="recipe").help == RECIPE_HELP
    assert "orest" not in RECIPE_HELP
    assert set(SUMMARIES) == set(OFFERED)
    for name in ("quick-cnn", "softmax"):
        page.selectbox(key="recipe").set_value(name).run()
        assert SUMMARIES[name] in texts(page)


@pytest.mark.parametrize("name", RECIPES)
def test_no_title_promises_a_time(name):
    assert "second" not in RECIPES[name].title
    assert "minute" not in RECIPES[name].title


@pytest.mark.parametrize(
    ("slower", "told"), [(1, "About 10 seconds"), (10, "About 2 minutes"), (100, "minutes")]
)
def test_the_time_told_is_that_of_this_machine(monkeypatch, open_form, slower, told):
    monkeypatch.setattr(machine_speed, "measure_speed", lambda: REFERENCE_SPEED / slower)
    line = next(m.value for m in open_form().markdown if "on this machine" in m.value)
    assert told in line


def test_a_time_is_told_where_the_speed_cannot_be_measured(monkeypatch, open_form):
    monkeypatch.setattr(machine_speed, "measure_speed", lambda: None)
    assert "on this machine" in texts(open_form())


def test_one_can_train_while_the_speed_is_measured(monkeypatch, open_form, started):
    measured = threading.Event()

    def measure() -> float:
        measured.wait(30)
        return REFERENCE_SPEED

    monkeypatch.setattr(machine_speed, "measure_speed", measure)
    page = open_form()
    assert "Measuring how fast this machine is" in texts(page)
    assert "on this machine" not in texts(page)
    assert not train_button(page).disabled
    measured.set()
    page.run()
    assert "on this machine" in texts(page)
    train_button(page).click().run()
    assert started


def test_the_speed_is_measured_once_for_all_visitors(monkeypatch, open_form):
    calls: list[int] = []

    def measure() -> float:
        calls.append(1)
        return REFERENCE_SPEED

    monkeypatch.setattr(machine_speed, "measure_speed", measure)
    open_form()
    open_form().run()
    assert len(calls) == 1


def test_a_run_notes_how_fast_the_machine_was(monkeypatch):
    from ui.retrain import scheduler

    monkeypatch.setattr(machine_speed, "measure_speed", lambda: 3e10)
    run = scheduler.start_run(find_recipe("quick-cnn"), "uci-digits")
    assert run.values()[SPEED] == 3e10


def test_a_field_says_what_the_recipe_has_and_is_marked_where_it_differs(open_form):
    page = open_form()
    epochs = page.number_input(key="epochs-quick-cnn")
    assert epochs.help.endswith("The recipe's value: 2.")
    assert epochs.label == "Epochs"
    epochs.set_value(4).run()
    assert page.number_input(key="epochs-quick-cnn").label == f"Epochs {CHANGED}"
    assert page.number_input(key="epochs-quick-cnn").value == 4
    page.number_input(key="epochs-quick-cnn").set_value(2).run()
    assert page.number_input(key="epochs-quick-cnn").label == "Epochs"


@pytest.mark.parametrize("setting", FIELDS)
def test_untouched_no_field_is_marked(setting):
    from ui.components.recipe_settings import as_typed

    for recipe in RECIPES.values():
        own = getattr(recipe, setting)
        assert not differs(setting, as_typed(setting, own), own)


@pytest.mark.parametrize(
    ("setting", "typed", "own"),
    [
        ("epochs", None, 2),
        ("epochs", 3, 2),
        ("validation_share", 25.0, 1 / 12),
        ("validation_share", None, 1 / 12),
        ("filters", "16, many", (16, 32)),
        ("filters", "16", (16, 32)),
        ("optimizer", "sgd", "adam"),
    ],
)
def test_what_was_typed_differs(setting, typed, own):
    assert differs(setting, typed, own)
