import csv
import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from mnist_core.cli.evaluate import evaluation_json
from mnist_core.cli.main import main
from mnist_core.cli.terminal import print_json
from mnist_core.data.digits import Digits
from mnist_core.data.kaggle import write_train
from mnist_core.evaluation.evaluation import Evaluation
from mnist_core.models.cards import Calibration, Card


def run(*arguments: object, fails: int = 0) -> str:
    result = CliRunner().invoke(main, ["evaluate", *map(str, arguments)])
    assert result.exit_code == fails, result.output
    return result.output


def test_for_mnist_the_disputed_labels_are_reported(mnist, tmp_path):
    file = tmp_path / "wrong.csv"
    result = json.loads(run("--model", "softmax", "--json", "--mistakes", file))
    disputed = result["disputed"]
    assert disputed["n"] == 15
    right = round(result["accuracy"] * 10_000) - 15 + disputed["read_wrong"]
    assert disputed["accuracy_without"] == pytest.approx(right / 9_985)
    with file.open(newline="") as rows:
        marked = [row for row in csv.DictReader(rows) if row["disputed"] == "yes"]
    assert len(marked) == disputed["read_wrong"]
    assert "accuracy without the 15 disputed labels" in run("--model", "softmax")


def test_the_second_time_nothing_is_computed(monkeypatch):
    first = run("--model", "softmax", "--data", "uci-digits", "--json")
    from mnist_core.evaluation import output_cache

    monkeypatch.setattr(output_cache, "outputs_in_steps", None)
    assert run("--model", "softmax", "--data", "uci-digits", "--json") == first


def test_a_list_of_mistakes_replaces_an_older_one_and_needs_a_folder(tmp_path):
    file = tmp_path / "wrong.csv"
    file.write_text("older")
    run("--model", "softmax", "--data", "uci-digits", "--mistakes", file)
    assert file.read_text().startswith("index,label,read,confidence,")
    output = run("--model", "softmax", "--mistakes", tmp_path / "nowhere" / "x.csv", fails=1)
    assert "There is no folder" in output


def test_the_text_names_the_most_important_figures():
    output = run("--model", "softmax", "--data", "uci-digits")
    assert "softmax on uci-digits: 1,797 digits, " in output
    assert "macro F1" in output
    assert "disputed" not in output


def evaluation(confidences, right, temperature=1.0):
    """Return an evaluation of digits 0, each read with some confidence, as 0 or wrongly as 1."""
    probabilities = np.zeros((len(right), 10))
    for row, confidence, good in zip(probabilities, confidences, right, strict=True):
        row[:] = (1 - confidence) / 9
        row[0 if good else 1] = confidence
    logits = (np.log(probabilities) * temperature).astype(np.float32)
    labels = np.zeros(len(right), np.uint8)
    return Evaluation(labels, logits, Calibration(temperature=temperature))


def test_confidence_is_measured_as_counted_by_hand():
    values = evaluation_json(evaluation([0.95, 0.92, 0.6, 0.5], [True, False, True, False]), {})
    errors = [0.05, 0.92, 0.4, 0.5]  # each answer is a group of its own
    assert values["calibration_error_equal_mass"] == pytest.approx(np.mean(errors), abs=1e-5)
    assert values["answers_at_least_90"] == {"n": 2, "share_right": 0.5}
    points = [(point["coverage"], point["risk"]) for point in values["risk_coverage"]]
    assert points == [(0.25, 0), (0.5, 0.5), (0.75, pytest.approx(1 / 3)), (1, 0.5)]


def test_uncalibrated_figures_are_measured_without_the_temperature():
    # Divided by 2 the logits give 0.5 and 1/18; as they are, their squares' shares: 0.9 and 1/90.
    values = evaluation_json(evaluation([0.5, 0.5], [True, True], temperature=2), {})
    assert values["calibration_error"] == pytest.approx(0.5, abs=1e-5)
    assert values["loss"] == pytest.approx(np.log(2), abs=1e-5)
    assert values["before_calibration"] == {
        "calibration_error": pytest.approx(0.1, abs=1e-5),
        "loss": pytest.approx(-np.log(0.9), abs=1e-5),
    }


