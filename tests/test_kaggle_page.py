"""The Kaggle page under AppTest: good files and bad ones, a run on them, and a submission."""

import shutil
from pathlib import Path

import pytest
from helpers.staged_runs import ROWS, stage_run
from streamlit.testing.v1 import AppTest

from mnist_core.data.digits import Digits
from mnist_core.data.kaggle import write_test, write_train
from mnist_core.locks import lock
from mnist_core.models.registry import SHIPPED, own_models_dir
from mnist_core.recipes.catalog import find_recipe
from mnist_core.runs.run import Run
from ui.access import visitor_files

pytestmark = pytest.mark.usefixtures("no_caches", "started")

ROOT = Path(__file__).parents[1]


@pytest.fixture
def page() -> AppTest:
    """The page as it opens."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    return app.switch_page("pages/kaggle.py").run()


@pytest.fixture
def train_csv(tmp_path: Path, uci: Digits) -> bytes:
    write_train(tmp_path / "train.csv", uci[:240])
    return (tmp_path / "train.csv").read_bytes()


@pytest.fixture
def test_csv(tmp_path: Path, uci: Digits) -> bytes:
    write_test(tmp_path / "test.csv", uci.images[:30])
    return (tmp_path / "test.csv").read_bytes()


def hand_over(app: AppTest, content: bytes, index: int = 0) -> None:
    """Upload a file, to the first of the uploaders that there are or to another."""
    app.file_uploader[index].upload("mine.csv", content)
    app.run()
    assert not app.exception


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click()
    app.run()
    assert not app.exception


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def page_text(app: AppTest) -> str:
    return "\n".join(element.value for element in [*app.markdown, *app.caption])


def goes_well(run: Run) -> None:
    """Let a run end as a good one does."""
    run.write_history([{**row, "seconds": 1.0} for row in ROWS])
    shutil.copytree(SHIPPED / "quick-cnn", own_models_dir() / run.name)
    shutil.copy(SHIPPED / "quick-cnn" / "card.json", run.folder)
    run.set_state("finished")


def test_a_file_larger_than_the_uploader_lets_through_is_refused(page, train_csv, monkeypatch):
    monkeypatch.setenv("INKLING_CSV_MEGABYTES", "1")
    page.run()  # an uploader of another limit is another one
    hand_over(page, train_csv + b"\n" * 2**20)
    assert "larger than 1 MB" in page.error[0].value


def test_it_asks_for_both_files(page):
    assert [uploader.label for uploader in page.file_uploader] == ["train.csv", "test.csv"]
    assert "Train" not in labels(page)
    assert not page.error


def test_a_good_train_csv_is_shown_and_kept_on_the_disk(page, train_csv, data_root):
    hand_over(page, train_csv)
    assert "**mine.csv** · 240 digits" in page_text(page)
    assert [picture.proto.imgs[0].alt for picture in page.get("image")][:3] == ["A 0", "A 1", "A 2"]
    assert len(page.get("vega_lite_chart")) == 1
    assert [path.read_bytes() for path in data_root.glob("uploads/*/*")] == [train_csv]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda text: b"", "an empty file"),
        (lambda text: text.split(b"\n")[0] + b"\n", "at least one row"),
        (lambda text: text.replace(b"label,", b"", 1), "row 1"),
        (lambda text: text.replace(b"\n0,", b"\n12,", 1), "0 to 9"),
        (lambda text: text.replace(b",0\n", b",256\n", 1), "pixel783"),
        (lambda text: text.replace(b",0\n", b",\n", 1), "an empty cell"),
        (lambda text: b"PK\3\4" + text, "ZIP"),
    ],
)
def test_a_bad_train_csv_is_explained_and_not_kept(page, train_csv, data_root, change, reason):
    hand_over(page, change(train_csv))
    assert reason in page.error[0].value
    assert "mine.csv" in page.error[0].value
    assert not list(data_root.glob("uploads/*"))
    hand_over(page, train_csv)
    assert not page.error


def test_one_file_in_the_place_of_the_other_is_explained(page, train_csv, test_csv):
    hand_over(page, test_csv, 0)
    assert "Choose the other of Kaggle's two files" in page.error[0].value
    hand_over(page, train_csv, 1)
    assert "Choose the other of Kaggle's two files" in page.error[1].value


def test_a_disk_that_cannot_be_written_to_is_explained(page, train_csv, data_root):
    (data_root / "uploads").write_text("Here is no room for a folder.")
    hand_over(page, train_csv)
    assert "Cannot write to" in page.error[0].value


def test_too_many_rows_are_refused(page, train_csv, monkeypatch):
    monkeypatch.setattr("mnist_core.data.pixel_csv.MAX_ROWS", 50)
    hand_over(page, train_csv)
    assert "at most 50 rows" in page.error[0].value


def test_another_file_can_be_taken(page, train_csv, data_root):
    hand_over(page, train_csv)
    press(page, "Choose another file")
    assert [uploader.label for uploader in page.file_uploader] == ["train.csv", "test.csv"]
    assert not list(data_root.glob("uploads/*"))


def test_a_second_press_on_choose_another_file_does_nothing():
    def script() -> None:
        from ui.components.uploads import remove_upload

        remove_upload("train.csv")

    assert not AppTest.from_function(script).run().exception


def test_a_file_of_yesterday_is_removed_and_asked_for_again(page, train_csv, monkeypatch):
    hand_over(page, train_csv)
    monkeypatch.setattr("mnist_core.runs.retention.DAY", -1)
    visitor_files.new_visitor_folder("uploads")
    page.run()
    assert not page.exception
    assert [uploader.label for uploader in page.file_uploader] == ["train.csv", "test.csv"]


def test_a_recipe_is_trained_on_the_file_under_a_name(page, train_csv, started, data_root):
    hand_over(page, train_csv)
    page.number_input(key="epochs-tutorial-mlp").set_value(3).run()
    page.text_input(key="name-kaggle-1").set_value("mine").run()
    press(page, "Train")
    assert [(run.recipe, run.name) for run in started] == [
        (find_recipe("tutorial-mlp").with_settings(["epochs=3"]), "mine")
    ]
    assert Path(started[0].data).read_bytes() == train_csv
    assert "It is next." in page.get("progress")[0].proto.text
    assert page.query_params["run"] == started[0].id


def test_a_double_click_starts_one_run(page, train_csv, started):
    hand_over(page, train_csv)
    train = next(button for button in page.button if button.label == "Train")
    press(page, "Train")
    assert train.proto.id not in [button.proto.id for button in page.button]  # nothing to press
    press(page, "Train")  # another one is wanted
    assert [run.name for run in started] == ["kaggle-1", "kaggle-2"]


def test_the_recipe_fits_the_file_also_after_a_visit_to_retrain(page, train_csv):
    page.switch_page("pages/retrain.py").run()
    assert page.selectbox(key="recipe").value == "quick-cnn"
    page.switch_page("pages/kaggle.py").run()
    hand_over(page, train_csv)
    box = next(box for box in page.selectbox if box.label == "Recipe")
    assert box.value == "tutorial-mlp"
    box.set_value("softmax").run()
    page.switch_page("pages/retrain.py").run()
    page.switch_page("pages/kaggle.py").run()
    assert next(box for box in page.selectbox if box.label == "Recipe").value == "softmax"


def test_a_run_that_finishes_is_praised_and_its_model_chosen(page, started, train_csv, test_csv):
    hand_over(page, train_csv)
    page.text_input(key="name-kaggle-1").set_value("mine").run()
    press(page, "Train")
    goes_well(started[0])
    page.run()
    assert "Its accuracy is **" in page.success[0].value
    assert "Saved as **mine**" in page_text(page)
    hand_over(page, test_csv)
    assert page.selectbox(key="model-mine").value == "mine"


def test_a_run_can_be_watched_and_is_found_again_on_the_way_back(page, train_csv):
    hand_over(page, train_csv)
    data = str(page.session_state["train.csv"].path)
    run = stage_run("running", data=data, name="mine")
    with lock(run.lock_file):
        page.run()
        assert "Stop" in labels(page)
        assert len(page.get("vega_lite_chart")) == 3
        page.switch_page("pages/about.py").run()
        page.switch_page("pages/kaggle.py").run()
        assert "Stop" in labels(page)
        reloaded = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        reloaded.query_params["run"] = run.id
        reloaded.switch_page("pages/kaggle.py").run()
        assert "Stop" in labels(reloaded)


def test_runs_on_other_digits_are_left_to_the_retrain_page(page, train_csv):
    run = stage_run("running", data="uci-digits")
    with lock(run.lock_file):
        page.run()
        assert "Stop" not in labels(page)
        hand_over(page, train_csv)
        assert "one run is ahead of this one. It will wait." in page_text(page)


def test_a_name_is_promised_while_its_model_is_in_the_making(page, train_csv, started):
    hand_over(page, train_csv)
    press(page, "Train")
    assert started[0].name == "kaggle-1"
    assert page.text_input(key="name-kaggle-2").value == "kaggle-2"
    page.text_input(key="name-kaggle-2").set_value("kaggle-1").run()
    press(page, "Train")
    assert "kaggle-1 is being trained already" in page.error[0].value
    assert len(started) == 1


@pytest.mark.parametrize(
    ("name", "reason"),
    [("pen-cnn", "already"), ("../mine", "Expected a model's name"), ("", "Expected a model's")],
)
def test_a_name_that_cannot_be_is_refused(page, started, train_csv, name, reason):
    hand_over(page, train_csv)
    page.text_input(key="name-kaggle-1").set_value(name).run()
    press(page, "Train")
    assert reason in page.error[0].value
    assert not started


def test_a_submission_is_made_with_a_model_that_ships(page, test_csv, uci):
    hand_over(page, test_csv, 1)
    press(page, "Read the digits")
    content = page.session_state["submission"].content.decode().splitlines()
    assert content[0] == "ImageId,Label"
    assert [line.partition(",")[0] for line in content[1:]] == [str(i) for i in range(1, 31)]
    right = sum(
        int(line[-1]) == label for line, label in zip(content[1:], uci.labels, strict=False)
    )
    assert right >= 25
    assert page.get("download_button")


def test_without_a_model_there_is_no_submission(page, test_csv, monkeypatch, tmp_path):
    monkeypatch.setattr("mnist_core.models.registry.SHIPPED", tmp_path)
    hand_over(page, test_csv, 1)
    assert "There is no model yet" in page.info[0].value


def test_a_damaged_model_is_explained(page, test_csv):
    folder = own_models_dir() / "broken"
    shutil.copytree(SHIPPED / "pen-cnn", folder)
    (folder / "model.tflite").write_bytes(b"damaged")
    hand_over(page, test_csv, 1)
    page.selectbox[0].set_value("broken").run()
    press(page, "Read the digits")
    assert "damaged" in page.error[0].value


def test_the_small_samples_are_good(page):
    page.get_by_key("sample-train.csv").click().run()
    page.get_by_key("sample-test.csv").click().run()
    assert not page.exception
    assert "1,297 digits" in page_text(page)
    assert "500 digits" in page_text(page)


def test_a_batch_is_not_larger_than_a_small_file(page, tmp_path, uci, started):
    write_train(tmp_path / "few.csv", uci[:60])
    hand_over(page, (tmp_path / "few.csv").read_bytes())
    assert (
        "Batch size must be at most 40, the number of training digits. You entered 128."
        in page.error[0].value
    )
    page.number_input(key="batch_size-tutorial-mlp").set_value(10).run()
    press(page, "Train")
    assert started[0].recipe.batch_size == 10
