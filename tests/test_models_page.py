"""The Models page, and what it changes on Draw."""

import shutil
import subprocess
from dataclasses import replace
from math import nan
from pathlib import Path

import pytest
from helpers.staged_runs import stage_run
from streamlit.testing.v1 import AppTest

from mnist_core.errors import RunError
from mnist_core.models.cards import Calibration, Card
from mnist_core.models.registry import SHIPPED, own_models_dir, set_default_model
from ui.base.wording import NARROW
from ui.components import resources
from ui.components.drawing import Drawing
from ui.models import model_files
from ui.models.model_words import (
    calibration_cells,
    day,
    describe_calibration,
    describe_judge,
    megabytes,
    milliseconds,
    story,
)

pytestmark = pytest.mark.usefixtures("no_caches")

ROOT = Path(__file__).parents[1]


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two small models that ship: the default one, and another."""
    for name in ("pen-cnn", "quick-cnn"):
        shutil.copytree(SHIPPED / "quick-cnn", tmp_path / name)
    monkeypatch.setattr("mnist_core.models.registry.SHIPPED", tmp_path)
    return tmp_path


@pytest.fixture
def mine(shipped: Path, data_root: Path) -> Path:
    """A model of one's own."""
    return Path(shutil.copytree(SHIPPED / "softmax", data_root / "models" / "mine"))


