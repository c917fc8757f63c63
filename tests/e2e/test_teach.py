"""Teaching a hand in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from devtools.browser import settle
from devtools.visitor import ANSWER, SEVEN

DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 664}, "has_touch": True}


@pytest.mark.parametrize("window", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_misread_correct_read_right_undo_misread_again(fresh_server, visit, window):
    visitor = visit(fresh_server.url, **window)
    page = visitor.page
    visitor.draw(SEVEN)
    expect(visitor.answer).to_have_text("I read 7")
    visitor.settle()
    page.locator(".st-key-it_is").get_by_role("radio", name="4", exact=True).click()
    expect(visitor.answer).to_have_text("I read 4")
    expect(page.get_by_text("learned from 1 drawing")).to_be_visible()
    expect(page.get_by_text("Reads for you (1 drawing)")).to_be_visible()
    page.get_by_role("button", name="Undo learning").click()
    expect(visitor.answer).to_have_text("I read 7")
    expect(page.get_by_text("Reads for you")).to_have_count(0)


def test_the_keyboard_alone_is_enough(fresh_server, visit):
    visitor = visit(fresh_server.url)
    page = visitor.page
    visitor.press("Surprise me")
    expect(visitor.answer).to_have_text(ANSWER)
    visitor.settle()
    other = "3" if "3" not in visitor.answer.inner_text() else "5"
    chosen = page.locator(".st-key-it_is").get_by_role("radio", name=other, exact=True)
    chosen.focus()
    page.keyboard.press("Enter")
    expect(visitor.answer).to_have_text(f"I read {other}")
    page.get_by_role("button", name="Undo learning").focus()
    page.keyboard.press("Enter")
    expect(visitor.answer).not_to_have_text(f"I read {other}")


def test_what_was_taught_is_still_there_after_a_restart(fresh_server, visit):
    visitor = visit(fresh_server.url)
    visitor.draw(SEVEN)
    expect(visitor.answer).to_have_text("I read 7")
    visitor.settle()
    visitor.page.locator(".st-key-it_is").get_by_role("radio", name="4", exact=True).click()
    expect(visitor.answer).to_have_text("I read 4")
    visitor.page.close()  # or it would report that the server is gone
    fresh_server.stop()
    fresh_server.start()
    visitor = visit(fresh_server.url)
    expect(visitor.page.get_by_text("Reads for you (1 drawing)")).to_be_visible()


def test_guided_writing_goes_on_to_its_end(fresh_server, browse):
    page = browse(f"{fresh_server.url}/hand")
    page.get_by_role("button", name="Start writing").click()
    for digit in range(10):
        expect(
            page.get_by_role("heading", name=re.compile(rf"^Write an? {digit}$"))
        ).to_be_visible()
        settle(page)
        page.get_by_role("button", name="Skip this digit").click()
    expect(page.get_by_text("Learned 0 drawings")).to_be_visible()
    expect(page.get_by_role("button", name="Write more")).to_be_visible()
