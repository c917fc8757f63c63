"""Teaching a hand in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from devtools.browser import settle
from devtools.visitor import ANSWER, SEVEN

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 664}

pytestmark = pytest.mark.usefixtures("nothing_taught")


def test_misread_correct_read_right_undo_misread_again_on_a_desktop_and_a_phone(server, visit):
    visitor = visit(server.url)
    page = visitor.page
    visitor.draw(SEVEN)
    for window in (DESKTOP, PHONE):
        page.set_viewport_size(window)
        expect(visitor.answer).to_have_text("I read 7")
        visitor.settle()
        page.locator(".st-key-it_is").get_by_role("radio", name="4", exact=True).click()
        expect(visitor.answer).to_have_text("I read 4")
        expect(page.get_by_text("learned from 1 drawing")).to_be_visible()
        expect(page.get_by_text("Reads for you (1 drawing)")).to_be_visible()
        page.get_by_role("button", name="Undo learning").click()
        expect(visitor.answer).to_have_text("I read 7")
        expect(page.get_by_text("Reads for you")).to_have_count(0)


def test_the_keyboard_alone_is_enough(server, visit):
    visitor = visit(server.url)
    page = visitor.page
    visitor.press("Surprise me")
    expect(visitor.answer).to_have_text(ANSWER)
    settle(page)
    other = "3" if "3" not in visitor.answer.inner_text() else "5"
    chosen = page.locator(".st-key-it_is").get_by_role("radio", name=other, exact=True)
    chosen.focus()
    page.keyboard.press("Enter")
    expect(visitor.answer).to_have_text(f"I read {other}")
    page.get_by_role("button", name="Undo learning").focus()
    page.keyboard.press("Enter")
    expect(visitor.answer).not_to_have_text(f"I read {other}")


def test_guided_writing_goes_on_to_its_end(server, browse):
    page = browse(f"{server.url}/hand")
    page.get_by_role("button", name="Start writing").click()
    for digit in range(10):
        expect(
            page.get_by_role("heading", name=re.compile(rf"^Write an? {digit}$"))
        ).to_be_visible()
        settle(page)
        page.get_by_role("button", name="Skip this digit").click()
    expect(page.get_by_text("Learned 0 drawings")).to_be_visible()
    expect(page.get_by_role("button", name="Write more")).to_be_visible()


def test_what_was_taught_is_still_there_after_a_restart(fresh_server, visit):
    visitor = visit(fresh_server.url)
    visitor.draw(SEVEN)
    expect(visitor.answer).to_have_text("I read 7")
    settle(visitor.page)
    visitor.page.locator(".st-key-it_is").get_by_role("radio", name="4", exact=True).click()
    expect(visitor.answer).to_have_text("I read 4")
    visitor.page.close()  # or it would report that the server is gone
    fresh_server.stop()
    fresh_server.start()
    visitor = visit(fresh_server.url)
    expect(visitor.page.get_by_text("Reads for you (1 drawing)")).to_be_visible()
