"""A real browser and a real server."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)
from visitor import Visitor

ROOT = Path(__file__).parents[2]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ENVIRONMENT = dict(os.environ)  # as it was before a test changed it
PATIENCE = 30  # seconds; a busy machine is no failure

expect.set_options(timeout=PATIENCE * 1000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test in this folder as an end-to-end test."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


class Server(subprocess.Popen[bytes]):
    """The app on a port of its own, below a path if one is given."""

    def __init__(self, home: Path, path: str = "", **variables: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.port = port
        self.url = f"http://127.0.0.1:{port}{path}"
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
        super().__init__(
            [
                *command,
                f"--server.port={port}",
                "--server.address=127.0.0.1",
                f"--server.baseUrlPath={path}",
            ],
            cwd=ROOT,
            env=ENVIRONMENT | {"INKLING_HOME": str(home)} | variables,
        )

    def wait_until_healthy(self) -> None:
        """Return when the server answers."""
        for _ in range(PATIENCE * 10):
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health"):
                    return
            except OSError:
                time.sleep(0.1)
        pytest.fail(f"The server did not answer within {PATIENCE} seconds.")


@contextmanager
def serve(home: Path, path: str = "", **variables: str) -> Iterator[Server]:
    """Run the app for a while, below a path if one is given; what it writes goes to `home`."""
    server = Server(home, path, **variables)
    try:
        server.wait_until_healthy()
        yield server
    finally:
        server.terminate()
        server.wait(PATIENCE)


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
