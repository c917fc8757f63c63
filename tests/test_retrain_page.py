"""The Retrain page under AppTest: the form, and runs in every state."""

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from helpers.staged_runs import RECIPE, ROWS, report, stage_run
from streamlit.testing.v1 import AppTest

from mnist_core import Hand, Reader
from mnist_core.data.additions import Addition
from mnist_core.data.digits import Dataset
from mnist_core.data.kaggle import write_train
from mnist_core.errors import RunError
from mnist_core.locks import lock
from mnist_core.models.cards import Card
from mnist_core.models.registry import SHIPPED, checksum, own_models_dir
from mnist_core.recipes.catalog import RECIPES, find_recipe
from mnist_core.runs.run import Run
from ui.components.recipe_fields import FIELDS
from ui.components.recipe_settings import settings_of
from ui.retrain import run_samples
from ui.retrain.recipe_form import OFFERED
from ui.retrain.result_summary import format_accuracy, reference_metrics

pytestmark = pytest.mark.usefixtures("no_caches", "started")

ROOT = Path(__file__).parents[1]
N_TRAINING = 1_297 - round(1_297 / 12)  # of the uci-digits, as the quick CNN splits them


@pytest.fixture
def page() -> AppTest:
    """The form, with digits that are on every machine."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.session_state["train_on"] = "uci-digits"
    return app.switch_page("pages/retrain.py").run()


def look_at(run: Run) -> AppTest:
    """Open the page with a run in its address."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["run"] = run.id
    return app.switch_page("pages/retrain.py").run()


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click()
    app.run()
    assert not app.exception


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def page_text(app: AppTest) -> str:
    return "\n".join(
        element.value
        for element in [*app.markdown, *app.caption, *app.info, *app.warning, *app.success]
    )


def type_in(app: AppTest, setting: str, value: Any, recipe: str = "quick-cnn") -> None:
    app.get_by_key(f"{setting}-{recipe}").set_value(value).run()
    assert not app.exception


@pytest.mark.parametrize(
    ("setting", "typed", "value"),
    [
        ("epochs", 4, 4),
        ("learning_rate", 0.002, 0.002),
        ("validation_share", 25.0, 0.25),
        ("filters", "8, 16, 32", (8, 16, 32)),
        ("optimizer", "rmsprop", "rmsprop"),
    ],
)
def test_each_kind_of_field_changes_the_recipe_that_is_trained(
    page, started, setting, typed, value
):
    """Every field: tests/test_recipe_settings.py."""
    type_in(page, setting, typed)
    press(page, "Train")
    assert [run.recipe for run in started] == [
        replace(find_recipe("quick-cnn"), **{setting: value})
    ]
    assert started[0].data == "uci-digits"
    assert page.query_params["run"] == started[0].id


@pytest.mark.parametrize("name", OFFERED)
def test_a_recipe_is_asked_only_for_what_it_looks_at_and_trained_as_it_is(page, started, name):
    recipe = find_recipe(name)
    assert recipe.title in page.selectbox(key="recipe").options
    page.selectbox(key="recipe").set_value(name).run()
    shown = {field for field in FIELDS if f"{field}-{name}" in keys(page)}
    assert shown == settings_of(recipe)
    assert "All settings are the recipe's defaults." in page_text(page)
    press(page, "Train")
    assert [run.recipe for run in started] == [recipe]


def test_when_to_draw_anew_is_asked_once_something_is_drawn(page):
    redraw, outliers = "redraw_every-quick-cnn", "outliers-quick-cnn"
    assert redraw not in keys(page)
    page.number_input(key=outliers).set_value(0.5).run()
    assert redraw in keys(page)


def test_trees_which_are_only_measured_are_not_offered(page):
    assert RECIPES.keys() - OFFERED == {"forest", "boosted"}
    assert len(page.selectbox(key="recipe").options) == len(OFFERED)


def keys(app: AppTest) -> list[str | None]:
    return [widget.key for widget in [*app.number_input, *app.text_input, *app.selectbox]]


