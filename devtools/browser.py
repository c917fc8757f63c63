"""Chromium or Google Chrome, as this machine has it, driven by Playwright."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = ("--no-sandbox", "--disable-gpu")  # the sandbox refuses root, who tests in a container
PATIENCE = 60_000  # milliseconds


def find_chromium() -> str:
    """Return the path of a browser.

    Raises:
        FileNotFoundError: there is none.
    """
    for name in NAMES:
        if path := shutil.which(name):
            return path
    raise FileNotFoundError(
        f"There is no browser. Expected one of: {', '.join(NAMES)}. "
        "To install one: apt install chromium"
    )


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a browser, without a window of its own, for a while.

    Raises:
        FileNotFoundError: there is none.
    """
    executable = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=OPTIONS)
        yield browser
        browser.close()


def record_errors(page: Page, errors: list[str]) -> None:
    """Add to `errors`, from now on, what the page's scripts and its console report."""

    def listen(message: ConsoleMessage) -> None:
        # On a page with a path, Streamlit looks for its server below that path first.
        if message.type == "error" and "/_stcore/" not in message.location["url"] + message.text:
            errors.append(f"{message.text} {message.location['url']}")

    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", listen)


def settle(page: Page) -> None:
    """Wait until the app has run to its end."""
    expect(page.get_by_test_id("stApp")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=PATIENCE
    )
