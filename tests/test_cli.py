import csv
import json
import re
import shutil

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from mnist_core.cli.main import main
from mnist_core.models.registry import find_model

LONG = "x" * 300  # more than any file system takes


@pytest.fixture
def run():
    """Return a function that runs a command line and gives what it printed."""

    def invoke(*arguments: object, fails: int = 0) -> str:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments])
        assert result.exit_code == fails, result.output
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.output

    return invoke


@pytest.fixture
def mine(tiny_model, data_root):
    """A kept model called mine."""
    shutil.copytree(tiny_model, data_root / "models" / "mine")
    return "mine"


@pytest.fixture
def picture(tmp_path, seven):
    Image.fromarray(255 - seven).save(tmp_path / "seven.png")
    return tmp_path / "seven.png"


def test_read_says_what_it_reads(run, mine, picture, tmp_path):
    Image.new("L", (50, 50), 255).save(tmp_path / "blank.png")
    first, second = run("read", picture, tmp_path / "blank.png", "--model", mine).splitlines()
    assert first.startswith(f"{picture}: ")
    assert second == f"{tmp_path / 'blank.png'}: nothing is drawn there"


def test_read_gives_json(run, mine, picture):
    (reading,) = json.loads(run("read", picture, "--model", mine, "--json"))
    assert reading["file"] == str(picture)
    assert reading["verdict"] in ("digit", "unsure", "not a digit")
    assert sum(reading["probabilities"]) == pytest.approx(1, abs=1e-4)


def test_read_names_the_file_it_cannot_read(run, mine, tmp_path):
    (tmp_path / "note.txt").write_text("hello")
    output = run("read", tmp_path / "note.txt", "--model", mine, fails=1)
    assert "note.txt: This file is not a picture" in output


