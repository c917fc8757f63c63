"""The command `explain`: a picture, JSON, words, and files that are there already."""

import json

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from mnist_core.cli.main import main
from mnist_core.explanation.edits import Edit, edits_in_words


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["explain", *map(str, arguments)])


@pytest.fixture
def photo(tmp_path, seven):
    path = tmp_path / "photo.png"
    Image.fromarray(255 - seven).save(path)
    return path


def test_json_says_how_much_each_pixel_decides(photo):
    result = run(photo, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["digit"] == 7 and found["verdict"] == "digit"
    assert np.array(found["ink"]).shape == (28, 28)
    for change in found["counterfactuals"]:
        assert change["digit"] != 7 and 0 < change["changed"] <= 0.15 and change["edits"]


@pytest.mark.slow
def test_a_picture_is_written_once(photo, tmp_path):
    output = tmp_path / "why.png"
    assert run(photo, "-o", output).exit_code == 0
    with Image.open(output) as picture:
        assert picture.format == "PNG"
    written = output.read_bytes()
    refused = run(photo, "-o", output)
    assert refused.exit_code == 1 and "--force" in refused.output
    assert output.read_bytes() == written
    output.write_bytes(b"old")
    assert run(photo, "-o", output, "--force").exit_code == 0
    assert output.read_bytes() == written
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".new")]


def test_in_words(photo):
    result = run(photo, "--model", "tutorial-mlp")
    assert result.exit_code == 0, result.output
    assert result.output.startswith("Read as 7 (")
    assert "100.0%" not in result.output and " 0.0%" not in result.output


def test_edits_of_one_kind_are_counted():
    edits = [Edit(kind, np.zeros((2, 2)), 1.0) for kind in ("bar", "close", "bar")]
    assert edits_in_words(edits) == "2 bars added, a gap closed"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["nowhere.png"], 1, "nowhere.png"),
        (["{photo}", "-o", "why.jpg"], 2, "ending in .png"),
        (["{photo}", "-o", "nowhere/why.png"], 1, "no folder"),
        (["{photo}", "--model", "none"], 1, "no model none"),
        (["{blank}"], 1, "no ink"),
        ([], 2, "PICTURE"),
    ],
)
def test_what_is_wrong_is_said(arguments, code, words, photo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blank = tmp_path / "blank.png"
    Image.new("L", (50, 50), 255).save(blank)
    result = run(*(one.format(photo=photo, blank=blank) for one in arguments))
    assert result.exit_code == code
    assert words in result.output
