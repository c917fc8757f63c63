"""Training on every digit of a train.csv: nothing is held back, and nothing measures it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.staged_runs import stage_run
from streamlit.testing.v1 import AppTest

from mnist_core.data.datasets import load_dataset
from mnist_core.data.digits import Digits
from mnist_core.data.kaggle import EVERY_DIGIT, write_train
from mnist_core.errors import DataError
from mnist_core.models.registry import SHIPPED
from mnist_core.recipes.catalog import find_recipe
from mnist_core.runs.learning_wall import read_wall
from mnist_core.runs.store import new_run
from ui.components.uploads import check_train
from ui.retrain.training_data import data_of_upload

pytestmark = pytest.mark.usefixtures("no_caches", "started")

ROOT = Path(__file__).parents[1]


@pytest.fixture
def train_csv(tmp_path: Path, uci: Digits) -> Path:
    write_train(tmp_path / "train.csv", uci[:240])
    return tmp_path / "train.csv"


@pytest.fixture
def page(train_csv: Path) -> AppTest:
    """The Kaggle page with a train.csv of 240 digits."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.switch_page("pages/kaggle.py").run()
    app.file_uploader[0].upload("mine.csv", train_csv.read_bytes())
    return app.run()


def texts(app: AppTest) -> str:
    return "\n".join(element.value for element in [*app.markdown, *app.caption])


def press_train(app: AppTest) -> None:
    next(button for button in app.button if button.label == "Train").click().run()
    assert not app.exception


def test_nothing_is_held_back(train_csv, uci):
    every, usual = (load_dataset(f"{start}{train_csv}") for start in (EVERY_DIGIT, ""))
    assert (len(every.train), len(every.test)) == (240, 0)
    assert (len(usual.train), len(usual.test)) == (200, 40)
    assert every.in_order().fingerprint() == uci[:240].fingerprint()


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(DataError, match=r"Received: none\.csv, which"):
        load_dataset(f"{EVERY_DIGIT}{tmp_path / 'none.csv'}")


def test_the_page_says_what_is_held_back(page, started):
    assert "A sixth of the file, 40 digits, is held back" in texts(page)
    press_train(page)
    assert not started[0].data.startswith(EVERY_DIGIT)
    assert started[0].recipe == find_recipe("tutorial-mlp")


def test_every_digit_is_trained_on_where_one_wants_it(page, started):
    page.toggle(key="every-digit").set_value(True).run()
    assert "trains on all 240 digits" in texts(page)
    assert "240 training digits · " in texts(page)
    keys = [widget.key for widget in [*page.number_input, *page.selectbox]]
    assert not {"validation_share-tutorial-mlp", "split-tutorial-mlp"} & set(keys)
    press_train(page)
    assert started[0].data.startswith(EVERY_DIGIT)
    assert started[0].recipe == replace(find_recipe("tutorial-mlp"), validation_share=0)
    assert "It is next." in page.get("progress")[0].proto.text


def test_what_comes_of_it_claims_no_accuracy_on_such_digits(train_csv):
    run = stage_run("finished", data=f"{EVERY_DIGIT}{train_csv}", model=SHIPPED / "quick-cnn")
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["run"] = run.id
    app.switch_page("pages/retrain.py").run()
    assert not app.exception
    assert not app.error
    assert "None is left to say how good it is" in app.success[0].value
    assert "Its accuracy is" not in app.success[0].value


@pytest.mark.tensorflow
@pytest.mark.usefixtures("no_mnist")
def test_it_really_trains_and_is_measured_on_other_digits_only(train_csv):
    from mnist_core.training.pipeline import train

    recipe = find_recipe("tutorial-mlp").with_settings(
        ["epochs=1", "hidden=16", "validation_share=0"]
    )
    run = new_run(recipe, f"{EVERY_DIGIT}{train_csv}")
    card = train(run, load_dataset(run.data))
    assert card.data["trained_on"] == 240
    assert {"train.csv-test", "held-out"}.isdisjoint(card.metrics)
    assert read_wall(run.wall_file) is None


def test_a_file_with_a_test_set_of_its_own_keeps_that_one_back(uci, tmp_path):
    digits = {"x_train": uci.images[:100], "y_train": uci.labels[:100]}
    np.savez(tmp_path / "d.npz", **digits, x_test=uci.images[100:130], y_test=uci.labels[100:130])
    upload = check_train(tmp_path / "d.npz", "d.npz")
    assert (upload.n, upload.n_test, data_of_upload(upload).n) == (130, 30, 100)
    dataset = load_dataset(str(tmp_path / "d.npz"))
    assert (len(dataset.train), len(dataset.test)) == (100, 30)
