"""Coming to the app, and what it costs its host."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from app_server import serve
from playwright.sync_api import Page, expect

from devtools.browser import settle
from devtools.server import Server
from devtools.visitor import SEVEN

PAGES = {
    "inside": "Inside",
    "hand": "Your hand",
    "numbers": "Numbers",
    "retrain": "Retrain",
    "sweep": "Sweep",
    "curves": "Training curves",
    "models": "Models",
    "data": "Data",
    "kaggle": "Kaggle",
    "about": "How it works",
    "status": "Status",
    "misclassifications": "Misclassifications",  # the last, for what it loads stays loaded
}  # every page but the landing page


# Before its first visit a server runs `pages/` without app.py. That each page then brings the frame
# by itself is in tests/test_pages.py; here two are enough to see that the frame is whole.
FIRST = ["curves", "misclassifications"]


@pytest.mark.parametrize("path", FIRST)
def test_the_first_visit_of_a_fresh_server_may_be_any_page(fresh_server, browse, path):
    expect_whole_page(browse(f"{fresh_server.url}/{path}"), PAGES[path])


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of which every page is visited, one after the other, and nothing else."""
    with serve(tmp_path_factory.mktemp("visited")) as running:
        yield running


def test_reading_a_drawing_loads_no_tensorflow(visited, visit):
    visitor = visit(visited.url)
    visitor.draw(SEVEN)
    expect(visitor.answer).to_have_text("I read 7")
    visitor.settle()
    expect_light(visited)


@pytest.mark.parametrize("path", PAGES)
def test_a_visit_may_begin_on_any_page_and_none_loads_tensorflow(visited, browse, path):
    page = browse(f"{visited.url}/{path}")
    expect_whole_page(page, PAGES[path])
    settle(page)
    expect_light(visited, but_for_scores=path == "misclassifications")


def expect_whole_page(page: Page, title: str) -> None:
    """Expect a page with its title and its navigation, which leads to Draw."""
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    expect(page).to_have_title(f"{title} · Inkling")
    expect(page.get_by_role("link", name="Draw", exact=True).first).to_be_visible()
    page.get_by_role("link", name="Draw", exact=True).first.click()
    expect(page.get_by_role("heading", level=1, name="Inkling")).to_be_visible()


def expect_light(server: Server, but_for_scores: bool = False) -> None:
    """Expect a server to have loaded neither TensorFlow nor scikit-learn.

    The latter has precision and recall of each digit, which one page shows: `but_for_scores`.
    """
    if sys.platform != "linux":
        return  # there is no /proc
    loaded = "".join(libraries_of(process.pid) for process in server.family())
    assert "opencv" in loaded
    assert "/tensorflow/" not in loaded
    assert "/sklearn/" not in loaded or but_for_scores


def libraries_of(process: int) -> str:
    """Return what a process has loaded; nothing if it has ended meanwhile."""
    try:
        return (Path("/proc") / str(process) / "maps").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
