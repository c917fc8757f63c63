"""A visitor with a real Chromium: draws, opens every page, trains a network."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

from deploy.clean_environment import DeployError
from devtools.browser import PATIENCE, chromium, record_errors, settle
from devtools.visitor import SEVEN, Visitor

A_RUN = 600_000  # milliseconds
ANSWER = re.compile(r"I read (\d)")
EVALUATED = re.compile("that it had never seen")
TOO_LITTLE = "Too little memory to train"
FAILED = re.compile(f"Failed|Interrupted|{TOO_LITTLE}")


@contextmanager
def visiting(address: str) -> Iterator[Page]:
    """Open the app in a window wide enough for all of its navigation.

    Raises:
        FileNotFoundError: there is no Chromium.
        DeployError: in the end, if it has told an error.
    """
    errors: list[str] = []
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.set_default_timeout(PATIENCE)
        record_errors(page, errors)
        page.goto(address)
        yield page
    if errors:
        raise DeployError("\n".join(["The browser told errors:", *errors]))


def draw(page: Page) -> str:
    """Draw a 7 and return what was read."""
    visitor = Visitor(page)
    visitor.wait_for_canvas()
    settle(page)
    visitor.draw(SEVEN)
    expect(visitor.answer).to_have_text(ANSWER, timeout=PATIENCE)
    return visitor.answer.inner_text()


def open_every_page(page: Page) -> list[str]:
    """Open every page that the navigation leads to, by its address; return their titles.

    Raises:
        DeployError: a page is not there, or shows a failure.
    """
    links = page.get_by_test_id("stTopNavLink")
    links.first.wait_for()
    titles = []
    for address in [str(link.evaluate("link => link.href")) for link in links.all()]:
        page.goto(address)
        page.get_by_role("heading").first.wait_for()
        settle(page)
        refuse_failures(page)
        titles.append(page.title().removesuffix(" · Inkling"))
    return titles


def refuse_failures(page: Page) -> None:
    """Make sure that a page shows none; that memory is too little to train is what it should say.

    Raises:
        DeployError: it does show one.
    """
    for sign in ("stException", "stAlertContentError", "stDialog"):
        for failure in page.get_by_test_id(sign).all():
            told = " ".join(failure.inner_text().split())
            if TOO_LITTLE not in told:
                raise DeployError(f"{page.url} shows a failure: {told}")


def train_for_an_epoch(page: Page, address: str, digits: str) -> str:
    """Train the form's first recipe, `quick-cnn`, for one epoch; return how it ended.

    Raises:
        DeployError: it did not come to its end.
    """
    page.goto(f"{address.rstrip('/')}/retrain?run=")
    page.get_by_text("Settings", exact=True).click()
    page.get_by_role("radio", name=digits).click()
    epochs = page.get_by_label("Epochs", exact=True)
    epochs.fill("1")
    epochs.press("Enter")
    train = page.get_by_role("button", name="Train", exact=True)
    expect(train).to_be_enabled(timeout=PATIENCE)
    train.click()
    end = page.get_by_text(EVALUATED).or_(page.get_by_text(FAILED)).first
    expect(end).to_be_visible(timeout=A_RUN)
    told = " ".join(end.inner_text().split())
    if not EVALUATED.search(told):
        raise DeployError(f"The training did not come to its end: {told}")
    return told
