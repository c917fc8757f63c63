"""A real browser and a real server."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from app_server import serve
from playwright.sync_api import Browser, BrowserContext, Page, expect

from devtools.browser import chromium, find_chromium, record_errors
from devtools.server import Server
from devtools.visitor import Visitor
from mnist_core.hand.stored import hand_file

expect.set_options(timeout=30_000)  # milliseconds; a busy machine is no failure


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test in this folder as an end-to-end test."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def served_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the app that tests share writes to."""
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="session")
def server(served_home: Path) -> Iterator[Server]:
    """The app without MNIST, shared by tests that do not mind who visited before."""
    with serve(served_home, MNIST_NPZ="", KERAS_HOME=str(served_home)) as running:
        yield running


@pytest.fixture
def nothing_taught(served_home: Path) -> Iterator[None]:
    """The app that tests share knows no hand, before the test and after it."""
    hand = hand_file(served_home)
    hand.unlink(missing_ok=True)
    yield
    hand.unlink(missing_ok=True)


@pytest.fixture
def fresh_server(tmp_path: Path) -> Iterator[Server]:
    """The app, just started: nobody has visited it."""
    with serve(tmp_path) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium. Without one the test is skipped, and in CI it fails."""
    try:
        find_chromium()
    except FileNotFoundError as missing:
        pytest.fail(str(missing)) if os.environ.get("CI") else pytest.skip(str(missing))
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def profile(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Return a function that returns the browser's profile for a kind of window, of any size.

    Windows of a kind share one: the browser then compiles Streamlit's scripts once, and not with
    every visit, which takes it seconds.
    """
    profiles: dict[str, BrowserContext] = {}

    def find(**window: Any) -> BrowserContext:
        kind = repr(sorted(window.items()))
        if kind not in profiles:
            profiles[kind] = browser.new_context(**window)
        return profiles[kind]

    yield find
    for kept in profiles.values():
        kept.close()


@pytest.fixture
def browse(
    browser: Browser, profile: Callable[..., BrowserContext]
) -> Iterator[Callable[..., Page]]:
    """Return a function that opens an address in a window of its own.

    With `apart`, the window shares no cookies and no storage with any other. A script given to it
    runs in the window before those of the page. When the test is over, it fails if the browser's
    console has shown an error.
    """
    errors: list[str] = []
    closing = ExitStack()

    def open_window(url: str, *, apart: bool = False, script: str = "", **window: Any) -> Page:
        size = window.pop("viewport", {"width": 1280, "height": 800})
        context = browser.new_context(**window) if apart else profile(**window)
        page = context.new_page()
        page.set_viewport_size(size)
        closing.callback(context.close if apart else page.close)
        page.add_init_script(script)
        record_errors(page, errors)
        page.goto(url)
        return page

    with closing:
        yield open_window
    assert not errors


@pytest.fixture
def visit(browse: Callable[..., Page]) -> Callable[..., Visitor]:
    """Return a function that opens the Draw page and waits until one can draw."""

    def visit(url: str, **window: Any) -> Visitor:
        visitor = Visitor(browse(url, **window))
        visitor.wait_for_canvas()
        return visitor

    return visit
