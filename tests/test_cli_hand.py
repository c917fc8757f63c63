import json

import pytest
from click.testing import CliRunner
from PIL import Image

from mnist_core import Hand, load_reader
from mnist_core.cli.main import main


@pytest.fixture
def run(no_mnist):
    """Return a function that runs a command line and gives what it printed."""

    def invoke(*arguments: object, fails: int = 0) -> str:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments])
        assert result.exit_code == fails, result.output
        return result.output

    return invoke


@pytest.fixture
def picture(tmp_path, seven):
    Image.fromarray(255 - seven).save(tmp_path / "seven.png")
    return tmp_path / "seven.png"


def digit(output: str) -> int | None:
    return json.loads(output)[0]["digit"]


def test_what_is_added_is_read_listed_and_removed(run, picture, data_root):
    assert digit(run("read", picture, "--json")) == 7
    assert "  4  " in run("hand", "add", 4, picture)
    assert (data_root / "hand.json").is_file()
    assert digit(run("read", picture, "--json")) == 7
    assert digit(run("read", picture, "--json", "--hand")) == 4
    assert digit(run("read", "--json", "--hand", picture)) == 4
    (line,) = run("hand", "list").splitlines()
    assert "Forgot 1 example." in run("hand", "remove", line.split()[0])
    assert "no examples yet" in run("hand", "list")
    assert digit(run("read", picture, "--json", "--hand")) == 7


def test_a_hand_is_taught_though_the_default_model_learns_none(run, picture, monkeypatch):
    monkeypatch.setattr("mnist_core.cli.hand.local_mnist", lambda: True)
    monkeypatch.setattr("mnist_core.cli.hand.load_reader", lambda: load_reader("softmax"))
    assert "  4  " in run("hand", "add", 4, picture)


def test_the_same_drawing_with_another_label_is_said(run, picture):
    run("hand", "add", 4, picture)
    assert "The same drawing was 4 before." in run("hand", "add", "none", picture)
    (line,) = run("hand", "list").splitlines()
    assert "no digit" in line


def test_a_hand_is_exported_and_imported_without_doubles(run, picture, tmp_path):
    run("hand", "add", 4, picture)
    out = tmp_path / "hand.zip"
    assert "1 example written" in run("hand", "export", out)
    assert "already" in run("hand", "export", out, fails=1)
    run("hand", "export", out, "--force")
    assert "Added 0 examples; 1 known already" in run("hand", "import", out)
    run("hand", "remove", "--all")
    assert "Added 1 example;" in run("hand", "import", out)
    assert digit(run("read", picture, "--json", "--hand", out)) == 4
    assert len(Hand.load(out)) == 1


def test_an_own_file_can_be_named(run, picture, tmp_path, data_root):
    run("hand", "add", 4, picture, "--hand", tmp_path / "mine.json")
    assert not (data_root / "hand.json").exists()
    assert digit(run("read", picture, "--json", "--hand", tmp_path / "mine.json")) == 4


@pytest.mark.parametrize("name", ["train.csv", "examples.ndjson", "hand"])
def test_only_a_json_or_a_zip_is_written(run, picture, tmp_path, name):
    file = tmp_path / name
    file.write_text("mine")
    for command in (["add", 4, picture, "--hand", file], ["export", file, "--force"]):
        assert "ends in .json or .zip" in run("hand", *command, fails=1)
    assert file.read_text() == "mine"
    assert {path.name for path in tmp_path.iterdir()} == {name, "seven.png"}


def test_a_hand_that_is_named_has_to_be_there(run, tmp_path):
    for command in ["list"], ["check"], ["remove", "--all"], ["export", tmp_path / "out.zip"]:
        output = run("hand", *command, "--hand", tmp_path / "typo.json", fails=1)
        assert "typo.json, which does not exist" in output
    assert not [*tmp_path.iterdir()]


def test_a_file_named_own_json_is_that_file(run, picture, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("hand", "add", 4, picture, "--hand", "own.json")
    assert digit(run("read", picture, "--json", "--hand", "own.json")) == 4
    assert digit(run("read", picture, "--json", "--hand")) == 7


def test_mistakes_are_explained(run, tmp_path, picture):
    assert "Expected a digit from 0 to 9, or none" in run("hand", "add", 12, picture, fails=2)
    Image.new("L", (50, 50), 255).save(tmp_path / "blank.png")
    assert "blank.png: There is no ink" in run("hand", "add", 1, tmp_path / "blank.png", fails=1)
    assert "id of an example" in run("hand", "remove", "nobody", fails=1)
    assert "Expected the ids" in run("hand", "remove", fails=2)
    assert "Cannot read" in run("read", picture, "--hand", tmp_path / "none.zip", fails=1)
    assert "Expected a picture" in run("read", fails=2)


def test_check_leaves_each_digit_out(run, uci, tmp_path):
    for i in range(2):
        Image.fromarray(uci.images[i]).resize((140, 140)).save(tmp_path / f"{i}.png")
        run("hand", "add", uci.labels[i], tmp_path / f"{i}.png")
    output = run("hand", "check")
    assert "Your own 2 digits, each left out in turn:" in output
    assert "MNIST is not on this machine" in output