def test_without_confident_answers_no_share_of_them_is_right():
    values = evaluation_json(evaluation([0.6], [True]), {})
    assert values["answers_at_least_90"] == {"n": 0, "share_right": None}
    assert values["risk_coverage"] == [{"coverage": 1, "risk": 0}]


def test_the_curve_is_short_and_ends_with_every_digit_answered():
    rng = np.random.default_rng(0)
    result = evaluation(rng.uniform(0.2, 0.99, 500), rng.random(500) < 0.8)
    points = evaluation_json(result, {})["risk_coverage"]
    assert [point["coverage"] for point in points] == pytest.approx(np.arange(1, 21) / 20)
    assert points[-1]["risk"] == pytest.approx((~result.correct).mean())


def test_json_has_null_where_there_is_no_number(capsys):
    print_json({"a": [float("nan"), 1.5], "b": (float("-inf"), {"c": float("inf")}), "d": "NaN"})
    printed = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert printed == {"a": [None, 1.5], "b": [None, {"c": None}], "d": "NaN"}


def test_the_cards_are_printed_without_nan(data_root, tiny_model):
    folder = data_root / "models" / "mine"
    shutil.copytree(tiny_model, folder)
    card = Card.read(folder / "card.json")
    nothing = {name: replace(m, right_when_answered=np.nan) for name, m in card.metrics.items()}
    replace(card, name="mine", metrics=nothing).write(folder / "card.json")
    output = CliRunner().invoke(main, ["models", "--json"]).output
    cards = {card["name"]: card for card in json.loads(output, parse_constant=pytest.fail)}
    assert {m["right_when_answered"] for m in cards["mine"]["metrics"].values()} == {None}


def test_what_is_left_out_is_said_and_adds_up(mnist, tmp_path, uci):
    write_train(tmp_path / "train.csv", mnist.train[:60].joined(uci[:40]))
    result = json.loads(run("--model", "softmax", "--data", tmp_path / "train.csv", "--json"))
    assert result["n"] == 40
    assert result["left_out"]["n"] == 60
    assert "trained on them" in result["left_out"]["why"]
    assert "60 digits are left out" in run("--model", "softmax", "--data", tmp_path / "train.csv")


def test_where_nothing_is_left_there_is_no_accuracy(mnist, tmp_path):
    write_train(tmp_path / "train.csv", mnist.train[:10])
    command = ["--model", "softmax", "--data", tmp_path / "train.csv"]
    result = json.loads(run(*command, "--json", "--mistakes", tmp_path / "wrong.csv"))
    assert (result["n"], result["accuracy"], result["left_out"]["n"]) == (0, None, 10)
    assert set(result) == set(
        json.loads(run("--model", "softmax", "--data", "uci-digits", "--json"))
    )
    assert (tmp_path / "wrong.csv").read_text().startswith("index,label,read,")
    assert "no digits to measure on" in run(*command)


def test_one_digit_is_one_digit_and_absent_ones_are_no_zeros(tmp_path, uci):
    write_train(tmp_path / "train.csv", uci[:1])
    command = ["--model", "softmax", "--data", tmp_path / "train.csv"]
    assert f"softmax on {tmp_path / 'train.csv'}: 1 digit, " in run(*command)
    table = json.loads(run(*command, "--json"))["per_class"]
    assert [row["recall"] for row in table[1:]] == [None] * 9
    assert table[0]["n"] == 1
    assert "    9          -       -       -      0" in run(*command)


def test_digits_on_grey_paper_are_prepared_and_counted(tmp_path, uci):
    write_train(tmp_path / "train.csv", Digits(80 + uci.images[:30] // 2, uci.labels[:30]))
    command = ["evaluate", "--data", str(tmp_path / "train.csv"), "--json"]
    prepared = json.loads(CliRunner().invoke(main, command).output)
    assert prepared["prepared"]["n"] == prepared["n"] == 30
    assert "not as MNIST stores them" in prepared["prepared"]["why"]
    assert "not as MNIST stores them" in run("--data", tmp_path / "train.csv")
    raw = json.loads(CliRunner().invoke(main, [*command, "--as-is"]).stdout)
    assert raw["accuracy"] < prepared["accuracy"]
    assert "prepared" not in raw
