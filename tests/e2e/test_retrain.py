"""A network trained from the page in a real browser: watched, stopped, found again, and used."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

A_RUN = 240_000  # milliseconds; TensorFlow alone takes five seconds to load
LEARNING_RATE = re.compile("^Learning rate")  # followed by a mark where it differs
LONG = 1000  # epochs; nobody waits for the end
COUNT_FRAMES = """() => {
    window.frames_sent = 0;
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (frame) { window.frames_sent++; send.call(this, frame); };
}"""
BAR = "document.querySelector('[role=progressbar]')?.ariaValueNow"


@pytest.fixture
def open_form(server, browse) -> Callable[[], Page]:
    """Return a function that opens the form, set to the quick CNN on the app's own digits."""

    def open_form() -> Page:
        page = browse(f"{server.url}/retrain?run=")
        page.get_by_text("Settings", exact=True).click()
        page.get_by_role("radio", name="UCI digits").click()
        expect(page.get_by_text("1,189 training digits")).to_be_visible()
        return page

    return open_form


def train(page: Page, epochs: int) -> None:
    """Start a run."""
    field = page.get_by_label(re.compile("^Epochs"))
    field.fill(str(epochs))
    field.press("Enter")
    expect(page.get_by_text(f"epochs 2 → {epochs}")).to_be_visible()
    button(page, "Train").click()
    expect(button(page, re.compile("Stop|Leave the queue"))).to_be_visible()


def button(page: Page, name: str | re.Pattern[str]) -> Locator:
    return page.get_by_role("button", name=name, exact=isinstance(name, str))


@pytest.mark.tensorflow
@pytest.mark.slow
def test_a_bad_value_is_told_and_then_a_network_learns_while_one_watches_and_reads_on_draw(
    open_form,
):
    page = open_form()
    for typed, told in (("10", "10."), ("0", "0."), ("", "nothing.")):
        field = page.get_by_label(LEARNING_RATE)
        field.fill(typed)
        field.press("Enter" if typed else "Tab")
        expect(page.get_by_text(f"must be from 0.0000001 to 1. You entered {told}")).to_be_visible()
        expect(button(page, "Train")).to_be_disabled()
    button(page, "Reset").click()
    expect(button(page, "Train")).to_be_enabled()
    expect(page.get_by_label(LEARNING_RATE)).to_have_value("0.01")

    page.evaluate(COUNT_FRAMES)
    train(page, 12)
    # The browser itself keeps watch: a locator would wait for a bar that has gone.
    page.evaluate(f"window.seen = []; setInterval(() => window.seen.push({BAR}), 100)")
    expect(page.get_by_text("that it had never seen")).to_be_visible(timeout=A_RUN)
    seen = [int(share) for share in page.evaluate("window.seen") if share]
    assert seen == sorted(seen)
    assert any(0 < share < 100 for share in seen)
    page.wait_for_timeout(2_000)
    frames = page.evaluate("window.frames_sent")
    page.wait_for_timeout(3_000)
    assert page.evaluate("window.frames_sent") == frames > 0  # nothing goes on: nothing is asked
    expect(page.get_by_role("cell", name=re.compile("UCI digits, test set"))).to_be_visible()
    expect(page.get_by_role("img", name=re.compile(r"^An? \d, read as"))).to_have_count(20)
    button(page, "Use it on Draw").click()
    expect(page.locator("canvas.upper-canvas")).to_be_visible()
    expect(page.get_by_role("link", name="Read by quick-cnn-1")).to_be_visible()


@pytest.mark.tensorflow
@pytest.mark.slow
def test_the_next_run_waits_and_one_is_found_in_a_second_tab_after_a_reload_and_stopped_there(
    open_form, browse
):
    first = open_form()
    train(first, LONG)
    expect(first.get_by_text(re.compile(r"Epoch \d+ of 1,000"))).to_be_visible(timeout=A_RUN)
    second = browse(first.url.partition("?")[0])
    expect(button(second, "Stop")).to_be_visible()
    assert second.url == first.url

    waiting = open_form()
    train(waiting, LONG)
    expect(waiting.get_by_text("It is next.")).to_be_visible()
    button(waiting, "Leave the queue").click()
    expect(waiting.get_by_text("It left the queue before it started.")).to_be_visible()

    first.reload()
    expect(button(first, "Stop")).to_be_visible()
    button(second, "Stop").click()
    for page in (first, second):
        expect(page.get_by_text(re.compile(r"Stopped after \d+ of 1,000"))).to_be_visible()
    button(first, "Stop here and evaluate").click()
    expect(first.get_by_text("that it had never seen")).to_be_visible(timeout=A_RUN)
