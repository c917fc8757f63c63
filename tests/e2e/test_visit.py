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
    "misclassifications": "Misclassifications",
}  # every page but the landing page


# Before its first visit a server runs `pages/` without app.py. That each page then brings the frame
# by itself is in tests/test_pages.py; here two are enough to see that the frame is whole.
FIRST = ["curves", "misclassifications"]

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="It reads /proc.")


@pytest.fixture(scope="module")
def quiet_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app, visited by the tests of this file only."""
    with serve(tmp_path_factory.mktemp("quiet")) as running:
        yield running


@pytest.mark.parametrize("path", FIRST)
def test_the_first_visit_of_a_fresh_server_may_be_any_page(fresh_server, browse, path):
    expect_whole_page(browse(f"{fresh_server.url}/{path}"), PAGES[path])
    assert "/tensorflow/" not in loaded_by(fresh_server)


@pytest.mark.parametrize("path", [path for path in PAGES if path not in FIRST])
def test_a_visit_may_begin_on_any_page(quiet_server, browse, path):
    expect_whole_page(browse(f"{quiet_server.url}/{path}"), PAGES[path])


@LINUX
def test_neither_a_reading_nor_these_pages_make_the_server_load_tensorflow(quiet_server, visit):
    visitor = visit(quiet_server.url)
    visitor.draw(SEVEN)
    expect(visitor.answer).to_have_text("I read 7")
    loaded = loaded_by(quiet_server)
    assert "opencv" in loaded
    assert "/tensorflow/" not in loaded
    # Precision and recall of each digit are scikit-learn's: Misclassifications alone needs it.
    assert "/sklearn/" not in loaded


def expect_whole_page(page: Page, title: str) -> None:
    """Expect a page with its title and its navigation, which leads to Draw."""
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    expect(page).to_have_title(f"{title} · Inkling")
    settle(page)  # all that the page needs has been loaded
    page.get_by_role("link", name="Draw", exact=True).first.click()
    expect(page.get_by_role("heading", level=1, name="Inkling")).to_be_visible()


def loaded_by(server: Server) -> str:
    """Return what a server and the processes it started have loaded; nothing but on Linux."""
    return "".join(libraries_of(process.pid) for process in server.family())


def libraries_of(process: int) -> str:
    """Return what a process has loaded; nothing if it has ended meanwhile."""
    try:
        return (Path("/proc") / str(process) / "maps").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
