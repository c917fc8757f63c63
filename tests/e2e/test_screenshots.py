"""The pictures of the README, taken anew on request: INKLING_SCREENSHOTS=1 pytest tests/e2e."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from devtools.visitor import SEVEN

IMAGES = Path(__file__).parents[2] / "docs" / "images"
PHONE = {"viewport": {"width": 390, "height": 1240}, "has_touch": True, "is_mobile": True}
SHOTS = {
    "draw-light.png": {"color_scheme": "light"},
    "draw-dark.png": {"color_scheme": "dark"},
    "draw-phone.png": {"color_scheme": "light", **PHONE},
}


@pytest.mark.skipif("INKLING_SCREENSHOTS" not in os.environ, reason="Nobody asked for pictures.")
@pytest.mark.parametrize(("name", "window"), SHOTS.items(), ids=SHOTS)
def test_take_the_pictures_of_the_readme(server, visit, name, window):
    visitor = visit(server.url, **window)
    visitor.draw(SEVEN)
    expect(visitor.answer).to_have_text("I read 7")
    expect(visitor.page.get_by_role("img", name="Probability of each digit")).to_be_visible()
    visitor.settle()
    visitor.page.mouse.move(2, 400)
    visitor.page.screenshot(path=IMAGES / name)
