"""The command `submit`: a submission, and a list of the answers that are mere guesses."""

import csv

import numpy as np
import pytest
from click.testing import CliRunner

from mnist_core.cli.main import main
from mnist_core.data.kaggle import write_test


def submit(*arguments: object, fails: int = 0) -> str:
    result = CliRunner().invoke(main, ["submit", *map(str, arguments)])
    assert result.exit_code == fails, result.output
    return result.output


@pytest.fixture
def grey(tmp_path, uci):
    """A test.csv of digits on grey paper, one of them blank."""
    images = 80 + uci.images[:20] // 2
    images[19] = 80
    write_test(tmp_path / "test.csv", images)
    return tmp_path / "test.csv"


def rows_of(path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_pictures_on_grey_paper_are_prepared_and_that_is_said(grey, tmp_path, uci):
    said = submit(grey, "-o", tmp_path / "out.csv")
    assert "20 of 20 pictures are not as MNIST stores them" in said
    assert "--as-is" in said
    labels = [int(row["Label"]) for row in rows_of(tmp_path / "out.csv")]
    assert np.mean(np.array(labels[:19]) == uci.labels[:19]) > 0.85


def test_guesses_are_counted_and_listed(grey, tmp_path):
    said = submit(grey, "-o", tmp_path / "out.csv")
    listed = rows_of(tmp_path / "out-doubts.csv")
    assert f"{len(listed)} answer" in said
    assert listed[-1]["ImageId"] == "20"
    assert listed[-1]["Verdict"] == "blank"
    answers = rows_of(tmp_path / "out.csv")
    assert all(answers[int(row["ImageId"]) - 1]["Label"] == row["Label"] for row in listed)


def test_as_is_says_nothing_of_preparing(grey, tmp_path):
    assert "not as MNIST" not in submit(grey, "-o", tmp_path / "out.csv", "--as-is")


def test_a_list_of_guesses_is_not_replaced_either(grey, tmp_path):
    (tmp_path / "out-doubts.csv").write_text("mine")
    assert "--force" in submit(grey, "-o", tmp_path / "out.csv", fails=1)
    assert not (tmp_path / "out.csv").exists()
    submit(grey, "-o", tmp_path / "out.csv", "--force")


def test_an_npz_is_answered_too(tmp_path, uci):
    np.savez(tmp_path / "test.npz", X=uci.images[:12].reshape(12, 784) / 255)
    submit(tmp_path / "test.npz", "-o", tmp_path / "out.csv")
    assert len(rows_of(tmp_path / "out.csv")) == 12
