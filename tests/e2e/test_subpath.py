"""The app behind nginx at a sub-path, as docs/deploy.md advises, in a real browser."""

import re
import urllib.request
from pathlib import Path

import cv2
import numpy as np
import pytest
from app_server import serve
from nginx import find_nginx, proxied
from playwright.sync_api import expect

from devtools.visitor import SEVEN, Visitor
from mnist_core.models.registry import SHIPPED

pytestmark = pytest.mark.skipif(not find_nginx(), reason="nginx is not installed")
DRAWN = "canvas.upper-canvas"
PEN_CNN = SHIPPED / "pen-cnn" / "model.tflite"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory):
    """The app's address outside."""
    home = tmp_path_factory.mktemp("proxied")
    with serve(home, "/inkling") as server, proxied(server.port) as outside:
        yield f"{outside}/inkling"


@pytest.fixture
def answers(browse):
    """Return a function that opens an address, and the answers of the server to what it asks."""

    def listen(url):
        page, asked = browse("about:blank"), []
        page.on("response", lambda answer: asked.append((answer.status, answer.url)))
        page.on("websocket", lambda socket: asked.append((101, socket.url)))
        page.goto(url)
        return page, asked

    return listen


def test_a_drawing_and_a_picture_are_read_and_all_is_asked_for_below_the_path(
    address, answers, seven, tmp_path
):
    page, asked = answers(f"{address}/")
    visitor = Visitor(page)
    visitor.wait_for_canvas()
    visitor.draw(SEVEN)
    expect(visitor.answer).to_have_text("I read 7")
    expect(page.get_by_role("img", name="Probability of each digit")).to_be_visible()
    expect(page.get_by_role("img").first).to_be_visible()
    visitor.settle()
    fetched = "performance.getEntriesByType('resource').filter(e => e.name.includes('/live/'))"
    page.wait_for_function(f"{fetched}.length > 1")  # what reads while one draws

    cv2.imwrite(str(tmp_path / "seven.png"), seven)
    visitor.choose("Picture")
    expect(visitor.answer).to_have_text("Choose a picture")
    page.locator("input[type=file]").set_input_files(tmp_path / "seven.png")
    expect(visitor.answer).to_have_text("I read 7")

    assert [(status, url) for status, url in asked if status >= 400] == []
    outside = [url for _, url in asked if not re.search(r"://127[^/]+/inkling/", url)]
    assert [url for url in outside if not url.startswith(("data:", "blob:"))] == []
    assert any(url.startswith("ws://") for _, url in asked)


def test_a_page_can_be_opened_by_its_address(address, browse):
    page = browse(f"{address}/retrain")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).to_have_title(re.compile(" · Inkling"))


def test_from_the_path_without_its_slash_the_navigation_leads_to_a_download_and_back(
    address, browse
):
    page = browse(address)
    page.locator(DRAWN).wait_for()
    assert page.url == f"{address}/"
    models = page.get_by_role("heading", level=1, name="Models")  # while it comes, both are there
    page.get_by_role("link", name="Models").click()
    expect(models).to_be_visible()
    expect(page).to_have_url(re.compile(re.escape(f"{address}/models")))
    page.reload()
    expect(models).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="model.tflite").click()
    assert download.value.url.startswith(f"{address}/media/")
    assert Path(download.value.path()).read_bytes() == PEN_CNN.read_bytes()
    # The page may have come with a link of its own that leads to Draw.
    page.get_by_test_id("stTopNav").get_by_role("link", name="Draw", exact=True).click()
    expect(page.locator(DRAWN)).to_be_visible()


def test_the_host_is_told_below_the_path_that_all_is_well(address):
    with urllib.request.urlopen(f"{address}/_stcore/health") as answer:
        assert answer.read() == b"ok"


def test_a_link_to_a_drawing_lies_below_the_path(address, browse):
    opened = f"{address}/?d=AeNgZBdYwNjD-IuRfSrjPiYA"
    page = browse(opened)
    visitor = Visitor(page)
    expect(visitor.answer).to_have_text("I read 7")
    visitor.wait_for_canvas()
    visitor.draw([[(0.2, 0.5), (0.8, 0.5)]])
    expect(page).not_to_have_url(opened)
    assert page.url.startswith(f"{address}/?d=")
    visitor.settle()
    page.get_by_role("button", name="Share").click()
    code = page.get_by_role("img", name="QR code of the link")
    screenshot = cv2.imdecode(np.frombuffer(code.screenshot(), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert cv2.QRCodeDetector().detectAndDecode(screenshot)[0] == page.url
