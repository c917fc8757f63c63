"""Inside in a real browser: from Why? to a changed digit on the canvas, with the keyboard too."""

import re

from playwright.sync_api import expect

from devtools.browser import PATIENCE
from devtools.visitor import SEVEN, Visitor


def test_why_leads_inside_and_a_change_leads_back(server, browse):
    page = browse(server.url)
    visitor = Visitor(page)
    visitor.wait_for_canvas()
    visitor.draw(SEVEN)
    visitor.settle()
    page.get_by_role("link", name="Why?").click()
    expect(page.get_by_role("heading", level=1, name="Inside")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("I read 7")).to_be_visible(timeout=PATIENCE)

    probe = page.get_by_role("slider", name=re.compile("The map of this kernel"))
    probe.scroll_into_view_if_needed(timeout=PATIENCE)
    said = page.get_by_text(re.compile("the products add up to"))
    before = said.inner_text()
    probe.press("ArrowRight")
    expect(said).not_to_have_text(before)
    products = [float(text.replace("−", "-")) for text in page.locator("td b").all_inner_texts()]
    total = re.search(r"add up to (−?[\d.]+)", said.inner_text())
    assert total and abs(sum(products) - float(total[1].replace("−", "-"))) < 0.06

    page.get_by_role("button", name=re.compile(r"Put the \d on the canvas")).first.click()
    visitor.wait_for_canvas()
    visitor.expect_ink(lambda ink: ink > 0)
