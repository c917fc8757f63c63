"""The command `read`: folders, patterns, bad files among good ones, JSON and CSV."""

import csv
import io
import json
import os

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from mnist_core.cli.main import main
from mnist_core.cli.read import Outcome, as_rows


def read(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["read", "--model", "softmax", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path, seven):
    """Two pictures, a text, and a folder with a third picture below."""
    for name in ("b.png", "a.JFIF"):
        Image.fromarray(255 - seven).save(tmp_path / name, "PNG" if "png" in name else "JPEG")
    (tmp_path / "note.txt").write_text("hello")
    (tmp_path / "below").mkdir()
    Image.fromarray(255 - seven).save(tmp_path / "below" / "c.png")
    return tmp_path


def test_a_folder_stands_for_its_pictures(folder):
    result = read(folder, "--json")
    assert result.exit_code == 0, result.output
    names = [one["file"] for one in json.loads(result.stdout)]
    assert names == [str(folder / "a.JFIF"), str(folder / "b.png")]


def test_what_macos_leaves_beside_pictures_is_not_read(folder):
    (folder / "._b.png").write_bytes(b"Mac OS X")
    for source in (folder, folder / "*"):
        names = [one["file"] for one in json.loads(read(source, "--json").stdout)]
        assert names == [str(folder / "a.JFIF"), str(folder / "b.png")]


def test_a_pattern_stands_for_what_it_fits(folder):
    result = read(folder / "*.png", folder / "*" / "*.png", "--json")
    names = [one["file"] for one in json.loads(result.stdout)]
    assert names == [str(folder / "b.png"), str(folder / "below" / "c.png")]
    assert read(folder / "*.gif").exit_code == 1


def test_a_bad_file_keeps_no_other_from_being_read(folder):
    result = read(folder / "a.JFIF", folder / "note.txt", folder / "gone.png", folder, "--json")
    assert result.exit_code == 1
    assert result.stderr == ""
    first, bad, gone, *others = json.loads(result.stdout)
    assert first["verdict"]
    assert set(bad) == set(gone) == {"file", "error"}
    assert bad["file"] == str(folder / "note.txt")
    assert len(others) == 2


def test_in_words_a_bad_file_is_an_error_of_its_own(folder):
    result = read(folder / "note.txt", folder / "b.png")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {folder / 'note.txt'}: This file is not a picture")
    assert result.stdout.startswith(f"{folder / 'b.png'}: ")


def test_an_empty_folder_is_an_error(tmp_path):
    (tmp_path / "empty").mkdir()
    result = read(tmp_path / "empty", "--json")
    assert result.exit_code == 1
    (one,) = json.loads(result.stdout)
    assert one["file"] == str(tmp_path / "empty")
    assert "no pictures in this folder" in one["error"]


def test_csv_has_a_row_for_each_file_and_no_formula(folder, monkeypatch, seven):
    monkeypatch.chdir(folder)
    Image.fromarray(255 - seven).save("=1+1.png")
    Image.fromarray(255 - seven).save("<script>.png")
    Image.fromarray(np.full((50, 50), 255, np.uint8)).save("blank.png")
    result = read("=1+1.png", "<script>.png", "blank.png", "note.txt", "--csv")
    assert result.exit_code == 1
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [row["file"] for row in rows] == ["./=1+1.png", "<script>.png", "blank.png", "note.txt"]
    assert rows[0]["verdict"] in ("digit", "unsure", "not a digit")
    assert (rows[2]["verdict"], rows[2]["digit"], rows[2]["confidence"]) == ("blank", "", "")
    assert rows[3]["verdict"] == ""
    assert "not a picture" in rows[3]["error"]


def test_no_message_of_a_file_is_a_formula(tmp_path):
    rows = as_rows([Outcome(tmp_path / "a.png", error="gone")])
    assert rows.splitlines()[0] == "file,verdict,digit,confidence,reason,error"


def test_a_name_that_is_no_utf_8_has_a_row(tmp_path, seven):
    name = tmp_path / os.fsdecode(b"a\xff.png")
    Image.fromarray(255 - seven).save(tmp_path / "a.png")
    (tmp_path / "a.png").rename(name)
    (row,) = csv.DictReader(io.StringIO(read(name, "--csv").stdout))
    assert row["file"] == f"{tmp_path}/a?.png"


def test_a_name_cannot_control_the_terminal(tmp_path, seven):
    name = tmp_path / "a\x1b[2J.png"
    Image.fromarray(255 - seven).save(name)
    assert "\x1b" not in read(name).output
