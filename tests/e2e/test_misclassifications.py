"""The Misclassifications page in a real browser: from a cell of the matrix to its pictures."""

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from devtools.visitor import Visitor
from mnist_core import load_reader
from mnist_core.data.datasets import load_uci_digits
from ui.base.wording import article

ADDRESS = "misclassifications?set=UCI+digits&model=softmax"
WINDOWS = {
    "desktop": {},
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True},
}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def counts() -> np.ndarray:
    """How often softmax reads each label of the uci-digits (row) as each digit (column)."""
    digits = load_uci_digits()
    read = load_reader("softmax").predict(digits.images).argmax(axis=1)
    matrix = np.zeros((10, 10), int)
    np.add.at(matrix, (digits.labels, read), 1)
    return matrix


@pytest.fixture
def look(server, browse) -> Callable[..., Page]:
    """Return a function that opens the page and waits until the matrix is drawn."""

    def look(more: str = "", **window: object) -> Page:
        page = browse(f"{server.url}/{ADDRESS}{more}", **window)
        wait_for_matrix(page)
        return page

    return look


def wait_for_matrix(page: Page) -> None:
    """Return when everything is there."""
    expect(page.get_by_label(re.compile(r"^9 read as 9: \d+$"))).to_be_visible()
    Visitor(page).settle()


def click_cell(page: Page, label: int, read: int) -> None:
    """Click into the middle of a cell, where its number stands."""
    cell = page.get_by_label(re.compile(rf"^{label} read as {read}: \d+$"))
    cell.click()


def expect_pictures(page: Page, label: int, read: int, n: int) -> None:
    """Expect the pictures of one cell, and no others."""
    times = "1 time" if n == 1 else f"{n} times"
    what = f"read as {read}" if label != read else "read correctly"
    a = article(label)
    expect(page.get_by_text(f"{times}, {a} {label} was {what}", exact=True)).to_be_visible()
    one = f"{a.capitalize()} {label} that was read as {read}"
    for name in (one, re.compile(r"^An? \d that was read as \d$")):
        expect(page.get_by_role("img", name=name)).to_have_count(min(n, 24))


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
def test_a_click_on_a_cell_shows_its_pictures_again_too_after_all_were_shown(look, counts, window):
    page = look(**window)
    frequent = [divmod(int(i), 10) for i in most_frequent(counts)[:2]]
    for label, read in [*frequent, (0, 0), frequent[0]]:
        click_cell(page, label, read)
        expect_pictures(page, label, read, counts[label, read])
        expect(page).to_have_url(re.compile(rf"[?&]label={label}&read={read}"))
    assert page.evaluate(OVERFLOW) == 0

    page.get_by_role("button", name="All", exact=True).click()
    expect(page.get_by_text(re.compile(r"^\d+ mistakes$"))).to_be_visible()
    page.wait_for_timeout(500)
    click_cell(page, label, read)
    expect_pictures(page, label, read, counts[label, read])


def most_frequent(counts: np.ndarray) -> np.ndarray:
    wrong = counts - np.diag(counts.diagonal())
    return np.argsort(-wrong, axis=None, kind="stable")


def test_the_keyboard_leads_to_a_cell(look, counts):
    page = look()
    label, read = divmod(int(most_frequent(counts)[0]), 10)
    for name, digit in (("Label", label), ("Read as", read)):
        page.get_by_role("combobox", name=re.compile(name)).focus()
        page.keyboard.type(str(digit))
        page.keyboard.press("Enter")
        page.wait_for_timeout(700)
    expect_pictures(page, label, read, counts[label, read])


def test_a_picture_opens_and_goes_onto_the_canvas(look):
    page = look()
    page.get_by_test_id("stTopNav").get_by_role("link", name="Draw").click()
    page.get_by_role("radio", name="Camera").click()
    page.get_by_role("link", name="Misclassifications").click()
    wait_for_matrix(page)
    page.locator("[class*='st-key-open--'] button").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(re.compile(r"^It was an? \d\. It said \d, "))).to_be_visible()
    first = dialog.get_by_role("img", name=re.compile("enlarged")).get_attribute("src")
    dialog.get_by_role("button", name="Next").click()
    expect(dialog.get_by_role("img", name=re.compile("enlarged"))).not_to_have_attribute(
        "src", first
    )
    dialog.get_by_role("button", name="Put it on the canvas").click()
    visitor = Visitor(page)
    visitor.wait_for_canvas()
    expect(visitor.answer).to_have_text(re.compile(r"I read \d|\d or \d\?|does not look like"))
    visitor.settle()
    assert visitor.ink() > 500


def test_a_link_with_the_former_title_of_a_view_opens_it_and_the_matrix_can_be_downloaded(look):
    page = look("&view=Take+it+away")
    expect(page.get_by_role("tab", name="Download")).to_have_attribute("aria-selected", "true")
    with page.expect_download() as started:
        page.get_by_role("button", name="Matrix as PNG").click()
    assert started.value.suggested_filename == "matrix-softmax-uci-digits.png"
    assert started.value.path().read_bytes().startswith(b"\x89PNG")
