"""The Models and Training curves pages in a real browser."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from devtools.browser import settle
from devtools.visitor import SEVEN, Visitor
from mnist_core.models.registry import SHIPPED

WINDOWS = {
    "desktop": {},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SIX = ["pen-cnn", "keras-convnet", "logbook-mlp", "quick-cnn", "scratch-mlp", "simple-cnn"]
ROW = 35  # pixels


@pytest.fixture
def mine(served_home: Path) -> Iterator[Path]:
    """A model of one's own, on the server that tests share; it is gone after the test."""
    mine = Path(shutil.copytree(SHIPPED / "quick-cnn", served_home / "models" / "mine"))
    yield mine
    for name in ("mine", "yours"):
        shutil.rmtree(mine.with_name(name), ignore_errors=True)


@pytest.mark.usefixtures("mine")
def test_a_model_is_taken_away_from_models_and_chosen_there_reads_on_draw(server, browse):
    page = browse(f"{server.url}/models?model=mine")
    with page.expect_download() as download:
        page.get_by_role("button", name="model.tflite").click()
    assert download.value.suggested_filename == "mine.tflite"
    taken = Path(download.value.path()).read_bytes()
    assert taken == (SHIPPED / "quick-cnn" / "model.tflite").read_bytes()

    page.get_by_role("button", name="Use on Draw").click()
    page.get_by_test_id("stMain").get_by_role("link", name="Draw", exact=True).click()
    visitor = Visitor(page)
    visitor.wait_for_canvas()
    expect(page.get_by_role("link", name="Read by mine")).to_be_visible()
    visitor.draw(SEVEN)
    expect(visitor.answer).to_have_text("I read 7")
    visitor.press("Back to pen-cnn")
    expect(page.get_by_role("link", name="Read by mine")).to_have_count(0)
    expect(visitor.answer).to_have_text("I read 7")


def test_a_model_is_renamed_and_deleted_after_a_question(mine, server, browse):
    page = browse(f"{server.url}/models?model=mine")
    page.get_by_role("button", name="Rename").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("pen-cnn")
    dialog.get_by_role("button", name="Rename mine").click()
    expect(dialog.get_by_role("alert")).to_contain_text("pen-cnn")
    dialog.get_by_role("textbox").fill("yours")
    dialog.get_by_role("button", name="Rename mine").click()
    expect(page).to_have_url(re.compile("model=yours"))
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Delete").click()
    assert mine.with_name("yours").exists()
    page.get_by_role("dialog").get_by_role("button", name="Delete yours").click()
    expect(page.get_by_role("heading", name="Pen CNN")).to_be_visible()
    assert not mine.with_name("yours").exists()


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
def test_models_fit_into_the_window(server, browse, window):
    page = browse(f"{server.url}/models?model=pen-cnn&beside=quick-cnn", **window)
    expect(page.get_by_text("Settings that differ")).to_be_visible()
    assert page.evaluate(OVERFLOW) == 0


def wait_for_curves(page: Page) -> None:
    expect(page.get_by_role("button", name="Picture (PNG)")).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").locator("canvas, svg")).to_have_count(2)
    settle(page)


def shown(page: Page) -> list[str]:
    """Return the networks whose curves are drawn."""
    tags = page.get_by_test_id("stMultiSelect").locator("[data-tag]").filter(visible=True)
    return tags.all_inner_texts()


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
def test_curves_of_several_networks_fit_into_the_window(server, browse, window):
    page = browse(f"{server.url}/curves?networks=logbook-mlp,quick-cnn", **window)
    wait_for_curves(page)
    expect(page.get_by_text("Overfitting from epoch 6")).to_be_visible()
    assert page.evaluate(OVERFLOW) == 0


def test_networks_are_ticked_in_the_table_and_the_link_shows_the_same(server, browse):
    page = browse(f"{server.url}/curves?networks=pen-cnn", viewport={"width": 1280, "height": 1000})
    wait_for_curves(page)
    tick(page, 2)
    expect(page).to_have_url(re.compile("networks=pen-cnn%2Ckeras-convnet$"))
    page.get_by_text("Logarithmic scale").click()
    expect(page).to_have_url(re.compile("log=true"))
    wait_for_curves(page)
    again = browse(page.url)
    wait_for_curves(again)
    assert shown(again) == ["pen-cnn", "keras-convnet"]
    assert again.get_by_role("switch").or_(again.get_by_role("checkbox")).first.is_checked()


def test_a_seventh_tick_is_taken_back_with_a_warning(server, browse):
    page = browse(f"{server.url}/curves?networks={','.join(SIX)}")
    wait_for_curves(page)
    tick(page, 9)
    expect(page.get_by_role("alert")).to_contain_text("Six networks at most")
    expect(page.get_by_role("alert")).to_contain_text("tutorial-mlp")
    settle(page)
    assert shown(page) == SIX
    tick(page, 1)
    expect(page.get_by_role("alert")).to_have_count(0)
    settle(page)
    assert shown(page) == SIX[1:]


def tick(page: Page, row: int) -> None:
    """Tick a row of the table; it is drawn, so that there is nothing but a place to click on."""
    table = page.get_by_test_id("stDataFrame").locator(".stDataFrameGlideDataEditor").first
    table.click(position={"x": 16, "y": ROW * row + ROW / 2})


def test_curves_are_downloaded_as_a_picture_and_as_figures_and_chosen_with_the_keyboard(
    server, browse
):
    page = browse(f"{server.url}/curves?networks=pen-cnn")
    wait_for_curves(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Picture (PNG)").click()
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")
    with page.expect_download() as download:
        page.get_by_role("button", name="Figures (CSV)").click()
    assert Path(download.value.path()).read_text().startswith("network,epoch,digits,")
    page.get_by_role("combobox", name="Shown").focus()
    page.keyboard.type("softmax")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("networks=pen-cnn%2Csoftmax"))
