"""Reading while the pen moves, in real browsers."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from devtools.live import find_node
from devtools.visitor import FOUR, INVITATION, SEVEN, Visitor

FIREFOX = Path(__file__).with_name("firefox")
LIVE = ".st-key-answer > .live"
LISTEN = """
window.readings = [];
window.told = [];
document.addEventListener("inkling-live", ({ detail }) => {
  if (detail) window.readings.push(detail.digits.join(" or "));
});
"""
SUM_LAYOUT_SHIFTS = """
window.layoutShift = 0;
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) window.layoutShift += shift.value;
}).observe({ type: "layout-shift", buffered: true });
"""
WATCH_WORKER = """
window.Worker = class extends Worker {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => { window.isLive ||= Boolean(data.isReady); });
  }
};
"""
FETCHED = """performance.getEntriesByType("resource")
    .filter(each => each.name.includes("/live/")).map(each => each.transferSize)"""
FOLLOW_STATUS = """status => {
  new MutationObserver(() => window.told.push(status.textContent))
    .observe(status, { childList: true, characterData: true, subtree: true });
}"""


def draw_slowly(visitor: Visitor, strokes, square=(0.25, 0.2, 0.6)) -> None:
    """Draw, and leave the pen on the paper after the last stroke."""
    mouse = visitor.page.mouse
    for i, stroke in enumerate(strokes):
        if i:
            mouse.up()
        first, *rest = visitor.points(stroke, square)
        mouse.move(*first)
        mouse.down()
        for point in rest:
            mouse.move(*point, steps=20)
            visitor.page.wait_for_timeout(150)


@pytest.fixture
def ready(server, browse):
    """Somebody who waits until their browser has all that it reads with."""

    def visit(**window) -> tuple[Visitor, list[str]]:
        script = LISTEN + SUM_LAYOUT_SHIFTS + WATCH_WORKER
        page, fetched = browse("about:blank", script=script, **window), []
        page.on("response", lambda answer: fetched.append(answer.url))
        with page.expect_response(lambda answer: "/live/" in answer.url and ".js" in answer.url):
            page.goto(server.url)
        visitor = Visitor(page)
        visitor.wait_for_canvas()
        visitor.settle()
        page.wait_for_function("window.isLive")  # the worker has compiled
        return visitor, [url for url in fetched if "/live/" in url]

    return visit


def test_a_digit_is_read_while_it_is_drawn_and_the_server_answers_in_its_place(ready):
    visitor, fetched = ready(apart=True)
    page = visitor.page
    page.locator("p[role=status]").evaluate(FOLLOW_STATUS)
    page.evaluate("layoutShift = 0")
    draw_slowly(visitor, SEVEN)

    # The pen is still down: nothing has been sent, and no screen reader hears of it.
    expect(page.locator(f"{LIVE} h2")).to_have_text("I read 7")
    expect(page.locator(LIVE)).to_have_attribute("aria-hidden", "true")
    expect(page.locator(".likelihood > .named")).to_contain_text("%")
    expect(visitor.answer).to_have_text(INVITATION)
    assert page.evaluate("told") == []
    assert len(page.evaluate("readings")) > 3
    assert len(fetched) == 2  # the network and the script

    page.mouse.up()
    expect(visitor.answer).to_have_text("I read 7")
    expect(page.locator(LIVE)).to_have_count(0)
    visitor.settle()
    assert [words[:9] for words in page.evaluate("told")] == ["I read 7."]
    assert page.evaluate("layoutShift") < 0.1

    # Another stroke beside it begins a number, which is left to the server.
    page.evaluate("readings = []")
    draw_slowly(visitor, [[(0, 0.1), (0, 0.8)]], (0.9, 0.2, 0.6))
    page.wait_for_timeout(200)
    assert page.evaluate("readings") == []
    expect(page.locator(LIVE)).to_have_count(0)
    page.mouse.up()
    expect(visitor.answer).to_have_text("I read 71")
    draw_slowly(visitor, [[(0.1, 0.5), (0.3, 0.5), (0.2, 0.6)]])
    assert page.evaluate("readings") == []
    page.mouse.up()
    visitor.settle()
    visitor.press("Undo")
    visitor.settle()

    # The same answer again: the bars that live readings moved are the server's again.
    bars = page.get_by_role("img", name="Probability of each digit")
    visitor.press("Undo")
    expect(visitor.answer).to_have_text("I read 7")
    visitor.settle()
    shown = bars.inner_html()
    draw_slowly(visitor, [[(0, 0), (0.2, 0), (0, 0)]], (0.3, 0.2, 0.6))  # on the ink that is there
    page.mouse.up()
    visitor.settle()
    expect(bars.locator(".named")).to_contain_text("7")
    assert bars.inner_html().count("<span>") == shown.count("<span>")

    # Whoever comes again has the network already.
    page.reload()
    visitor.wait_for_canvas()
    visitor.settle()
    page.wait_for_function(f"{FETCHED}.length > 1")
    assert page.evaluate(FETCHED) == [0, 0]


def test_where_nothing_can_be_fetched_the_page_is_as_before(server, browse):
    page = browse("about:blank")
    page.route("**/live/*", lambda route: route.fulfill(status=204))
    page.goto(server.url)
    visitor = Visitor(page)
    visitor.wait_for_canvas()
    visitor.settle()
    page.evaluate(LISTEN)
    draw_slowly(visitor, FOUR)
    assert page.evaluate("readings") == []
    page.mouse.up()
    expect(visitor.answer).to_have_text("I read 4")


@pytest.fixture
def firefox() -> list[str]:
    """The command that drives Firefox. Where something is missing the test is skipped."""
    node, path = find_node(), shutil.which("firefox-esr") or shutil.which("firefox")
    missing = [
        what
        for what, here in (
            ("Node.js (apt install nodejs)", node),
            ("Firefox (apt install firefox-esr)", path),
            ("puppeteer-core (npm ci in tests/e2e/firefox)", (FIREFOX / "node_modules").is_dir()),
        )
        if not here
    ]
    if missing:
        pytest.skip(f"Not installed: {', '.join(missing)}")
    return [str(node), str(FIREFOX / "draw.mjs"), "URL", str(path)]


def test_firefox_reads_while_one_draws_and_reports_no_error(server, firefox):
    command = [server.url if part == "URL" else part for part in firefox]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    drawn = json.loads(done.stdout)
    assert drawn.pop("readings")[-1] == "7"
    assert drawn == {"live": "I read 7", "answer": "I read 7", "errors": []}
