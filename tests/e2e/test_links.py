"""The address is the drawing: written while one draws, and opened in another window."""

import re
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import expect

from devtools.visitor import FOUR, INVITATION, SEVEN, Visitor
from mnist_core.sketches.link import decode

LINK = re.compile(r"\?d=[\w-]{20,150}$")
REPLAY = ".st-key-replay img"


def link_of(page):
    """Return the link in the address, once there is one."""
    expect(page).to_have_url(LINK)
    return page.url.partition("?d=")[2]


def test_every_stroke_renews_the_address_at_once_without_history_and_without_a_run(server, visit):
    visitor = visit(server.url)
    page = visitor.page
    visitor.draw(FOUR[:1])  # the first answer takes longer: the model is loaded
    first = link_of(page)
    visitor.settle()
    sent = []
    page.on("websocket", lambda socket: sent.append("connected anew"))
    entries = page.evaluate("history.length")
    page.evaluate(
        "window.runs = 0; new MutationObserver((changes) => { window.runs += changes.filter("
        "({ target }) => target.dataset.testScriptState === 'running').length; }).observe("
        "document.querySelector('[data-testid=stApp]'),"
        "{ attributeFilter: ['data-test-script-state'] })"
    )
    visitor.draw(FOUR[1:])
    page.wait_for_function("(first) => !location.href.endsWith(first)", arg=first)
    visitor.settle()
    page.wait_for_timeout(500)
    assert len(decode(link_of(page)).strokes) == 2
    assert page.evaluate("window.runs") == 1
    assert page.evaluate("history.length") == entries
    visitor.press("Clear")
    expect(page).to_have_url(re.compile(r"/$"))
    assert not sent


def test_a_link_is_opened_drawn_again_read_changed_and_found_again(server, visit, browse):
    visitor = visit(server.url)
    visitor.draw(SEVEN)
    address = f"{server.url}/?d={link_of(visitor.page)}"
    other = Visitor(browse(address))
    expect(other.page.locator(REPLAY)).to_be_attached()
    expect(other.answer).to_have_text("I read 7")
    other.wait_for_canvas()
    other.settle()
    assert other.page.url == address
    assert abs(other.ink() - visitor.ink()) < 0.05 * visitor.ink()

    other.draw([[(0.1, 0.5), (0.7, 0.5)]])  # a bar: the strokes are there to go on with
    other.settle()
    expect(other.page.locator(REPLAY)).to_have_count(0)
    barred = link_of(other.page)
    assert len(decode(barred).strokes) == 2
    other.page.reload()
    other.wait_for_canvas()
    expect(other.answer).to_have_text("I read 7")
    assert link_of(other.page) == barred

    other.page.get_by_role("link", name="Models").click()
    expect(other.page).to_have_url(re.compile("/models$"))
    other.page.go_back()
    other.wait_for_canvas()
    assert link_of(other.page) == barred
    other.press("Undo")
    expect(other.page).to_have_url(address)
    other.press("Undo")
    expect(other.answer).to_have_text(INVITATION)


def test_the_link_is_copied_and_its_code_is_on_the_screen(server, browse):
    page = browse(server.url)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor = Visitor(page)
    visitor.wait_for_canvas()
    visitor.draw(SEVEN)
    link_of(page)
    visitor.settle()
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    code = page.get_by_role("img", name="QR code of the link")
    screenshot = cv2.imdecode(np.frombuffer(code.screenshot(), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert cv2.QRCodeDetector().detectAndDecode(screenshot)[0] == page.url
    for name, head in (("(PNG)", b"\x89PNG"), ("(GIF)", b"GIF89a"), ("(SVG)", b"<svg")):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        assert Path(download.value.path()).read_bytes().startswith(head)


def test_a_slide_shows_the_drawing_and_the_verdict_only(server, browse):
    link = "AeNgZBdYwNjD-IuRfSrjPiYA"
    # A page of the same machine: the browser lets no other page show what runs here.
    page = browse(f"{server.url}/_stcore/health")
    page.set_content(
        f'<iframe src="{server.url}/?embed=true&d={link}" width="640" height="360"></iframe>'
    )
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="I read 7")).to_be_visible()
    expect(frame.locator("canvas.upper-canvas")).to_be_visible()
    expect(frame.get_by_role("button")).to_have_count(0)
    expect(frame.get_by_test_id("stTopNav")).to_have_count(0)
    box = frame.locator(".st-key-paper").bounding_box()
    assert box["y"] >= 0 and box["y"] + box["height"] <= 370
