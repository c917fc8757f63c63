"""After a training: what the network makes of a heart, and the way to try a letter."""

import shutil
from pathlib import Path

import pytest
from helpers.staged_runs import stage_run
from streamlit.testing.v1 import AppTest

from mnist_core import load_reader
from mnist_core.models.registry import SHIPPED
from mnist_core.recipes.catalog import find_recipe
from mnist_core.runs.run import Run
from ui.retrain.outlier_lesson import draw_outliers

pytestmark = pytest.mark.usefixtures("no_caches", "started")

ROOT = Path(__file__).parents[1]


def look_at(run: Run) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["run"] = run.id
    return app.switch_page("pages/retrain.py").run()


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def readings(app: AppTest) -> list[str]:
    shown = [picture.proto.imgs[0].alt for picture in app.get("image")]
    return [alt for alt in shown if alt.startswith(("A heart", "A star", "The letter"))]


def test_the_drawings_are_the_same_every_time_and_pen_cnn_rejects_them_all():
    reader = load_reader("pen-cnn")
    assert len(draw_outliers()) == 4
    for picture in draw_outliers().values():
        assert picture.shape == (280, 280)
        assert reader.read(picture).verdict == "not a digit"


def test_a_network_that_has_seen_only_digits_reads_a_heart_as_0():
    app = look_at(stage_run("finished", model=SHIPPED / "quick-cnn"))
    assert not app.exception
    assert readings(app)[0].startswith("A heart, read as 0, ")
    assert readings(app)[2].startswith("The letter A, read as 4, ")
    assert "It has seen nothing but digits" in "\n".join(m.value for m in app.markdown)


def test_a_letter_can_be_tried_on_draw_with_that_network():
    app = look_at(stage_run("finished", model=SHIPPED / "quick-cnn"))
    next(button for button in app.button if button.label == "Try a letter").click().run()
    assert not app.exception
    assert app.session_state["chosen_model"] == "quick-cnn"  # a copy of it is there already


def test_a_network_that_learned_to_reject_needs_no_such_lesson():
    recipe = find_recipe("pen-cnn")
    app = look_at(stage_run("finished", recipe=recipe, model=SHIPPED / "pen-cnn"))
    assert not app.exception
    assert "Try a letter" not in labels(app)
    assert not readings(app)


def test_a_damaged_model_is_told():
    run = stage_run("finished", model=SHIPPED / "quick-cnn")
    shutil.copy(SHIPPED / "softmax" / "model.tflite", run.folder / "model")
    app = look_at(run)
    assert not app.exception
    assert "damaged" in app.error[0].value
