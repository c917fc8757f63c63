"""Coming to the app, and what it costs its host."""

import sys
from collections.abc import Iterator

import pytest
from app_server import loaded_by, serve
from playwright.sync_api import Page, expect

from devtools.browser import settle
from devtools.server import Server
from devtools.visitor import SEVEN

# The other pages are opened in test_accessibility.py, and looked at as closely.
PAGES = {"inside": "Inside", "hand": "Your hand", "numbers": "Numbers"}

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="It reads /proc.")


@pytest.fixture(scope="module")
def quiet_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app, visited by the tests of this file only."""
    with serve(tmp_path_factory.mktemp("quiet")) as running:
        yield running


def test_the_first_visit_of_a_fresh_server_may_be_any_page(fresh_server, browse):
    """Before it a server runs `pages/` without app.py, and each page brings the frame by itself.

    Every page is tried in tests/test_pages.py; here one is enough to see that the frame is whole.
    """
    page = browse(f"{fresh_server.url}/misclassifications")
    expect_whole_page(page, "Misclassifications")
    assert "/tensorflow/" not in loaded_by(fresh_server)


@pytest.mark.parametrize(("path", "title"), PAGES.items())
def test_a_visit_may_begin_on_any_page(quiet_server, browse, path, title):
    expect_whole_page(browse(f"{quiet_server.url}/{path}"), title)


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
