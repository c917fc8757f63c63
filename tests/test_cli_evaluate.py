import csv
import json

import pytest
from click.testing import CliRunner

from mnist_core.commands.cli import main


def run(*arguments: object, fails: int = 0) -> str:
    result = CliRunner().invoke(main, ["evaluate", *map(str, arguments)])
    assert result.exit_code == fails, result.output
    return result.output


def test_of_mnist_the_disputed_labels_are_told(mnist, tmp_path):
    file = tmp_path / "wrong.csv"
    result = json.loads(run("--model", "softmax", "--json", "--mistakes", file))
    disputed = result["disputed"]
    assert disputed["n"] == 15
    right = round(result["accuracy"] * 10_000) - 15 + disputed["read_wrong"]
    assert disputed["accuracy_without"] == pytest.approx(right / 9_985)
    with file.open(newline="") as rows:
        marked = [row for row in csv.DictReader(rows) if row["disputed"] == "yes"]
    assert len(marked) == disputed["read_wrong"]
    assert "without the 15 labels that people dispute" in run("--model", "softmax")


def test_the_second_time_nothing_is_computed(monkeypatch):
    first = run("--model", "softmax", "--data", "uci-digits", "--json")
    from mnist_core.analysis import outputs

    monkeypatch.setattr(outputs, "outputs_in_steps", None)
    assert run("--model", "softmax", "--data", "uci-digits", "--json") == first


def test_a_list_of_mistakes_replaces_an_older_one_and_needs_a_folder(tmp_path):
    file = tmp_path / "wrong.csv"
    file.write_text("older")
    run("--model", "softmax", "--data", "uci-digits", "--mistakes", file)
    assert file.read_text().startswith("index,label,read,confidence,")
    output = run("--model", "softmax", "--mistakes", tmp_path / "nowhere" / "x.csv", fails=1)
    assert "There is no folder" in output


def test_tables_say_what_is_in_the_json():
    output = run("--model", "softmax", "--data", "uci-digits")
    assert "softmax on uci-digits: 1,797 digits, " in output
    assert "macro F1" in output
    assert "disputed" not in output