def test_momentum_is_asked_for_with_plain_gradient_descent_only(page, started):
    assert "momentum-quick-cnn" not in keys(page)
    type_in(page, "optimizer", "sgd")
    type_in(page, "momentum", 0.9)
    press(page, "Train")
    assert (started[0].recipe.optimizer, started[0].recipe.momentum) == ("sgd", 0.9)


@pytest.mark.parametrize(
    ("setting", "typed", "reason"),
    [
        ("learning_rate", None, "You entered nothing."),
        ("epochs", 10_000, "Epochs must be from 1 to 1000. You entered 10000."),
        (
            "batch_size",
            N_TRAINING + 1,
            f"must be at most {N_TRAINING:,}, the number of training digits. You entered",
        ),
        ("filters", "16, many", "separated by commas"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_what_is_allowed(
    page, started, setting, typed, reason
):
    """Every other: tests/test_recipe_settings.py."""
    type_in(page, setting, typed)
    assert reason in page.error[0].value.replace("\\", "")
    assert train_button(page).disabled
    assert not started


def train_button(app: AppTest) -> Any:
    return next(button for button in app.button if button.label == "Train")


def test_as_many_digits_as_there_are_may_be_one_batch(page, started):
    type_in(page, "batch_size", N_TRAINING)
    assert not page.error
    press(page, "Train")
    assert started[0].recipe.batch_size == N_TRAINING


def test_what_differs_from_the_recipe_is_said_and_taken_back(page, started):
    type_in(page, "epochs", 4)
    type_in(page, "hidden", "64, 32")
    assert "2 settings changed: hidden layers none → 64-32, epochs 2 → 4" in page_text(page)
    press(page, "Reset")
    assert "All settings are the recipe's defaults." in page_text(page)
    press(page, "Train")
    assert started[0].recipe == find_recipe("quick-cnn")


def test_a_refused_value_can_be_taken_back(page):
    type_in(page, "learning_rate", 10.0)
    press(page, "Reset")
    assert not page.error
    assert page.get_by_key("learning_rate-quick-cnn").value == 0.01


def test_each_recipe_keeps_what_was_typed_also_while_another_page_is_looked_at(page, started):
    type_in(page, "epochs", 4)
    page.selectbox(key="recipe").set_value("tutorial-mlp").run()
    assert page.get_by_key("epochs-tutorial-mlp").value == 10
    page.switch_page("pages/about.py").run()
    page.switch_page("pages/retrain.py").run()
    page.selectbox(key="recipe").set_value("quick-cnn").run()
    press(page, "Train")
    assert started[0].recipe == replace(find_recipe("quick-cnn"), epochs=4)


def test_time_size_and_digits_are_told_before_it_starts(page):
    assert "seconds** on this machine" in page_text(page)
    assert "1,189 training digits, 108 validation digits · 18,426 weights" in page_text(page)


def test_own_drawings_count_as_training_digits_and_never_as_validation_digits(page, data_root, uci):
    hand = Hand()
    hand.add(uci.images[0], 0)
    hand.save(data_root / "hand.json")
    page.run()
    next(t for t in page.toggle if t.label.startswith("And your drawings")).set_value(True).run()
    assert "1,321 training digits, 108 validation digits" in page_text(page)  # 132 more


def test_too_little_memory_is_refused_before_it_starts(page, monkeypatch):
    def refuse() -> None:
        raise RunError("Training needs 1.0 GB of free memory, and there are 0.3 GB.")

    monkeypatch.setattr("ui.retrain.estimate_view.ensure_memory", refuse)
    page.run()
    assert "there are 0.3 GB" in page.error[0].value
    assert train_button(page).disabled


def test_a_run_that_cannot_be_started_says_why(page, monkeypatch):
    def refuse(*arguments: Any) -> Run:
        raise RunError("Cannot write to __runs__: No space left on device.")

    monkeypatch.setattr("ui.retrain.recipe_form.start_run", refuse)
    press(page, "Train")
    assert r"Cannot write to \_\_runs\_\_" in page.error[0].value


def test_without_mnist_the_ways_out_are_told(page, monkeypatch):
    monkeypatch.setattr("ui.retrain.training_data.local_mnist", lambda: None)
    page.get_by_key("train_on").set_value("mnist").run()
    assert "MNIST is not on this machine yet" in page_text(page)
    assert "`MNIST_NPZ`" in page_text(page)
    assert "UCI digits, which need no download" in page_text(page)
    monkeypatch.setattr("ui.retrain.training_data.is_owner", lambda: False)
    page.run()
    assert "`MNIST_NPZ`" not in page_text(page)  # which only the owner can set
    assert "UCI digits, which need no download" in page_text(page)
    assert "Download MNIST" in labels(page)
    assert "Train" not in labels(page)


def test_mnist_that_is_said_to_be_where_it_is_not_is_told(page, monkeypatch):
    monkeypatch.setenv("MNIST_NPZ", "nowhere.npz")
    page.get_by_key("train_on").set_value("mnist").run()
    assert "Expected MNIST\\_NPZ to name a file" in page.error[0].value
    assert "Train" not in labels(page)


def test_a_train_csv_can_be_learned_from(page, started):
    page.get_by_key("train_on").set_value("train.csv").run()
    assert "Train" not in labels(page)
    press(page, "Try it with a small sample")
    assert "1,297 digits" in page_text(page)
    press(page, "Train")
    assert Path(started[0].data).name == "train.csv"
    assert Path(started[0].data).is_file()


def test_the_page_opens_when_there_is_nothing(page):
    assert not page.exception
    assert not page.error
    assert "Latest runs" not in [header.value for header in page.header]


def charts(app: AppTest) -> list[str]:
    return [chart.proto.alt for chart in app.get("vega_lite_chart")]


def test_a_run_that_trains_is_watched():
    run = stage_run("running")
    report(run, epoch=3, batch=25, batches=100, loss=0.25, accuracy=0.93, left=42.0)
    with lock(run.lock_file):
        app = look_at(run)
        assert "Quick CNN on UCI digits" in [header.value for header in app.header]
        bar = app.get("progress")[0].proto
        assert (bar.value, bar.text) == (56, "Epoch 3 of 4 · about 40 seconds left")
        assert [alt.partition(".")[0] for alt in charts(app)] == [
            "Accuracy after each epoch",
            "Loss after each epoch",
        ]
        assert "Training: 0.930 at epoch 2.25, Validation: 0.900 at epoch 2" in charts(app)[0]
        assert "epoch 2/4: accuracy 91.00%" in app.code[0].value
        assert "Best so far: 90.0 % validation accuracy, after epoch 2." in page_text(app)
        assert "Stop" in labels(app)


def test_it_is_watched_in_its_first_epoch_too():
    run = stage_run("running", rows=())
    with lock(run.lock_file):
        app = look_at(run)
        assert app.get("progress")[0].proto.text.startswith("Getting ready")
        assert len(charts(app)) == 2
        report(run, epoch=1, batch=50, batches=100, loss=1.5, accuracy=0.4)
        app.run()
        assert app.get("progress")[0].proto.value == 12
        assert "Training: 0.400 at epoch 0.5" in charts(app)[0]


@pytest.mark.parametrize(
    ("phase", "line"),
    [("measuring", "Evaluating the model"), ("exporting", "Exporting the model")],
)
def test_what_comes_after_the_last_epoch_is_said(phase, line):
    run = stage_run("running")
    report(run, phase=phase, epoch=4, batch=100, batches=100)
    with lock(run.lock_file):
        bar = look_at(run).get("progress")[0].proto
        assert (bar.value, bar.text) == (100, line)


def test_stop_ends_the_run_that_is_watched(monkeypatch):
    stopped: list[str] = []
    monkeypatch.setattr("ui.retrain.run_watch.stop_run", stopped.append)
    run = stage_run("running")
    with lock(run.lock_file):
        press(look_at(run), "Stop")
    assert stopped == [run.id]


def test_a_run_that_trains_is_found_without_its_address_and_after_a_reload():
    run = stage_run("running")
    with lock(run.lock_file):
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        app.switch_page("pages/retrain.py").run()
        assert "Stop" in labels(app)
        assert app.query_params["run"] == run.id
    run.set_state("failed", error="The disk is full.")
    app.run()
    assert "The disk is full." in app.error[0].value


def test_a_run_is_found_again_on_the_way_back_from_another_page():
    app = look_at(stage_run("stopped"))
    app.switch_page("pages/about.py").run()
    app.query_params.clear()
    app.switch_page("pages/retrain.py").run()
    assert "Stopped after 2 of 4 epochs" in page_text(app)


def test_a_run_that_waits_shows_its_place_and_can_leave():
    first, second = (stage_run("queued", rows=(), started="") for _ in range(2))
    app = look_at(second)
    assert "It is number 2 in the queue." in app.get("progress")[0].proto.text
    assert "It is next." in look_at(first).get("progress")[0].proto.text
    press(app, "Leave the queue")
    app.run()
    assert "It left the queue before it started." in page_text(app)
    assert "Queue again" in labels(app)
    assert not app.get("vega_lite_chart")  # it has learned nothing
    assert "Stop here and evaluate" not in labels(app)  # it has learned nothing


def test_a_run_that_was_stopped_can_go_on_or_be_made_a_model_of(monkeypatch):
    asked: list[tuple[str, str]] = []
    monkeypatch.setattr(
        "ui.retrain.run_result.continue_run", lambda run: asked.append(("continue", run))
    )
    monkeypatch.setattr(
        "ui.retrain.run_result.finish_run", lambda run: asked.append(("finish", run))
    )
    run = stage_run("stopped")
    app = look_at(run)
    assert "Stopped after 2 of 4 epochs. Its best weights are saved." in page_text(app)
    press(app, "Continue")
    press(app, "Stop here and evaluate")
    assert asked == [("continue", run.id), ("finish", run.id)]


def test_a_run_that_died_is_interrupted_and_can_continue():
    run = stage_run("running")  # but no process holds its lock
    app = look_at(run)
    assert "Interrupted after 2 of 4 epochs." in page_text(app)
    assert "perhaps because there was too little memory" in page_text(app)
    press(app, "Continue")
    assert run.status().state == "queued"
    assert "It is next." in app.get("progress")[0].proto.text


def test_a_run_that_died_says_that_epochs_are_saved_only_if_they_are():
    saved, unsaved = stage_run("running"), stage_run("running", rows=())
    assert "The finished epochs are saved." in page_text(look_at(saved))
    assert "Interrupted after 0 of 4 epochs." in page_text(look_at(unsaved))
    assert "saved" not in look_at(unsaved).warning[0].value


def test_a_run_that_failed_says_why_and_what_to_try():
    app = look_at(stage_run("failed", error="The loss is __no number__ any more."))
    assert r"The loss is \_\_no number\_\_ any more." in app.error[0].value
    assert "Change its settings and train again" in page_text(app)
    assert "Continue" in labels(app)


def test_what_cannot_continue_says_why(monkeypatch):
    def refuse(run_id: str) -> None:
        raise RunError("There are 0.3 GB of free memory.")

    monkeypatch.setattr("ui.retrain.run_result.continue_run", refuse)
    app = look_at(stage_run("stopped"))
    press(app, "Continue")
    assert "0.3 GB" in app.error[0].value


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model as a run might make it: one that ships, with another history."""
    folder = shutil.copytree(SHIPPED / "quick-cnn", tmp_path / "model")
    with (folder / "history.csv").open("a") as history:
        history.write("\n")
    card = Card.read(folder / "card.json")
    checksums = {**card.checksums, "history.csv": checksum(folder / "history.csv")}
    metrics = {"uci-digits-test": replace(card.metrics["uci-digits"], n=500)}
    data = {**card.data, "name": "uci-digits"}
    replace(card, checksums=checksums, metrics=metrics, data=data).write(folder / "card.json")
    return folder


@pytest.fixture
def finished(model: Path) -> Run:
    """A run that has made a model."""
    return stage_run("finished", model=model)


def test_a_run_that_finished_tells_how_good_it_is(finished):
    app = look_at(finished)
    assert not app.exception
    assert not app.error
    card = finished.card()
    tested = card.metrics["uci-digits-test"]
    assert f"**{tested.accuracy:.1%}".replace("%", " %") in app.success[0].value
    assert "on 500 digits that it had never seen" in app.success[0].value
    assert "| UCI digits, test set (500) |" in page_text(app)
    reference = re.search(
        r"Pen CNN, on Draw now.*\n.*\n.*\*\*(\S+?)\W%\*\* \(\S+\) \|$", page_text(app), re.M
    )
    assert 90 < float(reference[1]) < 100  # measured on these digits, for its card does not say


def test_a_finished_run_says_that_its_model_is_not_that_of_its_best_epoch(finished):
    kept = "The model is that of the last epoch."
    assert kept not in page_text(look_at(finished))
    worse = {**ROWS[1], "val_loss": 0.5}
    finished.write_history(
        [{**row, "epoch": n + 1, "seconds": 1.0} for n, row in enumerate([*ROWS, worse, worse])]
    )
    text = page_text(look_at(finished))
    assert f"Best: 90.0 % validation accuracy, after epoch 2. {kept}" in text


def test_a_finished_run_with_averaging_says_what_its_model_is(model):
    recipe = RECIPE.with_settings(["averaging=0.99", "epochs=2"])
    text = page_text(look_at(stage_run("finished", recipe=recipe, model=model)))
    assert "after epoch 2. The model has the average of its last weights." in text
    stopped = page_text(look_at(stage_run("stopped", recipe=recipe, rows=ROWS[:1])))
    assert "after epoch 1." in stopped and "average" not in stopped


def stage_run_on_file(path: Path, model: Path, *sets: str) -> Run:
    """Return a finished run on a train.csv, whose card reports on some sets."""
    card = Card.read(model / "card.json")
    metrics = dict.fromkeys(sets, card.metrics["uci-digits-test"])
    data = {**card.data, "name": "train.csv", "fingerprint": "the file's"}
    run = stage_run("finished", data=str(path), model=model)
    for folder in (run.folder, run.folder / "model"):
        replace(card, data=data, metrics=metrics).write(folder / "card.json")
    return run


def test_a_network_that_nothing_is_left_to_measure_on_is_not_praised(model, tmp_path, uci):
    write_train(tmp_path / "train.csv", uci[:60])
    app = look_at(stage_run_on_file(tmp_path / "train.csv", model))
    assert not app.exception
    assert app.success[0].value.startswith("How good it is, nobody can tell")


def on_draw_now(run: Run) -> list[str]:
    """Return the last column of a run's table of accuracies."""
    text = page_text(look_at(run))
    lines = text.partition("on Draw now")[2].splitlines()[2:]
    return [line.split(" | ")[-1] for line in lines if line.startswith("| ")]


def test_the_network_on_draw_is_measured_on_the_runs_own_test_set_only(
    model, tmp_path, uci, monkeypatch
):
    write_train(tmp_path / "train.csv", uci[:60])
    run = stage_run_on_file(tmp_path / "train.csv", model, "train.csv-test", "other.csv-test")
    monkeypatch.setattr("mnist_core.evaluation.leakage.local_mnist", lambda: None)
    assert on_draw_now(run) == ["– |", "– |"]  # the file may hold digits that it was trained on
    known = uci[30:60]
    monkeypatch.setattr("mnist_core.evaluation.leakage.training_digits", lambda name: known)
    st.cache_resource.clear()
    measured, other = on_draw_now(run)
    assert measured.endswith("), of 5 |")  # the other 5 of 10 test digits were for training
    assert other == "– |"


def test_the_card_of_the_network_on_draw_counts_for_the_same_file_only(
    model, tmp_path, uci, monkeypatch
):
    write_train(tmp_path / "train.csv", uci[:60])
    run = stage_run_on_file(tmp_path / "train.csv", model, "train.csv-test")
    card = run.card()
    folder = shutil.copytree(SHIPPED / "softmax", own_models_dir() / "mine")
    for fingerprint, expected in (("the file's", "of 10,000"), ("another file's", "–")):
        mine = Card.read(SHIPPED / "softmax" / "card.json")
        data = {"name": "train.csv", "fingerprint": fingerprint}
        metrics = {"train.csv-test": mine.metrics["mnist-test"]}
        replace(mine, data=data, metrics=metrics).write(folder / "card.json")
        reference = reference_metrics(Reader(folder), run, card)
        assert expected in format_accuracy(reference.get("train.csv-test"), 500)


def test_it_shows_digits_read_right_and_wrong(finished):
    app = look_at(finished)
    shown = [picture.proto.imgs[0].alt for picture in app.get("image")]
    alts = [alt for alt in shown if alt.endswith((": right", ": wrong"))]
    assert len(alts) == 20
    wrong = [alt for alt in alts if alt.endswith("wrong")]
    assert 0 < len(wrong) <= 8
    marks = [value.value for value in app.markdown if value.value.startswith((":green", ":red"))]
    assert [mark.startswith(":red[:material/close:") for mark in marks] == [
        alt.endswith("wrong") for alt in alts
    ]
    assert "Of 500 test digits it reads" in page_text(app)


def test_of_a_sorted_test_set_digits_of_many_kinds_are_shown(finished, uci, monkeypatch):
    by_label = uci[np.argsort(uci.labels)]
    monkeypatch.setattr(run_samples, "dataset_of", lambda data: Dataset(data, uci, by_label))
    samples = run_samples.read_samples(str(finished.model), 0, "sorted")
    right = samples.digits.labels[samples.digits.labels == samples.read]
    assert len(set(right.tolist())) > 3
    assert samples.n_read == 1_000


def test_the_test_digits_are_there_when_the_drawings_added_for_training_are_not(tmp_path):
    name = Addition(0.1, tmp_path / "hand.zip", "uci-digits").name
    assert len(run_samples.dataset_of(name).test) == 500


def test_it_can_read_on_draw_at_once(finished):
    app = look_at(finished)
    press(app, "Use it on Draw")
    assert "Clear" in labels(app)  # the canvas
    assert app.session_state["chosen_model"] == "quick-cnn-1"
    assert (own_models_dir() / "quick-cnn-1" / "model.tflite").is_file()
    app.switch_page("pages/retrain.py").run()
    press(app, "Use it on Draw")  # it is saved already, and not a second time
    assert [folder.name for folder in own_models_dir().iterdir()] == ["quick-cnn-1"]


def test_it_can_be_saved_under_a_name(finished):
    app = look_at(finished)
    app.get_by_key(f"save-{finished.id}").set_value("mine").run()
    press(app, "Save")
    assert (own_models_dir() / "mine" / "card.json").is_file()
    assert "Saved as **mine**" in page_text(app)
    assert "Save" not in labels(app)


def test_how_it_learned_is_a_link_to_its_curves(finished):
    app = look_at(finished)
    link = next(link for link in app.get("page_link") if link.proto.label == "How it learned")
    assert (link.proto.page, link.proto.query_string) == ("curves", f"networks={finished.id}")


def test_what_it_gets_wrong_is_shown_for_the_model_it_is_saved_as(finished):
    app = look_at(finished)
    press(app, "What it gets wrong")
    assert app.title[0].value == "Misclassifications"
    assert app.query_params["model"] == "quick-cnn-1"
    assert (own_models_dir() / "quick-cnn-1" / "model.tflite").is_file()


def test_a_network_that_cannot_be_is_refused(page):
    page.selectbox(key="recipe").set_value("pen-cnn").run()
    type_in(page, "filters", "32", "pen-cnn")
    assert "at least three filters" in page.error[0].value
    assert train_button(page).disabled


@pytest.mark.parametrize(
    ("name", "reason"),
    [("pen-cnn", "already"), ("../mine", "Expected a model's name"), ("", "Expected a model's")],
)
def test_a_name_that_cannot_be_is_refused(finished, name, reason):
    app = look_at(finished)
    app.get_by_key(f"save-{finished.id}").set_value(name).run()
    press(app, "Save")
    assert reason in app.error[0].value
    assert not own_models_dir().exists()


def test_other_runs_are_listed_and_can_be_opened(finished):
    stopped = stage_run("stopped")
    app = look_at(finished)
    assert app.button(key=f"open-{stopped.id}").label == "Quick CNN on UCI digits"
    assert "stopped · best 90.0 %" in page_text(app)
    app.button(key=f"open-{stopped.id}").click().run()
    assert "Stopped after 2 of 4 epochs" in page_text(app)
    assert app.query_params["run"] == stopped.id


def ask_to_delete(run: Run, watched: str) -> AppTest:
    """Open the dialog, which AppTest would close with every other run of the page."""

    def script(run_id: str) -> None:
        from mnist_core.runs.store import open_run
        from ui.retrain.run_deletion import ask_to_delete

        ask_to_delete(open_run(run_id))

    app = AppTest.from_function(script, args=(run.id,), default_timeout=60)
    app.session_state["selected_run"] = watched
    return app.run()


def test_one_is_asked_twice_before_a_run_is_deleted(finished):
    stopped = stage_run("stopped")
    app = look_at(finished)
    app.button(key=f"delete-{stopped.id}").click().run()
    assert "Quick CNN on UCI digits" in page_text(app)
    assert "This cannot be undone" in page_text(app)
    press(ask_to_delete(stopped, finished.id), "Cancel")
    assert stopped.folder.exists()


@pytest.mark.parametrize("looks_at_it", [True, False])
def test_a_deleted_run_is_gone_and_only_it(finished, looks_at_it):
    stopped = stage_run("stopped")
    app = ask_to_delete(stopped, stopped.id if looks_at_it else finished.id)
    next(button for button in app.button if button.label == "Delete the run").click().run()
    assert not stopped.folder.exists()
    assert finished.folder.exists()
    assert app.session_state["selected_run"] == ("" if looks_at_it else finished.id)


def test_what_goes_on_cannot_be_deleted():
    run = stage_run("running")
    with lock(run.lock_file):
        app = look_at(run)
        assert "Delete" not in labels(app)
        assert f"delete-{run.id}" not in [button.key for button in app.button]


def test_a_run_whose_time_was_over_says_so():
    app = look_at(stage_run("stopped", error="It reached the time limit of 15 minutes."))
    assert "reached the time limit of 15 minutes" in page_text(app)


def test_another_can_be_trained_while_one_goes_on(started):
    run = stage_run("running")
    with lock(run.lock_file):
        app = look_at(run)
        press(app, "Train another")
        assert "run" not in app.query_params
        app.get_by_key("train_on").set_value("uci-digits").run()
        assert "one run is ahead of this one. It will wait." in page_text(app)
        press(app, "Train")
        assert "It is next." in app.get("progress")[0].proto.text
    assert len(started) == 1


def test_the_settings_of_a_run_can_be_changed_for_another(started):
    recipe = find_recipe("tutorial-mlp").with_settings(["epochs=3", "hidden=32"])
    app = look_at(stage_run("stopped", recipe=recipe))
    press(app, "Change its settings")
    type_in(app, "seed", 5, "tutorial-mlp")
    press(app, "Train")
    assert [run.recipe for run in started] == [replace(recipe, seed=5)]
    assert started[0].data == "uci-digits"


@pytest.mark.parametrize("run_id", ["no-such-run", "../models"])
def test_a_run_that_is_gone_is_told_and_the_form_is_there(run_id):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["run"] = run_id
    app.switch_page("pages/retrain.py").run()
    assert not app.exception
    assert f"There is no run {run_id}" in app.error[0].value
    assert "Recipe" in [box.label for box in app.selectbox]


def test_a_damaged_run_is_told():
    run = stage_run("stopped")
    (run.folder / "run.json").write_text("{")
    app = look_at(run)
    assert not app.exception
    assert "is damaged" in app.error[0].value


def test_trees_that_were_trained_elsewhere_are_shown_without_a_model(model):
    run = stage_run("finished", recipe=find_recipe("forest"), rows=())
    (run.folder / "card.json").write_bytes((model / "card.json").read_bytes())
    app = look_at(run)
    assert not app.exception
    assert "Its accuracy is **" in app.success[0].value
    assert "Use it on Draw" not in labels(app)
