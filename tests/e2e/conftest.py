"""A real browser and a real server."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from app_server import PATIENCE, Server, serve
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)
from visitor import Visitor

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

expect.set_options(timeout=PATIENCE * 1000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test in this folder as an end-to-end test."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app, shared by tests that do not mind who visited before."""
    with serve(tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture
def fresh_server(tmp_path: Path) -> Iterator[Server]:
    """The app, just started: nobody has visited it."""
    with serve(tmp_path) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium. Without one the test is skipped, and in CI it fails."""
    executable = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if executable is None:
        reason = f"No browser. Install one of: {', '.join(CHROMIUM)}."
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])


@pytest.fixture
def browse(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens an address in a window of its own.

    When the test is over, it fails if the browser's console has shown an error.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        # On a page with a path, Streamlit looks for its server below that path first.
        if message.type == "error" and "/_stcore/" not in message.location["url"] + message.text:
            errors.append(f"{message.text} {message.location['url']}")

    def open_window(url: str, **window: Any) -> Page:
        window = {"viewport": {"width": 1280, "height": 800}} | window
        contexts.append(browser.new_context(**window))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", listen)
        page.goto(url)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert not errors


@pytest.fixture
def visit(browse: Callable[..., Page]) -> Callable[..., Visitor]:
    """Return a function that opens the Draw page and waits until one can draw."""

    def visit(url: str, **window: Any) -> Visitor:
        visitor = Visitor(browse(url, **window))
        visitor.wait_for_canvas()
        return visitor

    return visit
