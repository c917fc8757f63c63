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

pytestmark = pytest.mark.skipif(not find_nginx(), reason="nginx is not installed")
DRAWN = "canvas.upper-canvas"


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


def test_a_drawing_is_read_and_all_is_asked_for_below_the_path(address, answers):
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
    assert [(status, url) for status, url in asked if status >= 400] == []
    outside = [url for _, url in asked if not re.search(r"://127[^/]+/inkling/", url)]
    assert [url for url in outside if not url.startswith(("data:", "blob:"))] == []
    assert any(url.startswith("ws://") for _, url in asked)


@pytest.mark.parametrize("path", ["/retrain", "/curves", "/data", "/about"])
def test_a_page_can_be_opened_by_its_address(address, browse, path):
    page = browse(f"{address}{path}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).to_have_title(re.compile(" · Inkling"))


def test_the_navigation_leads_from_page_to_page_and_back_to_the_drawing(address, browse):
    page = browse(f"{address}/")
    page.locator(DRAWN).wait_for()
    models = page.get_by_role("heading", level=1, name="Models")  # while it comes, both are there
    page.get_by_role("link", name="Models").click()
    expect(models).to_be_visible()
    expect(page).to_have_url(re.compile(re.escape(f"{address}/models")))
    page.reload()
    expect(models).to_be_visible()
    # The page may have come with a link of its own that leads to Draw.
    page.get_by_test_id("stTopNav").get_by_role("link", name="Draw", exact=True).click()
    expect(page.locator(DRAWN)).to_be_visible()


def test_a_picture_is_uploaded_and_read(address, browse, seven, tmp_path):
    cv2.imwrite(str(tmp_path / "seven.png"), seven)
    page = browse(f"{address}/")
    page.get_by_role("radio", name="Picture").click()
    page.locator("input[type=file]").set_input_files(tmp_path / "seven.png")
    expect(Visitor(page).answer).to_have_text("I read 7")


def test_a_model_is_downloaded_as_it_is_on_the_disk(address, browse):
    page = browse(f"{address}/models?model=softmax")
    with page.expect_download() as download:
        page.get_by_role("button", name="model.tflite").click()
    assert download.value.url.startswith(f"{address}/media/")
    shipped = Path(__file__).parents[2] / "models" / "softmax" / "model.tflite"
    assert Path(download.value.path()).read_bytes() == shipped.read_bytes()


def test_the_host_is_told_below_the_path_that_all_is_well(address):
    with urllib.request.urlopen(f"{address}/_stcore/health") as answer:
        assert answer.read() == b"ok"


def test_the_path_without_its_slash_leads_to_the_app(address, browse):
    page = browse(address)
    expect(page.locator(DRAWN)).to_be_visible()
    assert page.url == f"{address}/"


def test_a_link_to_a_drawing_lies_below_the_path(address, browse):
    opened = f"{address}/?d=AeNgZBdYwNjD-IuRfSrjPiYA"
    page = browse(opened, apart=True)
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
