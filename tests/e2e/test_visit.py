"""Coming to the app, and what it costs its host."""

import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect
from visitor import SEVEN

PAGES = {
    "retrain": "Retrain",
    "curves": "Training curves",
    "models": "Models",
    "data": "Data",
    "kaggle": "Kaggle",
    "about": "How it works",
    "status": "Status",
    "misclassifications": "Misclassifications",  # the last, for what it loads stays loaded
}  # every page but the landing page


@pytest.mark.parametrize(("path", "title"), PAGES.items())
def test_the_first_visit_of_a_fresh_server_may_be_any_page(fresh_server, browse, path, title):
    page = browse(f"{fresh_server.url}/{path}")
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
        loaded = "".join(libraries_of(process) for process in family(fresh_server.pid))
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


def family(process: int) -> list[int]:
    """Return a process and its children, and theirs."""
    tasks = (Path("/proc") / str(process) / "task").glob("*/children")
    children = [int(child) for task in tasks for child in task.read_text().split()]
    return [process, *(descendant for child in children for descendant in family(child))]
