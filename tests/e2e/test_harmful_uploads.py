"""What somebody uploads who means harm runs no script on the page, and breaks nothing."""

import os

import pytest
from playwright.sync_api import Page, expect
from uploader import uploader

from devtools import hostile
from devtools.browser import settle
from devtools.visitor import SEVEN

pytestmark = pytest.mark.slow

ALL = bool(os.environ.get("DAMAGE_FLIPS"))  # `make soak` tries every file
NAMES = [name for name in hostile.NAMES if not set(name) & set("\0\n\t") and len(name) < 200]


def some(corpus: hostile.Corpus) -> list[bytes]:
    """Return the files that are tried here: all of them, or a few."""
    return [*corpus.values()][:: 1 if ALL else 9]


def harmless(page: Page) -> None:
    """Make sure that no script has run, and that no error was shown but one of ours."""
    assert page.evaluate("window.hacked") is None
    assert page.get_by_test_id("stException").count() == 0
    assert "Traceback" not in page.inner_text("body")


def test_no_picture_runs_a_script_or_breaks_the_page(server, visit):
    visitor = visit(server.url)
    visitor.draw(SEVEN)
    expect(visitor.answer).to_have_text("I read 7")
    visitor.choose("Picture")
    file = visitor.page.locator("input[type=file]")
    # Flipped bytes hold no script; that each is read or refused is in tests/test_hostile.py.
    damaged = hostile.damaged().values() if ALL else ()
    contents = [*hostile.strangers().values(), *damaged]
    for place, content in enumerate(contents):
        name = NAMES[place % len(NAMES)] + ".png"
        with visitor.page.expect_response(lambda answer: answer.request.method == "PUT"):
            file.set_input_files({"name": name, "mimeType": "image/png", "buffer": content})
        visitor.settle()
        harmless(visitor.page)
    visitor.choose("Draw")
    expect(visitor.answer).to_have_text("I read 7")


def test_no_csv_runs_a_script_or_breaks_the_page(server, browse):
    page = browse(f"{server.url}/kaggle")
    file = uploader(page, "train.csv")
    bad = {
        name: csv for name, csv in hostile.csv_files().items() if name not in hostile.GOOD_AFTER_ALL
    }
    for place, content in enumerate(some(bad)):
        name = NAMES[place % len(NAMES)] + ".csv"
        with page.expect_response(lambda answer: answer.request.method == "PUT"):
            file.set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
        page.wait_for_timeout(400)  # until the page is told of the upload, and begins to read
        settle(page)
        expect(page.get_by_role("alert").first).to_contain_text("row")
        harmless(page)


def test_the_name_of_a_good_csv_is_shown_as_it_is(server, browse):
    page = browse(f"{server.url}/kaggle")
    name = "<img src=x onerror=window.hacked=1> [win](javascript:window.hacked=1).csv"
    content = hostile.HEADER + hostile.ROW * 12
    file = {"name": name, "mimeType": "text/csv", "buffer": content}
    uploader(page, "train.csv").set_input_files(file)
    expect(page.get_by_text(name)).to_be_visible(timeout=60_000)
    assert page.get_by_role("link", name="win").count() == 0
    harmless(page)
