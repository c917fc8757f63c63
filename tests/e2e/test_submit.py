"""From train.csv to submission.csv in a real browser, with a run that really trains."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from uploader import uploader

from mnist_core.data.digits import Digits
from mnist_core.data.kaggle import write_test, write_train

A_RUN = 180_000  # milliseconds; TensorFlow alone takes five seconds to load


@pytest.fixture
def page(server, browse, tmp_path: Path, uci: Digits) -> Page:
    """The page, where a small train.csv has been uploaded."""
    write_train(tmp_path / "train.csv", uci[:300])
    write_test(tmp_path / "test.csv", uci.images[300:400])
    page = browse(f"{server.url}/kaggle")
    uploader(page, "train.csv").set_input_files(tmp_path / "train.csv")
    expect(page.get_by_text("300 digits")).to_be_visible()
    page.get_by_text("Settings", exact=True).click()
    field = page.get_by_label(re.compile("^Epochs"))  # a mark follows where it differs
    field.fill("2")
    field.press("Enter")
    expect(page.get_by_text("epochs 10 → 2")).to_be_visible()
    return page


@pytest.mark.tensorflow
@pytest.mark.slow
def test_from_train_csv_to_submission_csv(page, tmp_path):
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    page.get_by_role("link", name="Data").click()
    expect(page.get_by_role("heading", level=1, name="Data")).to_be_visible()
    page.get_by_role("link", name="Kaggle").click()
    expect(page.get_by_text("that it had never seen")).to_be_visible(timeout=A_RUN)
    expect(page.get_by_text("Saved as kaggle-1")).to_be_visible()
    uploader(page, "test.csv").set_input_files(tmp_path / "test.csv")
    expect(page.get_by_text("100 digits")).to_be_visible()
    page.get_by_role("button", name="Read the digits").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download submission.csv").click()
    lines = download.value.path().read_text().splitlines()
    assert download.value.suggested_filename == "submission.csv"
    assert lines[0] == "ImageId,Label"
    assert [int(line.partition(",")[0]) for line in lines[1:]] == list(range(1, 101))