@pytest.mark.tensorflow
@pytest.mark.usefixtures("no_mnist")
def test_train_evaluate_and_list_a_model(run, tmp_path):
    trained = run(
        "train", "--recipe", "quick-cnn", "--data", "uci-digits", "--name", "fresh",
        "--set", "epochs=2", "--set", "filters=8,16", "--seed", 5,
    )  # fmt: skip
    assert re.search(
        r"epoch 2/2: loss [\d.]+, accuracy [\d.]+%; "
        r"validation loss [\d.]+, validation accuracy [\d.]+%; \d+ s",
        trained,
    )
    assert "\nvalidation: accuracy " in trained
    assert "on 500 digits" in trained
    result = json.loads(
        run(
            "evaluate", "--model", "fresh", "--data", "uci-digits", "--json",
            "--mistakes", tmp_path / "wrong.csv",
        )
    )  # fmt: skip
    assert set(result) == {
        "model", "data", "n", "accuracy", "interval", "loss", "per_class", "confusion_matrix",
        "macro_f1", "calibration_error", "calibration_error_equal_mass", "before_calibration",
        "answers_at_least_90", "risk_coverage", "left_out",
    }  # fmt: skip
    assert (result["model"], result["data"], result["n"]) == ("fresh", "uci-digits", 500)
    assert result["left_out"]["n"] == 1_297
    assert result["interval"][0] < result["accuracy"] < result["interval"][1]
    wrong = round(500 * (1 - result["accuracy"]))
    assert np.array(result["confusion_matrix"]).sum() == 500
    assert np.trace(result["confusion_matrix"]) == 500 - wrong
    with (tmp_path / "wrong.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == wrong
    assert all(row["label"] != row["read"] for row in rows)
    (card,) = [card for card in json.loads(run("models", "--json")) if card["name"] == "fresh"]
    assert card["recipe"]["seed"] == 5
    assert "fresh: " in run("models")


def test_evaluate_prints_tables(run, mine):
    output = run("evaluate", "--model", mine, "--data", "uci-digits")
    assert "95 % confidence interval" in output
    assert "precision" in output
    assert "rows: label, columns: predicted digit" in output


@pytest.mark.tensorflow
@pytest.mark.usefixtures("no_mnist")
def test_train_never_overwrites_a_model_without_force(run, mine, data_root):
    before = (data_root / "models" / mine / "card.json").read_bytes()
    command = ["train", "--recipe", "quick-cnn", "--data", "uci-digits", "--name", mine]
    command += ["--set", "epochs=1"]
    assert "--force" in run(*command, fails=1)
    assert (data_root / "models" / mine / "card.json").read_bytes() == before
    run(*command, "--force")
    assert (data_root / "models" / mine / "card.json").read_bytes() != before


@pytest.mark.tensorflow
@pytest.mark.usefixtures("no_mnist")
def test_an_interrupted_training_says_how_to_go_on(run, monkeypatch, data_root):
    from mnist_core.training import pipeline

    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    command = ["train", "--recipe", "quick-cnn", "--data", "uci-digits", "--name", "x"]
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "train", interrupted)
        output = run(*command, fails=1)
    (run_id,) = [path.name for path in (data_root / "runs").glob("[!.]*")]
    assert f"python -m mnist_core train --resume {run_id}" in output
    assert f"python -m mnist_core train --finish {run_id}" in output
    assert json.loads((data_root / "runs" / run_id / "run.json").read_text())["state"] == "stopped"
    assert "The model is in" in run("train", "--resume", run_id)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["train", "--recipe", "quick-cnn", "--set", "epochs=0"], "from 1 to 1000"),
        (["train", "--recipe", "quick-cnn", "--data", "letters"], "mnist, uci-digits"),
        (["train", "--resume", "nothing"], "There is no run nothing"),
        (["evaluate", "--model", "nobody"], "no model nobody"),
        (["read", "x.png", "--model", "../x"], "Expected a model's name"),
        (["read", LONG], "too long"),
        (["read", "--many", LONG, "-o", "out.parquet"], "too long"),
        (["hand", "import", LONG], "too long"),
        (["hand", "export", f"{LONG}.zip"], "too long"),
        (["submit", LONG], "too long"),
        (["evaluate", "--data", LONG], "Expected a data set"),
        (["export", "-o", f"{LONG}.tflite"], "too long"),
        (["export", "-o", "/proc/x.tflite"], "Cannot write /proc/x.tflite"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(run, arguments, says):
    output = run(*arguments, fails=1)
    assert output.startswith("Error: ")
    assert says in output
    assert "Traceback" not in output


@pytest.mark.parametrize(
    "arguments",
    [
        ["train"],
        ["train", "--recipe", "magic"],
        ["train", "--recipe", "quick-cnn", "--resume", "some"],
        ["train", "--resume", "some", "--finish", "some"],
        ["train", "--resume", "some", "--data", "mnist"],
        ["train", "--finish", "some", "--add-share", "0.2"],
        ["read"],
        ["teach"],
    ],
)
def test_wrong_usage_is_explained(run, arguments):
    assert "Usage: " in run(*arguments, fails=2)


@pytest.mark.tensorflow
@pytest.mark.usefixtures("no_mnist")
def test_train_and_submit_with_kaggles_files(run, tmp_path, uci):
    from mnist_core.data.kaggle import write_test, write_train

    write_train(tmp_path / "train.csv", uci[:600])
    write_test(tmp_path / "test.csv", uci.images[600:650])
    run(
        "train", "--recipe", "quick-cnn", "--data", tmp_path / "train.csv", "--name", "k",
        "--set", "epochs=2",
    )  # fmt: skip
    command = ["submit", tmp_path / "test.csv", "--model", "k", "-o", tmp_path / "out.csv"]
    run(*command)
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert lines[0] == "ImageId,Label"
    assert [line.split(",")[0] for line in lines[1:]] == [str(i) for i in range(1, 51)]
    assert "--force" in run(*command, fails=1)
    run(*command, "--force")


@pytest.mark.tensorflow
@pytest.mark.parametrize("kind", [".keras", ".tflite", ".h5"])
@pytest.mark.filterwarnings("ignore::UserWarning")  # Keras thinks little of HDF5
def test_a_model_is_taken_away_as_one_file(run, mine, tmp_path, uci, kind):
    import keras

    output = tmp_path / f"taken{kind}"
    command = ["export", "--model", mine, "-o", output]
    assert f"mine is in {output}" in run(*command)
    assert [path.name for path in tmp_path.iterdir()] == [output.name]
    if kind != ".tflite":
        pixels = uci.images[:5].astype(np.float32)
        theirs = keras.models.load_model(output).predict(pixels, verbose=0)
        np.testing.assert_allclose(theirs, load_probabilities(mine, uci.images[:5]), atol=1e-5)
    assert "--force" in run(*command, fails=1)
    run(*command, "--force")


def load_probabilities(name, images):
    """What a model says without calibration."""
    from mnist_core import load_reader
    from mnist_core.inference.calibration import probabilities_of

    return probabilities_of(load_reader(name).logits(images), 1.0)


def test_a_model_is_taken_away_as_the_page_reads_it(run, mine, tmp_path):
    from mnist_core.models.browser_network import browser_network

    output = tmp_path / "m.bin"
    command = ["export", "--model", mine, "-o", output]
    assert "--input byte" in run(*command, "--input", "unit", fails=2)
    assert f"mine is in {output}" in run(*command)
    assert output.read_bytes() == browser_network(find_model(mine) / "model.tflite")
    assert run(*command, "--force")
    assert "--force" in run(*command, fails=1)


def test_a_model_is_taken_away_in_no_other_kind(run, mine, tmp_path):
    assert "Received" in run("export", "--model", mine, "-o", tmp_path / "m.pt", fails=2)
    assert list(tmp_path.iterdir()) == []


def test_data_says_what_is_here(run, monkeypatch, tmp_path):
    monkeypatch.delenv("MNIST_NPZ", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert "uci-digits: 1,797 digits, always here" in run("data")
    assert "not here yet" in run("data")
    (tmp_path / "named.npz").write_bytes(b"")
    monkeypatch.setenv("MNIST_NPZ", str(tmp_path / "named.npz"))
    assert f"in {tmp_path / 'named.npz'}" in run("data")


def test_a_model_that_is_damaged_hides_no_other(run, mine, data_root):
    shutil.copytree(data_root / "models" / mine, data_root / "models" / "theirs")
    (data_root / "models" / "theirs" / "card.json").write_text("{")
    listed = run("models")
    assert "theirs: " in listed and "card.json is damaged" in listed
    assert f"{mine}: " in listed or "tiny" in listed
    by_name = {one["name"]: one for one in json.loads(run("models", "--json"))}
    assert set(by_name["theirs"]) == {"name", "error"}
    assert len(by_name) > 2


def test_without_models_it_is_said_how_to_get_one(run, monkeypatch, tmp_path):
    from mnist_core.models import registry

    monkeypatch.setattr(registry, "SHIPPED", tmp_path)
    assert "no models yet" in run("models")
