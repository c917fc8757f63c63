"""The server is killed and started anew under an open page."""

import signal
from functools import partial
from operator import eq, lt

import pytest
from playwright.sync_api import expect

from devtools.visitor import ANSWER, INVITATION, ONE, SEVEN, STAR, Visitor


def draw(visitor: Visitor) -> None:
    visitor.draw(SEVEN)


def draw_and_take_back(visitor: Visitor) -> None:
    visitor.draw(SEVEN)
    visitor.settle()
    visitor.draw(STAR[:1])
    visitor.settle()
    visitor.press("Undo")


def draw_anew(visitor: Visitor) -> None:
    visitor.draw(STAR)
    visitor.settle()
    visitor.press("Clear")
    visitor.settle()
    visitor.draw(ONE)


def draw_on_a_surprise(visitor: Visitor) -> None:
    visitor.press("Surprise me")
    expect(visitor.answer).to_have_text(ANSWER)
    visitor.settle()
    visitor.draw([[(0, 1), (1, 1)]], (0, 0, 0.95))


def come_back_and_draw_on(visitor: Visitor) -> None:
    visitor.draw(SEVEN)
    visitor.settle()
    visitor.page.get_by_role("link", name="How it works").click()
    expect(visitor.page.get_by_role("heading", level=1, name="How it works")).to_be_visible()
    visitor.page.get_by_role("link", name="Draw", exact=True).click()
    visitor.wait_for_canvas()
    visitor.draw([[(0.1, 0.5), (0.6, 0.5)]])


WAYS = [draw, draw_and_take_back, draw_anew, draw_on_a_surprise, come_back_and_draw_on]


@pytest.fixture
def restart(fresh_server):
    """Return a function that kills the server, and starts it anew at the same place."""

    def kill_and_start() -> None:
        fresh_server.stop(signal.SIGKILL)
        fresh_server.start()

    return kill_and_start


def test_a_server_that_starts_anew_finds_every_page_as_it_was(fresh_server, visit, restart):
    visitors = [visit(fresh_server.url) for _ in WAYS]
    seen = []
    for visitor, way in zip(visitors, WAYS, strict=True):
        way(visitor)
        expect(visitor.answer).to_have_text(ANSWER)
        visitor.settle()
        seen.append((visitor.ink(), visitor.answer.inner_text()))
    untouched, cleared = visit(fresh_server.url), visit(fresh_server.url)
    cleared.draw(SEVEN)
    expect(cleared.answer).to_have_text("I read 7")
    cleared.press("Clear")
    expect(cleared.answer).to_have_text(INVITATION)
    cleared.settle()

    restart()

    for visitor, (ink, answer) in zip(visitors, seen, strict=True):
        wait_until_connected(visitor)
        expect_it_can_be_drawn_on(visitor, ink, answer)
    for visitor in (untouched, cleared):
        wait_until_connected(visitor)
        expect(visitor.answer).to_have_text(INVITATION)
        visitor.draw(SEVEN)
        expect(visitor.answer).to_have_text("I read 7")


def expect_it_can_be_drawn_on(visitor: Visitor, ink: int, answer: str) -> None:
    """Expect a drawing with so much ink, to which a stroke can be added and taken back."""
    expect(visitor.answer).to_have_text(answer)
    visitor.settle()
    visitor.expect_ink(partial(eq, ink))
    visitor.draw([[(0.1, 0.1), (0.2, 0.9)]], (0, 0, 1))
    visitor.settle()
    visitor.expect_ink(partial(lt, ink))
    visitor.press("Undo")
    expect(visitor.answer).to_have_text(answer)
    visitor.settle()
    visitor.expect_ink(partial(eq, ink))


def wait_until_connected(visitor: Visitor) -> None:
    """Wait until the page has found the server again, and been answered."""
    expect(visitor.page.get_by_test_id("stApp")).to_have_attribute(
        "data-test-connection-state", "CONNECTED", timeout=60_000
    )
    visitor.settle()
