"""Coming to the app, and what it costs its host."""

import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

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


@pytest.mark.parametrize("path", [path for path in PAGES if path not in FIRST])
def test_a_visit_may_begin_on_any_page(server, browse, path):
    expect_whole_page(browse(f"{server.url}/{path}"), PAGES[path])


def expect_whole_page(page: Page, title: str) -> None:
    """Expect a page with its title and its navigation, which leads to Draw."""
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    expect(page).to_have_title(f"{title} · Inkling")
    expect(page.get_by_role("link", name="Draw", exact=True).first).to_be_visible()
    page.get_by_role("link", name="Draw", exact=True).first.click()
    expect(page.get_by_role("heading", level=1, name="Inkling")).to_be_visible()


@pytest.mark.skipif(sys.platform != "linux", reason="It reads /proc.")
def test_no_page_makes_the_server_load_tensorflow(fresh_server, visit):
    visitor = visit(fresh_server.url)
    visitor.draw(SEVEN)
    expect(visitor.answer).to_have_text("I read 7")
    for title in PAGES.values():
        visitor.page.get_by_role("link", name=title, exact=True).click()
        expect(visitor.page.get_by_role("heading", level=1, name=title)).to_be_visible()
        visitor.settle()
        loaded = "".join(libraries_of(process.pid) for process in fresh_server.family())
        assert "opencv" in loaded
        assert "/tensorflow/" not in loaded
        # Precision and recall of each digit are scikit-learn's; no other page needs it.
        assert "/sklearn/" not in loaded or title == "Misclassifications"


def libraries_of(process: int) -> str:
    """Return what a process has loaded; nothing if it has ended meanwhile."""
    try:
        return (Path("/proc") / str(process) / "maps").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