def open_models(model: str | None = None, **address: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    app.switch_page("pages/models.py")
    for name, value in ({"model": model} if model else {}).items() | address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    app.run()
    assert not app.exception
    return app


def ask(question: str, chosen: str | None = None) -> AppTest:
    """Open a dialog about the model mine, which AppTest would close with every other run."""

    def script(question: str) -> None:
        from ui.models import model_actions

        getattr(model_actions, question)("mine")

    app = AppTest.from_function(script, args=(question,), default_timeout=30)
    app.session_state["chosen_model"] = chosen
    return app.run()


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def page_text(app: AppTest) -> str:
    return "\n".join(element.value for element in [*app.header, *app.markdown, *app.caption])


def badges(app: AppTest) -> str:
    return "\n".join(markdown.value for markdown in app.markdown if "badge[" in markdown.value)


# What it shows


def test_without_any_model_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("mnist_core.models.registry.SHIPPED", tmp_path / "nothing")
    app = open_models()
    assert "There is no model yet" in app.info[0].value


def test_the_default_model_is_shown_first(shipped):
    app = open_models()
    assert app.selectbox(key="model").value == "pen-cnn"
    assert "In use on Draw" in badges(app)
    assert "Rename" not in labels(app)
    assert "Delete" not in labels(app)


def test_a_card_is_told_in_words(mine):
    app = open_models("mine")
    card = Card.read(mine / "card.json")
    assert "Trained on 60,000 digits of MNIST" in page_text(app)
    tiles = {tile.label: tile.value for tile in app.metric}
    assert tiles["MNIST's test set"] == f"{card.metrics['mnist-test'].accuracy * 100:.2f} %"
    assert tiles["Weights"] == "7,850"
    assert tiles["Time per digit"].endswith(" ms")
    low, high = card.metrics["mnist-test"].interval
    assert f"95 % interval {low * 100:.2f} to {high * 100:.2f} %" in page_text(app)
    assert "| Output | 10 | 7,850 |" in page_text(app)


def test_the_weights_of_the_layers_add_up_to_those_of_the_card():
    from mnist_core.recipes.layer_plan import layers_of

    for folder in SHIPPED.glob("[!.]*"):
        card = Card.read(folder / "card.json")
        assert sum(layer.parameters for layer in layers_of(card.recipe)) == card.parameters


def test_the_model_in_the_address_is_shown(mine):
    assert open_models("mine").selectbox(key="model").value == "mine"


def test_an_unknown_model_in_the_address_is_told(shipped):
    app = open_models("nowhere")
    assert "no model nowhere" in app.warning[0].value
    assert app.selectbox(key="model").value == "pen-cnn"


@pytest.mark.parametrize("file", ["model.tflite", "model.keras", "card.json"])
def test_a_damaged_model_is_shown_as_damaged_and_can_be_deleted(mine, file):
    (mine / file).write_bytes(b"damaged")
    app = open_models("mine")
    assert "damaged" in app.error[0].value
    assert "train the model again" in app.error[0].value
    assert not {"Use on Draw", "Rename", "Make model.h5"} & set(labels(app))
    assert not app.get("download_button")
    assert "Delete mine" in labels(press(app, "Delete"))
    press(ask("ask_to_delete"), "Delete mine")
    assert not mine.exists()


def test_an_incomplete_model_is_listed_too(mine):
    (mine / "model.tflite").unlink()
    app = open_models("mine")
    assert "incomplete" in app.error[0].value
    assert "Delete" in labels(app)


def test_a_model_deleted_while_one_looks_at_it_is_told(mine):
    app = open_models("mine")
    shutil.rmtree(mine)
    app.run()
    assert not app.exception
    assert app.selectbox(key="model").value == "pen-cnn"


def test_a_model_replaced_while_one_looks_at_it_is_shown_anew(mine):
    app = open_models("mine")
    shutil.rmtree(mine)
    shutil.copytree(SHIPPED / "tutorial-mlp", mine)
    app.run()
    assert app.header[0].value == "The tutorial's network"
    assert {tile.label: tile.value for tile in app.metric}["Weights"] == "118,282"


# What one can do


def test_a_model_is_chosen_for_draw_and_given_back(mine):
    app = press(open_models("mine"), "Use on Draw")
    assert app.session_state["chosen_model"] == "mine"
    assert "In use on Draw" in badges(app)
    app.switch_page("pages/draw.py").run()
    assert [link.label for link in app.page_link] == ["Read by mine"]
    press(app, "Back to pen-cnn")
    assert app.session_state["chosen_model"] is None
    assert not app.page_link


def test_nobody_else_sees_the_choice(mine):
    press(open_models("mine"), "Use on Draw")
    another = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    assert not another.page_link


def test_one_is_asked_twice_before_a_model_is_deleted(mine):
    assert "Delete mine" in labels(press(open_models("mine"), "Delete"))
    assert mine.exists()
    app = press(ask("ask_to_delete", "mine"), "Delete mine")
    assert not mine.exists()
    assert app.session_state["chosen_model"] is None


def test_it_is_kept_when_one_thinks_again(mine):
    press(ask("ask_to_delete", "mine"), "Cancel")
    assert mine.exists()


def test_deleting_it_twice_is_told(mine):
    app = ask("ask_to_delete")
    shutil.rmtree(mine)
    press(app, "Delete mine")
    assert "no model mine" in app.error[0].value


def test_one_s_own_model_is_renamed_and_goes_on_reading(mine):
    assert "Rename mine" in labels(press(open_models("mine"), "Rename"))
    app = ask("ask_for_new_name", "mine")
    app.text_input[0].set_value("yours").run()
    press(app, "Rename mine")
    assert not mine.exists()
    assert Card.read(own_models_dir() / "yours" / "card.json").name == "yours"
    assert app.session_state["chosen_model"] == "yours"
    assert app.session_state["model_to_see"] == "yours"


def test_what_has_been_renamed_is_shown_under_its_new_name(mine):
    app = open_models("mine")
    mine.rename(mine.with_name("yours"))
    app.session_state["model_to_see"] = "yours"
    app.run()
    assert app.selectbox(key="model").value == "yours"
    assert not app.warning


@pytest.mark.parametrize("name", ["pen-cnn", "../../etc", "A Model", ""])
def test_a_name_that_cannot_be_is_refused(mine, name):
    app = ask("ask_for_new_name")
    app.text_input[0].set_value(name).run()
    press(app, "Rename mine")
    assert app.error
    assert mine.exists()


def test_the_name_of_a_model_that_is_being_trained_is_not_given_away(mine):
    stage_run("queued", name="yours")
    app = ask("ask_for_new_name")
    app.text_input[0].set_value("yours").run()
    press(app, "Rename mine")
    assert "yours is being trained already" in app.error[0].value
    assert mine.exists()


# Compare


def test_two_models_are_compared(mine):
    app = open_models("mine", beside="quick-cnn")
    assert "| Weights | 7,850 | 18,426 |" in page_text(app)
    assert "| Epochs | 100 | 2 |" in page_text(app)
    assert "MNIST's test set: **quick-cnn** is better" in page_text(app)
    assert "Draw a digit on the Draw page" in page_text(app)


def test_equal_models_are_told_to_be_equal(shipped):
    app = open_models("pen-cnn", beside="quick-cnn")
    assert "about equally good" in page_text(app)


def test_both_readings_of_a_drawing_are_shown(mine, seven):
    from PIL import Image

    from ui.components.pictures import encode_png

    app = open_models("mine", beside="quick-cnn")
    drawing = Drawing()
    drawing.replace([{}], encode_png(Image.fromarray(255 - seven)))
    app.session_state["drawing"] = drawing
    app.run()
    assert not app.exception
    assert "mine: **" in page_text(app)
    assert "quick-cnn: **I read 7**" in page_text(app)
    bars = [html for html in app.get("html") if "Probability of each digit" in html.proto.body]
    assert len(bars) == 2


def test_a_damaged_model_is_not_compared(mine):
    (mine / "model.tflite").write_bytes(b"damaged")
    app = open_models("quick-cnn", beside="mine")
    assert "damaged" in app.error[0].value


# Download


def test_the_files_of_a_model_are_offered(mine):
    app = open_models("mine")
    offered = [button.proto.label for button in app.get("download_button")]
    assert offered == ["model.keras", "model.tflite", "card.json"]


def test_an_h5_is_made_by_a_process_of_its_own(mine, monkeypatch):
    def export(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        assert command[1:] == [
            *("-m", "mnist_core", "export", "--model", "mine", "-o"),
            command[-1],
        ]
        Path(command[-1]).write_bytes(b"HDF")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(model_files.subprocess, "run", export)
    app = press(open_models("mine"), "Make model.h5")
    assert "model.h5" in [button.proto.label for button in app.get("download_button")]


def test_an_h5_that_cannot_be_made_is_explained(mine, monkeypatch):
    failed = subprocess.CompletedProcess([], 1, "", "Error: The disk is full.\n")
    monkeypatch.setattr(model_files.subprocess, "run", lambda *_, **__: failed)
    app = press(open_models("mine"), "Make model.h5")
    assert "The disk is full" in app.error[0].value


def test_too_little_memory_for_an_h5_is_told(mine, monkeypatch):
    def refuse() -> None:
        raise RunError("There are 300 MB of memory free.")

    monkeypatch.setattr(model_files, "ensure_memory", refuse)
    app = press(open_models("mine"), "Make model.h5")
    assert "300 MB" in app.error[0].value


# What reads on Draw


def read_on_draw(chosen: str | None) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    app.session_state["chosen_model"] = chosen
    app.run()
    assert not app.exception
    return app


def test_a_chosen_model_that_is_gone_gives_way_to_the_default(mine):
    shutil.rmtree(mine)
    warning = read_on_draw("mine").warning[0].value
    assert "mine that you chose no longer exists" in warning
    assert "pen-cnn is used instead" in warning


def test_a_chosen_model_that_is_damaged_gives_way_to_the_default(mine):
    (mine / "model.tflite").write_bytes(b"damaged")
    warning = read_on_draw("mine").warning[0].value
    assert "damaged" in warning
    assert "pen-cnn is used instead" in warning


def test_a_model_is_loaded_once_for_all_visitors_and_anew_when_it_has_changed(mine, monkeypatch):
    loaded: list[str] = []

    def load(name: str) -> object:
        loaded.append(name)
        return object()

    monkeypatch.setattr(resources, "load_reader", load)
    first = resources.load_named_reader("mine")
    assert resources.load_named_reader("mine") is first
    assert loaded == ["mine"]
    (mine / "card.json").write_text((mine / "card.json").read_text())
    assert resources.load_named_reader("mine") is not first


def test_another_default_model_judges_at_once(data_root):
    shutil.copytree(SHIPPED / "pen-cnn", data_root / "models" / "other")
    judged = resources.load_named_reader("softmax")
    assert judged.judge.network.path.parent.name == "pen-cnn"
    set_default_model("other")
    judged = resources.load_named_reader("softmax")
    assert judged.judge.network.path.parent.name == "other"


def test_a_damaged_model_is_looked_into_once(mine, monkeypatch):
    looked: list[str] = []

    def fail(name: str) -> None:
        looked.append(name)
        raise resources.ModelError("damaged")

    monkeypatch.setattr(resources, "load_reader", fail)
    problems = []
    for _ in range(3):
        with pytest.raises(resources.ModelError, match="damaged") as problem:
            resources.load_named_reader("mine")
        problems.append(problem.value)
    assert looked == ["mine"]
    assert problems[0] is not problems[1]  # its traceback would grow with every visitor


# Its words


def test_a_card_s_words_say_what_it_says():
    card = Card.read(SHIPPED / "quick-cnn" / "card.json")
    assert "55,000 digits of MNIST" in story(card)
    assert "5,000 more as the validation set" in story(card)
    assert "validation" not in story(Card.read(SHIPPED / "softmax" / "card.json"))


@pytest.mark.parametrize(
    ("temperature", "said"), [(1.0, "about right"), (1.3, "overconfident"), (0.8, "underconfident")]
)
def test_a_temperature_is_told(temperature, said):
    card = Card.read(SHIPPED / "pen-cnn" / "card.json")
    card = replace(card, calibration=Calibration(temperature, 3.0, 0.6, "5,000 digits"))
    assert said in " ".join(describe_calibration(card))


def test_a_model_that_was_not_calibrated_says_no_more_than_is_known():
    card = Card.read(SHIPPED / "softmax" / "card.json")
    assert describe_calibration(replace(card, calibration=Calibration())) == []


def test_who_judges_what_is_a_digit_is_named(data_root):
    card = Card.read(SHIPPED / "softmax" / "card.json")
    assert describe_judge(card)[0].endswith("is judged by pen-cnn.")
    set_default_model("quick-cnn")  # which judges nothing, so that pen-cnn goes on judging
    assert describe_judge(card)[0].endswith("is judged by pen-cnn.")
    assert describe_judge(Card.read(SHIPPED / "pen-cnn" / "card.json")) == []


def test_only_a_model_that_judges_itself_is_said_to_reject():
    said = {
        name: describe_calibration(Card.read(SHIPPED / name / "card.json"))[0]
        for name in ("pen-cnn", "softmax")
    }
    assert "it rejects drawings that look less like a digit" in said["pen-cnn"]
    assert "reject" not in said["softmax"]


def test_trust_is_told_with_its_intervals():
    metrics = Card.read(SHIPPED / "softmax" / "card.json").metrics["mnist-test"]
    metrics = replace(
        metrics,
        answered=0.98,
        answered_interval=(0.9771, 0.9826),
        right_when_answered=1.0,
        right_when_answered_interval=(0.999, 1.0),
        calibration_error=0.0019,
        calibration_error_by_chance=(0.0008, 0.0022),
    )
    assert [cell.replace(NARROW, " ") for cell in calibration_cells(metrics)] == [
        "**98.00 %** (97.71–98.26)",
        "**100.00 %** (99.90–100.00)",
        "**0.19** (0.08–0.22)",
    ]


def test_of_no_answers_none_are_said_to_be_right():
    metrics = Card.read(SHIPPED / "softmax" / "card.json").metrics["mnist-test"]
    nothing = replace(metrics, answered=0.0, right_when_answered=nan)
    assert calibration_cells(nothing)[1] == "–"


def test_figures_are_told_as_people_read_them():
    assert (day("2026-11-20T12:00:00+00:00"), day("")) == ("20 November 2026", "an unknown day")
    assert (megabytes(79_588), megabytes(4_804_524)) == ("80 kB", "4.8 MB")
    assert (milliseconds(0.00014), milliseconds(0.0123)) == ("0.14 ms", "12.3 ms")
